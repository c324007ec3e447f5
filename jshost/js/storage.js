// chrome.storage, in memory and shared by all contexts of the extension. Items
// cross to Go as [key, text] pairs, in each dialect's serialisation.

const decodeStored = (text) => world.storesClones ? decode(text) : parse(text);

const objectOf = (items) => {
  const object = {};
  for (const [key, text] of items) {
    defineProperty(object, key, { value: decodeStored(text), writable: true, enumerable: true, configurable: true });
  }
  return object;
};

const storageArea = (path, mode) => {
  const at = part(path, mode);
  const area = path.slice(path.indexOf(".") + 1);
  const act = (verb, done, ...values) => invoke(`storage.${verb}`, [area, ...values], done);

  at.async("get", "keys?: string | string[] | object", ([wanted], done) => {
    const defaults = typeof wanted === "object" && !isArray(wanted) ? wanted : undefined;
    const names = wanted === undefined ? null : defaults ? keys(defaults) : isArray(wanted) ? wanted.map(toText) : [wanted];
    act("get", (error, items) => {
      if (error === undefined) done(undefined, { ...defaults, ...objectOf(items) });
      else done(error);
    }, names);
  });
  at.async("getKeys", "", (values, done) => act("keys", done));
  at.async("getBytesInUse", "keys?: string | string[]", ([names], done) => {
    act("bytes", done, names === undefined ? null : isArray(names) ? names.map(toText) : [names]);
  });
  at.value("onChanged", viewOf(eventOf(`${path}.onChanged`)));
  if (area === "managed") {
    for (const name of ["set", "remove", "clear"]) at.async(name, "items?: any", (values, done) => later(() => done("This is a read-only store.")));
    return at.object;
  }
  at.async("set", "items: object", ([items], done) => {
    const pairs = [];
    for (const key of keys(items)) {
      const value = items[key];
      if (value !== undefined && typeof value !== "function") pairs.push([key, encodeStored(value)]);
    }
    act("set", done, pairs);
  });
  at.async("remove", "keys: string | string[]", ([names], done) => act("remove", done, isArray(names) ? names.map(toText) : [names]));
  at.async("clear", "", (values, done) => act("clear", done));
  at.async("setAccessLevel", "accessOptions: {accessLevel: 'TRUSTED_CONTEXTS' | 'TRUSTED_AND_UNTRUSTED_CONTEXTS'}", (values, done) => act("access", done, values[0].accessLevel));
  return at.object;
};

namespace("storage", () => allowed("storage"), ({ mode, value, event }) => {
  event("onChanged");
  value("managed", storageArea("storage.managed", mode)); // no administrator has set anything
  for (const area of content ? ["local", "sync"] : ["local", "sync", "session"]) value(area, storageArea(`storage.${area}`, mode));
});

// storageChanged: changes is [key, old text or null, new text or null] for each item.
fromGo.storageChanged = (area, text) => {
  const changes = {};
  for (const [key, oldText, newText] of parse(text)) {
    const change = {};
    if (oldText !== null) change.oldValue = decodeStored(oldText);
    if (newText !== null) change.newValue = decodeStored(newText);
    defineProperty(changes, key, { value: change, writable: true, enumerable: true, configurable: true });
  }
  const own = events.get(`storage.${area}.onChanged`);
  const all = events.get("storage.onChanged");
  if (all !== undefined) emit(all, [changes, area]);
  if (own !== undefined) emit(own, [changes]);
};
