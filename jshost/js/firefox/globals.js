// chrome and browser in Firefox: one object in content scripts, two elsewhere.
// Web pages have neither.

if (content) {
  const api = lazyNamespaces("both");
  absentNamespaces(api, "browser");
  host.define("chrome", api);
  host.define("browser", api);
} else if (world.kind !== "webpage") {
  const browser = lazyNamespaces("promise");
  absentNamespaces(browser, "browser");
  host.define("browser", browser);
  const chrome = lazyNamespaces(world.manifestVersion < 3 ? "callback" : "both");
  absentNamespaces(chrome, "chrome");
  host.define("chrome", chrome);
}
