// The one document of the frame, and what happens by itself when nodes come, go or are clicked.

// documentState is what every world must agree on beside the tree.
const documentState = { readyState: "loading", url: frame.url, cookie: "", visibility: "visible", history: "null", activeElement: null };

class Document extends Node {
  get nodeName() { return "#document"; }
  get ownerDocument() { return null; }
  get textContent() { return null; }
  set textContent(value) {}
  get documentElement() { return elementChildren(recordOf(this))[0]?.node ?? null; }
  get doctype() { return childRecords(recordOf(this)).find((r) => r.type === DOCTYPE)?.node ?? null; }
  get head() { return childOfRoot("head"); }
  get body() { return childOfRoot("body"); }
  set body(value) {
    const old = this.body;
    if (old !== null) old.replaceWith(value);
    else this.documentElement.append(value);
  }
  get title() { return (this.querySelector("title")?.textContent ?? "").trim().replace(/\s+/g, " "); }
  set title(value) {
    const title = this.querySelector("title") ?? this.head?.appendChild(this.createElement("title"));
    if (title) title.textContent = `${value}`;
    host.domEffect("title", JSON.stringify({ title: this.title }));
  }
  get readyState() { return documentState.readyState; }
  get URL() { return documentState.url; }
  get documentURI() { return documentState.url; }
  get defaultView() { return globalThis; }
  get activeElement() {
    const record = documentState.activeElement;
    return record !== null && isConnected(record) ? record.node : this.body;
  }
  get hidden() { return documentState.visibility === "hidden"; }
  get visibilityState() { return documentState.visibility; }
  get referrer() { return frame.referrer ?? ""; }
  get domain() { return location.hostname; }
  get characterSet() { return "UTF-8"; }
  get charset() { return "UTF-8"; }
  get contentType() { return "text/html"; }
  get compatMode() { return this.doctype === null ? "BackCompat" : "CSS1Compat"; }
  get currentScript() { return currentScript; }
  get scrollingElement() { return this.documentElement; }
  get fullscreenElement() { return null; }
  get styleSheets() { return []; }
  get adoptedStyleSheets() { return []; }
  get designMode() { return "off"; }
  get cookie() { return documentState.cookie; }
  set cookie(text) { setCookie(`${text}`); }
  get forms() { return byTag(recordOf(this), "form"); }
  get images() { return byTag(recordOf(this), "img"); }
  get scripts() { return byTag(recordOf(this), "script"); }
  get links() { const r = recordOf(this); return liveList(HTMLCollection, () => select(r, "a[href], area[href]", "querySelectorAll", false)); }
  get implementation() {
    return { hasFeature: () => true, createHTMLDocument() { throw new DOMException("createHTMLDocument is not available: webport has one document a frame", "NotSupportedError"); } };
  }
  hasFocus() { return documentState.visibility === "visible"; }
  getElementById(id) { return findByID(recordOf(this), `${id}`); }
  getElementsByTagName(name) { return byTag(recordOf(this), name); }
  getElementsByClassName(names) { return byClass(recordOf(this), names); }
  getElementsByName(name) { const r = recordOf(this); return liveList(NodeList, () => [...descendants(r)].filter((d) => d.type === ELEMENT && d.attributes.get("name") === `${name}`).map(nodeOf)); }
  createElement(name) {
    const local = `${name}`.toLowerCase();
    if (!/^[a-z_][^\s<>/\0]*$/.test(local)) throw new DOMException(`Failed to execute 'createElement' on 'Document': The tag name provided ('${name}') is not a valid name.`, "InvalidCharacterError");
    return newElement(local).node;
  }
  createElementNS(namespace, name) {
    const local = `${name}`.replace(/^.*:/, "");
    return newElement(local, namespace ?? "").node;
  }
  createTextNode(data) { return newText(`${data}`).node; }
  createComment(data) { return newComment(`${data}`).node; }
  createDocumentFragment() { return newFragment().node; }
  createAttribute() { throw new DOMException("createAttribute is not available: webport has no attribute nodes; use setAttribute", "NotSupportedError"); }
  createRange() { throw new DOMException("createRange is not available: webport has no ranges", "NotSupportedError"); }
  createTreeWalker(root, show = 0xffffffff, filter = null) { return new TreeWalker(root, show, filter); }
  createNodeIterator(root, show = 0xffffffff, filter = null) { return new TreeWalker(root, show, filter); }
  createEvent(kind) { return createEvent(`${kind}`); }
  importNode(node, deep = false) { return node.cloneNode(deep); }
  adoptNode(node) {
    node.remove?.();
    return node;
  }
  write() { throw new DOMException("document.write is not available: webport parses a document as a whole; use insertAdjacentHTML", "NotSupportedError"); }
  writeln() { this.write(); }
  open() { this.write(); }
  close() {}
  execCommand() { return false; }
  elementFromPoint() { return null; }
  elementsFromPoint() { return []; }
  getSelection() { return globalThis.getSelection(); }
  evaluate() { throw new DOMException("evaluate is not available: webport has no XPath; use querySelector", "NotSupportedError"); }
}
mixin(Document, parentMethods);
mixin(Document, handlerAccessors);
host.handlers(Document.prototype, ["readystatechange", "visibilitychange", "selectionchange"]);

