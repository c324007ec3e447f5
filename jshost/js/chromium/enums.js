// What chrome.runtime has besides functions and events in Chromium.

// haveID: the id is gone as soon as the extension is.
const haveID = (runtime) => {
  runtime.id = invalidated ? undefined : world.extensionID;
  whenInvalidated[whenInvalidated.length] = () => { runtime.id = undefined; };
};

// addRuntimeEnums adds the lists of values, which every context has, web pages
// too.
const addRuntimeEnums = ({ value }) => {
  value("ContextType", {
    BACKGROUND: "BACKGROUND", DEVELOPER_TOOLS: "DEVELOPER_TOOLS", OFFSCREEN_DOCUMENT: "OFFSCREEN_DOCUMENT", POPUP: "POPUP",
    SIDE_PANEL: "SIDE_PANEL", TAB: "TAB",
  });
  value("OnInstalledReason", { CHROME_UPDATE: "chrome_update", INSTALL: "install", SHARED_MODULE_UPDATE: "shared_module_update", UPDATE: "update" });
  value("OnRestartRequiredReason", { APP_UPDATE: "app_update", OS_UPDATE: "os_update", PERIODIC: "periodic" });
  value("PlatformArch", {
    ARM: "arm", ARM64: "arm64", MIPS: "mips", MIPS64: "mips64", PPC64: "ppc64", RISCV64: "riscv64", X86_32: "x86-32", X86_64: "x86-64",
  });
  value("PlatformNaclArch", { ARM: "arm", MIPS: "mips", MIPS64: "mips64", PPC64: "ppc64", X86_32: "x86-32", X86_64: "x86-64" });
  value("PlatformOs", { ANDROID: "android", CROS: "cros", LINUX: "linux", MAC: "mac", OPENBSD: "openbsd", WIN: "win" });
  value("RequestUpdateCheckStatus", { NO_UPDATE: "no_update", THROTTLED: "throttled", UPDATE_AVAILABLE: "update_available" });
};
