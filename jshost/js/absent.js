// What webport does not have. A namespace that the manifest asks for is there
// all the same, so that a script does not stop at an undefined: its events take
// listeners and never fire, which the console says once, and its functions fail
// with an error that names them, as API functions do: through the callback's
// lastError or a rejected promise. Without the permission there is nothing, as
// in a browser.

const absentAPIs = {
  bookmarks: "bookmarks", browsingData: "browsingData", captivePortal: "captivePortal", clipboard: "clipboardWrite",
  commands: "", contentSettings: "contentSettings", contextMenus: "contextMenus", contextualIdentities: "contextualIdentities",
  cookies: "cookies", debugger: "debugger", declarativeContent: "declarativeContent", declarativeNetRequest: "declarativeNetRequest",
  devtools: "", dns: "dns", downloads: "downloads", find: "find", gcm: "gcm", history: "history", identity: "identity", idle: "idle",
  management: "management", menus: "menus", notifications: "notifications", offscreen: "offscreen", omnibox: "",
  pageCapture: "pageCapture", pkcs11: "pkcs11", power: "power", printing: "printing", privacy: "privacy", proxy: "proxy",
  scripting: "scripting", search: "search", sessions: "sessions", sidePanel: "sidePanel", sidebarAction: "", tabCapture: "tabCapture",
  tabGroups: "tabGroups", theme: "theme", topSites: "topSites", tts: "tts", userScripts: "userScripts", webNavigation: "webNavigation",
  webRequest: "webRequest",
};
const manifestKeys = { commands: "commands", devtools: "devtools_page", omnibox: "omnibox", sidebarAction: "sidebar_action" };
const complained = new Set();

const addAbsentNamespaces = ({ object, name: rootName, mode, shared }) => {
  for (const name of keys(absentAPIs)) {
    const asked = absentAPIs[name] ? allowed(absentAPIs[name]) : world.manifestKeys.includes(manifestKeys[name]);
    if (asked && !(name in object)) object[name] = shared?.[name] ?? absentNamespace(name, `${rootName}.${name}`, mode);
  }
};

// silentEvent takes any listener, with whatever filter its API has.
const silentEvent = () => ({
  addListener: method("addListener", () => {}),
  removeListener: method("removeListener", () => {}),
  hasListener: method("hasListener", () => false),
  hasListeners: method("hasListeners", () => false),
});

const absentNamespace = (name, path, mode) => new Proxy({}, {
  get(members, key) {
    if (typeof key === "symbol" || key in members) return members[key];
    if (/^on[A-Z]/.test(key)) {
      if (!complained.has(`${name}.${key}`)) {
        complained.add(`${name}.${key}`);
        go.console("warn", `${path} is not available in webport: ${key} never fires`);
      }
      return members[key] = silentEvent();
    }
    if (/^[A-Z]/.test(key)) return members[key] = new Proxy({}, { get: (_, value) => typeof value === "symbol" ? undefined : value });
    return members[key] = absentFunction(`${path}.${key}`, mode);
  },
});