class HTMLDocument extends Document {}

const theDocument = newRecord(DOCUMENT, { id: 2, shared: true });
made(HTMLDocument, theDocument);
theDocument.doc = theDocument;
// In browsers it is the document's own.
Object.defineProperty(theDocument.node, "location", {
  get: () => globalThis.location, set: (value) => { globalThis.location.href = value; }, enumerable: true, configurable: false,
});
byID.set(2, new WeakRef(theDocument));

function childOfRoot(name) {
  const root = elementChildren(theDocument)[0];
  return root === undefined ? null : elementChildren(root).find((r) => r.local === name)?.node ?? null;
}

// setCookie keeps names and values; attributes such as path mean nothing without a network, except those that expire.
function setCookie(text) {
  const [pair, ...attributes] = text.split(";");
  const [, name, value] = /^\s*(?:([^=]*?)\s*=)?\s*(.*?)\s*$/.exec(pair);
  const all = new Map(documentState.cookie.split("; ").filter(Boolean).map((c) => [c.split("=")[0], c]));
  const gone = attributes.some((a) => /^\s*max-age\s*=\s*(0|-)/i.test(a) || /^\s*expires\s*=/i.test(a) && Date.parse(a.replace(/^[^=]*=/, "")) <= Date.now());
  if (gone) all.delete(name ?? "");
  else all.set(name ?? "", name === undefined ? value : `${name}=${value}`);
  setState("cookie", [...all.values()].join("; "));
}

function setState(key, value) {
  documentState[key] = value;
  tell("state", key, value);
}

let currentScript = null;

// connected does what the arrival of a subtree in the document brings about, in the world that brought it.
function connected(record) {
  if (applying) return;
  for (const r of record.first === null ? [record] : [record, ...descendants(record)]) {
    if (r.local === "script" && r.namespace === HTML) startScript(r);
    if (r.local === "iframe") host.domEffect("frame", JSON.stringify(frameOf(r)));
  }
}

function disconnected(record) {
  if (applying || record.type !== ELEMENT) return;
  if (documentState.activeElement !== null && isInclusiveAncestor(record, documentState.activeElement)) setState("activeElement", null);
  if (!isConnected(record)) return;
  for (const r of record.first === null ? [record] : [record, ...descendants(record)]) {
    if (r.local === "iframe" && r.id !== 0) host.domEffect("unframe", JSON.stringify({ id: r.id }));
  }
}

function frameOf(record) {
  if (!record.shared) share(record);
  const { attributes } = record;
  return { id: record.id, src: attributes.has("src") ? resolveURL(attributes.get("src")) : "", srcdoc: attributes.get("srcdoc") ?? null, name: attributes.get("name") ?? "", sandbox: attributes.get("sandbox") ?? null };
}

// startScript hands a script element to Go once: it runs in the page's world, whichever world inserted it.
function startScript(record) {
  const script = scriptOf(record);
  if (script !== null) host.domEffect("script", JSON.stringify(script));
}

// scriptOf is a script element that is to run now; null where there is nothing to run, or it was run.
function scriptOf(record) {
  const text = textOf(record), { attributes } = record;
  if (record.started || !attributes.has("src") && text === "") return null;
  record.started = true;
  if (!record.shared) share(record);
  return { id: record.id, type: attributes.get("type") ?? "", src: attributes.has("src") ? resolveURL(attributes.get("src")) : "", text, async: attributes.has("async"), defer: attributes.has("defer") };
}

// Attributes such as onclick are the page's: their code runs in its world, whichever world set them.
function attributeChanged(record, name, value) {
  if (name.startsWith("on") && frame.main) setInlineHandler(record, name.slice(2), value);
  if (name === "src" && record.local === "iframe" && !applying && isConnected(record)) host.domEffect("frame", JSON.stringify(frameOf(record)));
  if (name === "src" && record.local === "script" && !applying && isConnected(record)) startScript(record);
}

const windowHandlers = ["load", "unload", "beforeunload", "pagehide", "pageshow", "hashchange", "popstate", "message", "messageerror", "storage", "online",
  "offline", "languagechange", "beforeprint", "afterprint"];

function setInlineHandler(record, type, code) {
  const forWindow = (record.local === "body" || record.local === "frameset") && (windowHandlers.includes(type) || /^(blur|error|focus|resize|scroll)$/.test(type));
  const target = forWindow ? globalThis : record.node;
  if (!(`on${type}` in target)) return;
  let compiled;
  target[`on${type}`] = code === null ? null : function (event) {
    compiled ??= new Function("event", code);
    return Reflect.apply(compiled, this, [event]);
  };
}

