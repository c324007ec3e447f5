// The window: the global object of a page's world.

class Window extends EventTarget {
  constructor() { throw new TypeError("Illegal constructor"); }
}

// Location shows the document's URL; what scripts assign navigates.
class Location {
  get href() { return documentState.url; }
  set href(value) { go(value, false); }
  assign(url) { go(url, false); }
  replace(url) { go(url, true); }
  reload() { host.domEffect("navigate", JSON.stringify({ url: documentState.url, target: "", replace: true, reload: true })); }
  toString() { return documentState.url; }
  get origin() { return frame.origin; }
  get ancestorOrigins() { return noOrigins; }
}
class DOMStringList {
  get length() { return 0; }
  item() { return null; }
  contains() { return false; }
}
const noOrigins = new DOMStringList();
for (const part of ["protocol", "host", "hostname", "port", "pathname", "search", "hash"]) {
  Object.defineProperty(Location.prototype, part, {
    get() { return new URL(documentState.url)[part]; },
    set(value) { const url = new URL(documentState.url); url[part] = value; go(url.href, false); },
    enumerable: true, configurable: true,
  });
}

function go(text, replace) {
  let url;
  try {
    url = new URL(text, documentState.url).href;
  } catch {
    throw new DOMException(`Failed to set the 'href' property on 'Location': '${text}' is not a valid URL.`, "SyntaxError");
  }
  host.domEffect("navigate", JSON.stringify({ url, target: "", replace }));
}

// In browsers the members of location are its own, in this order.
const location = Object.create(Location.prototype);
for (const name of [
  "ancestorOrigins", "href", "origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash",
  "assign", "reload", "replace", "toString",
]) {
  Object.defineProperty(location, name, { ...Object.getOwnPropertyDescriptor(Location.prototype, name), enumerable: true, configurable: false });
  delete Location.prototype[name];
}

