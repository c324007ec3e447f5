// What runtime has besides functions and events in Firefox.

const haveID = (runtime) => defineProperty(runtime, "id", {
  get: () => invalidated ? undefined : world.extensionID, enumerable: true, configurable: true,
});

// addRuntimeEnums adds the lists of values, of which content scripts have fewer,
// and the other types, which are there until they are read.
const addRuntimeEnums = ({ object, value }) => {
  const type = (name) => defineProperty(object, name, {
    get: () => { delete object[name]; }, enumerable: true, configurable: true,
  });
  const notInContent = (name, values) => content ? type(name) : value(name, values);
  notInContent("ContextType", { BACKGROUND: "BACKGROUND", POPUP: "POPUP", SIDE_PANEL: "SIDE_PANEL", TAB: "TAB" });
  type("ExtensionContext");
  type("Port");
  type("MessageSender");
  value("PlatformOs", { MAC: "mac", WIN: "win", ANDROID: "android", CROS: "cros", LINUX: "linux", OPENBSD: "openbsd" });
  value("PlatformArch", {
    AARCH64: "aarch64", ARM: "arm", PPC64: "ppc64", RISCV64: "riscv64", S390X: "s390x", SPARC64: "sparc64", "X86-32": "x86-32",
    "X86-64": "x86-64", NOARCH: "noarch",
  });
  type("PlatformInfo");
  type("BrowserInfo");
  value("RequestUpdateCheckStatus", { THROTTLED: "throttled", NO_UPDATE: "no_update", UPDATE_AVAILABLE: "update_available" });
  value("OnInstalledReason", { INSTALL: "install", UPDATE: "update", BROWSER_UPDATE: "browser_update" });
  value("OnRestartRequiredReason", { APP_UPDATE: "app_update", OS_UPDATE: "os_update", PERIODIC: "periodic" });
  notInContent("OnPerformanceWarningCategory", { CONTENT_SCRIPT: "content_script" });
  notInContent("OnPerformanceWarningSeverity", { LOW: "low", MEDIUM: "medium", HIGH: "high" });
};
