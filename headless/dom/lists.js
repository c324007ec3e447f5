// Lists of nodes: live ones look again when the tree has changed, fixed ones do not.

class NodeList {
  constructor() { throw new TypeError("Illegal constructor"); }
  get length() { return itemsOf(this).length; }
  item(index) { return itemsOf(this)[index >>> 0] ?? null; }
  forEach(callback, thisArg) { itemsOf(this).forEach((node, i) => callback.call(thisArg, node, i, this)); }
  keys() { return itemsOf(this).keys(); }
  values() { return itemsOf(this).values(); }
  entries() { return itemsOf(this).entries(); }
  [Symbol.iterator]() { return itemsOf(this).values(); }
}

class HTMLCollection {
  constructor() { throw new TypeError("Illegal constructor"); }
  get length() { return itemsOf(this).length; }
  item(index) { return itemsOf(this)[index >>> 0] ?? null; }
  namedItem(name) { return itemsOf(this).find((e) => e.id === name || e.getAttribute("name") === name) ?? null; }
  [Symbol.iterator]() { return itemsOf(this).values(); }
}

const listItems = new WeakMap(); // list and its proxy -> () => nodes
const itemsOf = (list) => {
  const items = listItems.get(list);
  if (items === undefined) throw new TypeError("Illegal invocation");
  return items();
};

const isIndex = (key) => typeof key === "string" && /^(0|[1-9][0-9]*)$/.test(key);

const listHandler = {
  get(list, key, receiver) {
    if (isIndex(key)) return listItems.get(list)()[key];
    if (typeof key === "string" && !(key in list) && list instanceof HTMLCollection) return list.namedItem(key) ?? undefined;
    return Reflect.get(list, key, receiver);
  },
  has(list, key) { return isIndex(key) ? Number(key) < listItems.get(list)().length : Reflect.has(list, key); },
  ownKeys(list) { return [...listItems.get(list)().keys()].map(String).concat(Reflect.ownKeys(list)); },
  getOwnPropertyDescriptor(list, key) {
    if (!isIndex(key)) return Reflect.getOwnPropertyDescriptor(list, key);
    const value = listItems.get(list)()[key];
    return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
  },
};

function newList(Class, items) {
  const list = Object.create(Class.prototype);
  const proxy = host.disguise(new Proxy(list, listHandler), Class.name);
  listItems.set(list, items);
  listItems.set(proxy, items);
  return proxy;
}

function liveList(Class, find) {
  let version = -1, items;
  return newList(Class, () => {
    if (version !== treeVersion) [version, items] = [treeVersion, find()];
    return items;
  });
}

const fixedList = (Class, items) => newList(Class, () => items);
