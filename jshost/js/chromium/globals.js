// chrome and browser in Chromium: two objects with the same namespaces.

if (world.kind === "webpage") {
  const chrome = { loadTimes: method("loadTimes", () => ({})), csi: method("csi", () => ({})) };
  if (world.connectable) {
    chrome.runtime = pageRuntime();
    host.define("browser", { runtime: chrome.runtime });
  }
  host.define("chrome", chrome);
} else {
  const chrome = makeRoot("chrome", world.manifestVersion < 3 ? "callback" : "both");
  host.define("chrome", chrome);
  const browser = makeRoot("browser", undefined, chrome);
  host.define("browser", browser);
}