function createEvent(kind) {
  const wanted = { htmlevents: "event", events: "event", mouseevents: "mouseevent", uievents: "uievent" }[kind.toLowerCase()] ?? kind.toLowerCase();
  const name = [...classes.keys(), ...eventClasses.map(([own]) => own)].find((own) => own.toLowerCase() === wanted);
  if (name === undefined) throw new DOMException(`Failed to execute 'createEvent' on 'Document': The provided event type ('${kind}') is invalid.`, "NotSupportedError");
  const event = newEvent(name, "");
  const init = function (type, bubbles, cancelable, detail) {
    this.initEvent(type, bubbles, cancelable);
    if (name === "CustomEvent") Object.defineProperty(this, "detail", { value: detail ?? null, configurable: true });
  };
  for (const method of ["initCustomEvent", "initMouseEvent", "initUIEvent", "initKeyboardEvent"]) Object.defineProperty(event, method, { value: init, configurable: true });
  return event;
}

// A click on something that does something by itself. Boxes change before the listeners run, and back if one of them
// prevents it.
function beforeActivation(path, event) {
  if (!isClick(event)) return null;
  const box = path.find((r) => r.local === "input" && /^(checkbox|radio)$/i.test(r.attributes.get("type") ?? ""));
  if (box === undefined || isDisabled(box)) return null;
  const group = box.node.type === "radio" ? radioGroup(box).map((r) => [r, checkedOf(r)]) : [[box, checkedOf(box)]];
  setChecked(box, box.node.type === "radio" || !checkedOf(box));
  return () => group.forEach(([r, checked]) => setForm(r, { checked }));
}

function afterActivation(path, event, prevented, undo) {
  if (!isClick(event)) return;
  if (prevented) return undo?.();
  const active = path.find((r) => r.type === ELEMENT && /^(a|area|button|input|label|summary)$/.test(r.local));
  if (active === undefined || isDisabled(active) || !isConnected(active)) return;
  const { node } = active;
  if (undo) {
    fire(active, newEvent("Event", "input", { bubbles: true, composed: true }));
    fire(active, newEvent("Event", "change", { bubbles: true }));
  } else if (active.local === "a" || active.local === "area") {
    if (active.attributes.has("href")) navigate(node.href, node.target);
  } else if (active.local === "label") {
    const control = controlOf(active);
    if (control && !path.includes(control)) control.node.click();
  } else if (active.local === "summary") {
    if (active.parent?.local === "details") active.parent.node.open = !active.parent.node.open;
  } else {
    const form = nodeOf(formOf(active));
    if (form !== null && node.type === "reset") form.reset();
    if (form !== null && /^(submit|image)$/.test(node.type)) form.requestSubmit(node);
  }
}

function navigate(url, target = "") {
  if (/^javascript:/i.test(url)) return;
  host.domEffect("navigate", JSON.stringify({ url, target, replace: false }));
}

class TreeWalker {
  #filter;
  constructor(root, show, filter) { Object.assign(this, { root, whatToShow: show >>> 0, filter, currentNode: root }); this.#filter = typeof filter === "function" ? filter : filter?.acceptNode?.bind(filter); }
  #accept(node) {
    if (((this.whatToShow >>> (node.nodeType - 1)) & 1) === 0) return 3;
    return this.#filter?.(node) ?? 1;
  }
  #next(node) {
    let skip = false;
    for (;;) {
      let next = skip ? null : node.firstChild;
      while (next === null) {
        if (node === this.root || node === null) return null;
        next = node.nextSibling;
        if (next === null) node = node.parentNode;
      }
      node = next;
      const verdict = this.#accept(node);
      if (verdict === 1) return node;
      skip = verdict === 2;
    }
  }
  nextNode() {
    const next = this.#next(this.currentNode);
    if (next !== null) this.currentNode = next;
    return next;
  }
  previousNode() {
    const all = [this.root];
    for (let n = this.#next(this.root); n !== null && n !== this.currentNode; n = this.#next(n)) all.push(n);
    if (this.currentNode === this.root) return null;
    return (this.currentNode = all.at(-1));
  }
  parentNode() {
    for (let n = this.currentNode; n !== null && n !== this.root;) {
      n = n.parentNode;
      if (n !== null && this.#accept(n) === 1) return (this.currentNode = n);
    }
    return null;
  }
  firstChild() { return this.#move((n) => n.firstChild, (n) => n.nextSibling); }
  lastChild() { return this.#move((n) => n.lastChild, (n) => n.previousSibling); }
  nextSibling() { return this.#move((n) => n.nextSibling, (n) => n.nextSibling); }
  previousSibling() { return this.#move((n) => n.previousSibling, (n) => n.previousSibling); }
  #move(first, next) {
    for (let n = first(this.currentNode); n !== null; n = next(n)) if (this.#accept(n) === 1) return (this.currentNode = n);
    return null;
  }
}
const NodeFilter = {
  FILTER_ACCEPT: 1, FILTER_REJECT: 2, FILTER_SKIP: 3, SHOW_ALL: 0xffffffff, SHOW_ELEMENT: 1, SHOW_TEXT: 4, SHOW_COMMENT: 128,
  SHOW_DOCUMENT: 256, SHOW_DOCUMENT_TYPE: 512, SHOW_DOCUMENT_FRAGMENT: 1024,
};

class DOMParser {
  parseFromString() { throw new DOMException("parseFromString is not available: webport has one document a frame; use a template element", "NotSupportedError"); }
}
class XMLSerializer {
  serializeToString(node) { return htmlOf(recordOf(node)); }
}
