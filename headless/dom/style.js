// The style attribute as an object. There is no cascade: getComputedStyle shows what the attribute says.

const dashed = (name) => name === "cssFloat" ? "float" : name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase()).replace(/^(webkit|moz|ms)-/, "-$1-");

function parseStyle(text) {
  const all = new Map();
  for (const declaration of text.replace(/\/\*[^]*?\*\//g, "").split(/;(?![^(]*\))/)) {
    const colon = declaration.indexOf(":");
    if (colon < 0) continue;
    const name = declaration.slice(0, colon).trim();
    const [, value, important] = /^([^]*?)(\s*!\s*important)?$/i.exec(declaration.slice(colon + 1).trim());
    if (name !== "" && value !== "") all.set(name.startsWith("--") ? name : name.toLowerCase(), { value, priority: important ? "important" : "" });
  }
  return all;
}

const styleText = (all) => [...all].map(([name, { value, priority }]) => `${name}: ${value}${priority ? " !important" : ""};`).join(" ");

class CSSStyleDeclaration {
  #record;
  #writable;
  constructor(record, writable) { this.#record = record; this.#writable = writable; }
  #read() { return parseStyle(this.#record.attributes.get("style") ?? ""); }
  #write(all) {
    if (!this.#writable) throw new DOMException("Failed to set a property on 'CSSStyleDeclaration': These styles are computed, and the properties are therefore read-only.", "NoModificationAllowedError");
    setAttribute(this.#record, "style", styleText(all));
  }
  get cssText() { return styleText(this.#read()); }
  set cssText(text) { this.#write(parseStyle(`${text}`)); }
  get length() { return this.#read().size; }
  get parentRule() { return null; }
  item(index) { return [...this.#read().keys()][index] ?? ""; }
  getPropertyValue(name) { return this.#read().get(`${name}`)?.value ?? ""; }
  getPropertyPriority(name) { return this.#read().get(`${name}`)?.priority ?? ""; }
  setProperty(name, value, priority = "") {
    if (value === null || `${value}` === "") return void this.removeProperty(name);
    const all = this.#read();
    all.set(`${name}`, { value: `${value}`.trim(), priority: priority ?? "" });
    this.#write(all);
  }
  removeProperty(name) {
    const all = this.#read(), old = all.get(`${name}`);
    if (all.delete(`${name}`)) this.#write(all);
    return old?.value ?? "";
  }
}

function newStyle(record, writable) {
  const style = new CSSStyleDeclaration(record, writable);
  const ours = (key) => typeof key !== "string" || key in style;
  const value = (key) => isIndex(key) ? style.item(Number(key)) : style.getPropertyValue(dashed(key));
  return host.disguise(new Proxy(style, {
    get: (_, key) => {
      if (!ours(key)) return value(key);
      const own = style[key];
      return typeof own === "function" ? own.bind(style) : own;
    },
    set: (_, key, value) => {
      if (ours(key)) style[key] = value;
      else style.setProperty(dashed(key), value);
      return true;
    },
    has: (_, key) => ours(key) || /^[a-z][A-Za-z]*$/.test(key),
  }), "CSSStyleDeclaration");
}

// dataset shows the attributes data-*.
function newDataset(record) {
  const attribute = (key) => "data-" + key.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase());
  const property = (name) => name.slice(5).replace(/-([a-z])/g, (_, c) => c.toUpperCase());
  const keys = () => [...record.attributes.keys()].filter((name) => name.startsWith("data-")).map(property);
  return host.disguise(new Proxy(Object.create(DOMStringMap.prototype), {
    get: (target, key) => typeof key === "string" ? record.attributes.get(attribute(key)) ?? target[key] : target[key],
    set: (_, key, value) => (setAttribute(record, attribute(key), `${value}`), true),
    has: (_, key) => typeof key === "string" && record.attributes.has(attribute(key)),
    deleteProperty: (_, key) => (setAttribute(record, attribute(key), null), true),
    ownKeys: keys,
    getOwnPropertyDescriptor: (_, key) => typeof key === "string" && record.attributes.has(attribute(key))
      ? { value: record.attributes.get(attribute(key)), writable: true, enumerable: true, configurable: true } : undefined,
  }), "DOMStringMap");
}

class DOMStringMap {}