class History {
  #text = "null";
  #state = null;
  get length() { return 1; }
  get state() {
    if (this.#text !== documentState.history) [this.#text, this.#state] = [documentState.history, host.deserialize(documentState.history)];
    return this.#state;
  }
  get scrollRestoration() { return "auto"; }
  set scrollRestoration(value) {}
  pushState(state, unused, url) { this.#change("pushState", state, url); }
  replaceState(state, unused, url) { this.#change("replaceState", state, url); }
  go(delta = 0) { host.domEffect("history", JSON.stringify({ kind: "go", delta })); }
  back() { this.go(-1); }
  forward() { this.go(1); }
  #change(kind, state, url) {
    const text = host.serialize(state);
    let next = documentState.url;
    if (url != null) {
      next = new URL(url, next).href;
      if (new URL(next).origin !== new URL(documentState.url).origin) {
        throw new DOMException(`Failed to execute '${kind}' on 'History': A history state object with URL '${next}' cannot be created in a document with origin '${frame.origin}' and URL '${documentState.url}'.`, "SecurityError");
      }
    }
    setState("history", text);
    setState("url", next);
    host.domEffect("history", JSON.stringify({ kind, url: next, state: text }));
  }
}
const history = new History();

// Storage. One area is shared by all worlds of a document; Go carries it between documents of one origin if it wants.
const areas = { local: new Map(), session: new Map() };

function storeItem(area, key, value) {
  if (value === null) areas[area].delete(key);
  else areas[area].set(key, value);
}

const storedItems = () => Object.entries(areas).flatMap(([area, items]) => [...items].map(([key, value]) => [area, key, value]));

class Storage {
  #area;
  constructor(area) { if (!areas[area]) throw new TypeError("Illegal constructor"); this.#area = area; }
  #store(key, value) {
    storeItem(this.#area, key, value);
    tell("storage", this.#area, key, value);
    host.domEffect("storage", JSON.stringify({ area: this.#area, key, value }));
  }
  get length() { return areas[this.#area].size; }
  key(index) { return [...areas[this.#area].keys()][index] ?? null; }
  getItem(key) { return areas[this.#area].get(`${key}`) ?? null; }
  setItem(key, value) { this.#store(`${key}`, `${value}`); }
  removeItem(key) { if (areas[this.#area].has(`${key}`)) this.#store(`${key}`, null); }
  clear() { for (const key of [...areas[this.#area].keys()]) this.#store(key, null); }
}

function newStorage(area) {
  const storage = new Storage(area);
  const ours = (key) => typeof key !== "string" || key in Storage.prototype;
  return host.disguise(new Proxy(storage, {
    get: (_, key) => {
      if (!ours(key)) return storage.getItem(key) ?? undefined;
      const own = storage[key];
      return typeof own === "function" ? own.bind(storage) : own;
    },
    set: (_, key, value) => (storage.setItem(key, value), true),
    has: (_, key) => ours(key) || storage.getItem(key) !== null,
    deleteProperty: (_, key) => (storage.removeItem(key), true),
    ownKeys: () => [...areas[area].keys()],
    getOwnPropertyDescriptor: (_, key) => storage.getItem(key) === null ? undefined : { value: storage.getItem(key), writable: true, enumerable: true, configurable: true },
  }), "Storage");
}

// windowFor is another frame's window, or this one: what can be done across frames is to send a message.
const otherWindows = new Map();
function windowFor(where) {
  if (where === "self" || where === null) return where === null ? null : globalThis;
  let proxy = otherWindows.get(where);
  if (proxy === undefined) {
    proxy = Object.freeze({
      postMessage: (...args) => postMessage(where, args),
      closed: false, length: 0,
      focus() {}, blur() {}, close() {},
    });
    otherWindows.set(where, proxy);
  }
  return proxy;
}

function nameOfWindow(window) {
  if (window === globalThis) return "self";
  for (const [name, proxy] of otherWindows) if (proxy === window) return name;
  return undefined;
}

function postMessage(where, args) {
  requireArguments("postMessage", "Window", args, 1);
  const [message, second] = args;
  let target = typeof second === "object" && second !== null ? second.targetOrigin ?? "/" : second === undefined ? "/" : `${second}`;
  if (target !== "*" && target !== "/") {
    try {
      target = new URL(target).origin;
    } catch {
      throw new DOMException(`Failed to execute 'postMessage' on 'Window': Invalid target origin '${target}' in a call to 'postMessage'.`, "SyntaxError");
    }
  }
  host.domEffect("message", JSON.stringify({ to: where, target: target === "/" ? frame.origin : target, init: host.serialize({ data: message, origin: frame.origin }) }));
}

const notAvailable = (name, why) => { throw new DOMException(`${name} is not available: ${why}`, "NotSupportedError"); };

const windowFunctions = {
  postMessage(...args) { postMessage("self", args); },
  getComputedStyle(element) { return newStyle(recordOf(element), false); },
  matchMedia(media) { return { media: `${media}`, matches: false, onchange: null, addListener() {}, removeListener() {}, addEventListener() {}, removeEventListener() {}, dispatchEvent() { return true; } }; },
  requestAnimationFrame(callback) { return setTimeout(() => callback(performance.now()), 16); },
  cancelAnimationFrame(id) { clearTimeout(id); },
  requestIdleCallback(callback) { return setTimeout(() => callback({ didTimeout: false, timeRemaining: () => 50 }), 1); },
  cancelIdleCallback(id) { clearTimeout(id); },
  getSelection() { return { rangeCount: 0, type: "None", isCollapsed: true, anchorNode: null, focusNode: null, toString: () => "", removeAllRanges() {}, addRange() {}, getRangeAt() { notAvailable("getRangeAt", "webport has no ranges"); } }; },
  open(url = "", target = "_blank") {
    host.domEffect("open", JSON.stringify({ url: url === "" ? "about:blank" : resolveURL(`${url}`), target: `${target}` }));
    return null;
  },
  close() { host.domEffect("close", "{}"); },
  stop() {}, focus() {}, blur() {}, print() {}, scroll() {}, scrollTo() {}, scrollBy() {}, moveTo() {}, resizeTo() {},
  alert(text) { host.domEffect("dialog", JSON.stringify({ kind: "alert", text: `${text}` })); },
  confirm(text) { host.domEffect("dialog", JSON.stringify({ kind: "confirm", text: `${text}` })); return false; },
  prompt(text) { host.domEffect("dialog", JSON.stringify({ kind: "prompt", text: `${text}` })); return null; },
};

const screen = Object.freeze({ width: 1280, height: 720, availWidth: 1280, availHeight: 720, availTop: 0, availLeft: 0, colorDepth: 24, pixelDepth: 24, orientation: { type: "landscape-primary", angle: 0 } });
const windowValues = {
  innerWidth: 1280, innerHeight: 720, outerWidth: 1280, outerHeight: 800, devicePixelRatio: 1, scrollX: 0, scrollY: 0, pageXOffset: 0,
  pageYOffset: 0, screenX: 0, screenY: 0, screen, length: 0, closed: false, name: frame.name ?? "", origin: frame.origin, isSecureContext: /^(https|.*-extension):/.test(frame.url),
  history, localStorage: null, sessionStorage: null, opener: null, frameElement: null, customElements: null, status: "",
};

function installWindow() {
  Object.setPrototypeOf(globalThis, Window.prototype);
  delete globalThis[Symbol.toStringTag]; // the engine's: a window is a Window
  Object.defineProperty(globalThis, "window", { value: globalThis, enumerable: true });
  Object.defineProperty(globalThis, "document", { get: () => theDocument.node, enumerable: true });
  Object.defineProperty(globalThis, "location", { get: () => location, set: (value) => go(value, false), enumerable: true, configurable: false });
  for (const [name, value] of Object.entries(windowFunctions)) host.define(name, value);
  for (const [name, value] of Object.entries(windowValues)) host.define(name, value);
  for (const area of Object.keys(areas)) {
    let storage;
    Object.defineProperty(globalThis, area + "Storage", { get: () => storage ??= newStorage(area), enumerable: true, configurable: true });
  }
  host.define("frames", globalThis);
  for (const name of ["parent", "top"]) host.define(name, frame.top ? globalThis : windowFor(name));
  const { onerror, ...accessors } = Object.getOwnPropertyDescriptors(handlerAccessors); // the realm's own onerror stays
  Object.defineProperties(globalThis, accessors);
  host.handlers(globalThis, windowHandlers);
  const interfaces = {
    Node, CharacterData, Text, Comment, DocumentType, DocumentFragment, Document, HTMLDocument, Element, SVGElement, HTMLElement, Attr, NamedNodeMap, NodeList,
    HTMLCollection, DOMTokenList, DOMStringMap, CSSStyleDeclaration, MutationObserver, MutationRecord, Window, Location, DOMStringList, History, Storage, TreeWalker, DOMParser, XMLSerializer,
    HTMLInputElement, HTMLTextAreaElement, HTMLButtonElement, HTMLSelectElement, HTMLOptionElement, HTMLFormElement, HTMLLabelElement, HTMLAnchorElement,
    HTMLIFrameElement, HTMLScriptElement, HTMLTemplateElement, HTMLCanvasElement, HTMLMediaElement, HTMLDialogElement, HTMLUnknownElement,
  };
  for (const [name, Class] of Object.entries(interfaces)) {
    if (reflected.has(Class)) lazyGlobal(name, () => complete(Class));
    else host.define(name, Class);
    host.tag(Class, name);
  }
  host.define("NodeFilter", NodeFilter);
  host.define("Image", function Image(width, height) {
    const image = newElement("img").node;
    if (width !== undefined) image.width = width;
    if (height !== undefined) image.height = height;
    return image;
  });
  host.define("Option", function Option(text = "", value) {
    const option = newElement("option").node;
    option.textContent = text;
    if (value !== undefined) option.value = value;
    return option;
  });
  for (const name of ["IntersectionObserver", "ResizeObserver"]) {
    host.define(name, { [name]: class { observe() {} unobserve() {} disconnect() {} takeRecords() { return []; } } }[name]);
  }
}
