// chrome and browser in Chromium: two objects with the same namespaces.

if (world.kind === "webpage") {
  const chrome = { loadTimes: method("loadTimes", () => ({})), csi: method("csi", () => ({})) };
  if (world.connectable) {
    chrome.runtime = pageRuntime();
    host.define("browser", { runtime: chrome.runtime });
  }
  host.define("chrome", chrome);
} else {
  const chrome = lazyNamespaces(world.manifestVersion < 3 ? "callback" : "both");
  absentNamespaces(chrome, "chrome");
  host.define("chrome", chrome);
  const browser = lazyNamespaces(undefined, chrome);
  absentNamespaces(browser, "browser");
  host.define("browser", browser);
}
