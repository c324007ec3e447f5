// chrome and browser in Firefox: one object in content scripts, two elsewhere.
// Web pages have neither.

if (content) {
  const api = makeRoot("browser", "both");
  host.define("chrome", api);
  host.define("browser", api);
} else if (world.kind !== "webpage") {
  const browser = makeRoot("browser", "promise");
  host.define("browser", browser);
  const chrome = makeRoot("chrome", world.manifestVersion < 3 ? "callback" : "both");
  host.define("chrome", chrome);
}
