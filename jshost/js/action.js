// The extension's button: chrome.action, browserAction and pageAction. What is
// set can be asked for; there is no toolbar to see it on.

for (const name of ["action", "browserAction", "pageAction"]) {
  namespace(name, () => world.actions.includes(name), ({ async, event }) => {
    const does = (verb) => (values, done) => invoke(`action.${verb}`, values, done);
    const setter = (key, properties) => async(`set${key}`, `details: {tabId?: integer>=0, windowId?: integer, ${properties}}`, ([details], done) => {
      const { tabId, windowId, ...value } = details;
      invoke("action.set", [key, tabId ?? -1, value], done);
    });
    const getter = (key, read) => async(`get${key}`, "details: {tabId?: integer>=0, windowId?: integer}", ([details], done) => {
      invoke("action.get", [key, details.tabId ?? -1], (error, value) => error === undefined ? done(undefined, read(value ?? {})) : done(error));
    });
    event("onClicked");
    setter("Title", "title: any");
    getter("Title", (value) => value.title ?? world.actionTitle);
    setter("Popup", "popup: any");
    getter("Popup", (value) => value.popup ? absoluteURL(value.popup) : value.popup ?? world.actionPopup);
    async("setIcon", "details: {imageData?: any, path?: any, tabId?: integer>=0, windowId?: integer}", (values, done) => queueMicrotask(() => done(undefined)));
    if (name === "pageAction") {
      async("show", "tabId: integer>=0", does("enable"));
      async("hide", "tabId: integer>=0", does("disable"));
      return;
    }
    setter("BadgeText", "text?: any");
    getter("BadgeText", (value) => value.text ?? "");
    setter("BadgeBackgroundColor", "color: any");
    getter("BadgeBackgroundColor", (value) => color(value.color, [217, 0, 0, 255]));
    setter("BadgeTextColor", "color: any");
    getter("BadgeTextColor", (value) => color(value.color, [255, 255, 255, 255]));
    async("enable", "tabId?: integer>=0", does("enable"));
    async("disable", "tabId?: integer>=0", does("disable"));
    async("isEnabled", "tabId?: any", ([tab], done) => invoke("action.isEnabled", [tab?.tabId ?? tab], done));
    async("openPopup", "options?: object", (values, done) => queueMicrotask(() => done("Could not find an active browser window.")));
    async("getUserSettings", "", (values, done) => queueMicrotask(() => done(undefined, { isOnToolbar: true })));
  });
}

const color = (value, otherwise) => {
  if (isArray(value)) return value;
  const hex = typeof value === "string" ? /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(value)?.[1] : undefined;
  if (hex === undefined) return otherwise;
  const digits = hex.length === 3 ? [...hex].map((d) => d + d) : hex.match(/../g);
  return [...digits.map((d) => parseInt(d, 16)), 255];
};
