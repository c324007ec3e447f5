// Elements and their attributes, character data, and HTML as text.

const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";

function setAttribute(record, name, value) {
  const oldValue = record.attributes.get(name) ?? null;
  if (value === null) {
    if (oldValue === null) return;
    record.attributes.delete(name);
  } else {
    record.attributes.set(name, value);
  }
  treeVersion++;
  observe(record, "attributes", { attributeName: name, oldValue });
  if (record.shared) tell("attribute", record.id, name, value);
  attributeChanged(record, name, value);
}

const nameOfAttribute = (record, name) => record.namespace === HTML ? `${name}`.toLowerCase() : `${name}`;

class Attr {
  constructor(record, name, value) { Object.assign(this, { name, localName: name, value, specified: true, ownerElement: record.node }); }
  get nodeValue() { return this.value; }
  get nodeName() { return this.name; }
}

class NamedNodeMap {
  constructor(record) {
    let i = 0;
    for (const [name, value] of record.attributes) this[i++] = new Attr(record, name, value);
    Object.defineProperty(this, "length", { value: i });
  }
  item(index) { return this[index] ?? null; }
  getNamedItem(name) { return [...this].find((a) => a.name === name) ?? null; }
  *[Symbol.iterator]() { for (let i = 0; i < this.length; i++) yield this[i]; }
}

class CharacterData extends Node {
  get data() { return recordOf(this).data; }
  set data(value) { setData(recordOf(this), value === null ? "" : `${value}`); }
  get nodeValue() { return this.data; }
  set nodeValue(value) { this.data = value; }
  get textContent() { return this.data; }
  set textContent(value) { this.data = value; }
  get length() { return this.data.length; }
  appendData(data) { this.data += data; }
  substringData(offset, count) { return this.data.substr(offset, count); }
  insertData(offset, data) { this.replaceData(offset, 0, data); }
  deleteData(offset, count) { this.replaceData(offset, count, ""); }
  replaceData(offset, count, data) { this.data = this.data.slice(0, offset) + data + this.data.slice(offset + count); }
}
mixin(CharacterData, childMethods);

class Text extends CharacterData {
  constructor(data = "") {
    pending ??= newRecord(TEXT, { data: `${data}`, doc: theDocument });
    super();
  }
  get nodeName() { return "#text"; }
  get wholeText() {
    let r = recordOf(this), text = "";
    while (r.prev?.type === TEXT) r = r.prev;
    for (; r?.type === TEXT; r = r.next) text += r.data;
    return text;
  }
  splitText(offset) {
    const record = recordOf(this), rest = newText(record.data.slice(offset));
    setData(record, record.data.slice(0, offset));
    if (record.parent !== null) insertAll(record.parent, [rest], record.next);
    return rest.node;
  }
}

class Comment extends CharacterData {
  constructor(data = "") {
    pending ??= newRecord(COMMENT, { data: `${data}`, doc: theDocument });
    super();
  }
  get nodeName() { return "#comment"; }
}

class DocumentType extends Node {
  get name() { return recordOf(this).name; }
  get nodeName() { return this.name; }
  get publicId() { return ""; }
  get systemId() { return ""; }
}
mixin(DocumentType, childMethods);

class DocumentFragment extends Node {
  constructor() {
    pending ??= newRecord(FRAGMENT, { doc: theDocument });
    super();
  }
  get nodeName() { return "#document-fragment"; }
  get textContent() { return textOf(recordOf(this)); }
  set textContent(value) { setText(recordOf(this), value); }
  getElementById(id) { return findByID(recordOf(this), `${id}`); }
}
mixin(DocumentFragment, parentMethods);

const newText = (data) => made(Text, newRecord(TEXT, { data, doc: theDocument }));
const newComment = (data) => made(Comment, newRecord(COMMENT, { data, doc: theDocument }));
const newDoctype = (name) => made(DocumentType, newRecord(DOCTYPE, { name, doc: theDocument }));
const newFragment = () => made(DocumentFragment, newRecord(FRAGMENT, { doc: theDocument }));

function made(Class, record) {
  makeNode(Class, record);
  return record;
}

function newElement(local, namespace = HTML) {
  const Class = namespace === HTML ? htmlClass(local) : namespace === SVG ? SVGElement : Element;
  const record = newRecord(ELEMENT, { local, namespace, attributes: new Map(), form: null, content: null, started: false, doc: theDocument });
  return made(Class, record);
}

function findByID(root, id) {
  if (id === "") return null;
  for (const d of descendants(root)) if (d.type === ELEMENT && d.attributes.get("id") === id) return d.node;
  return null;
}

const byTag = (root, name) => {
  const lower = `${name}`.toLowerCase();
  return liveList(HTMLCollection, () => [...descendants(root)].filter((d) => d.type === ELEMENT && (name === "*" || d.local === lower || d.local === name)).map(nodeOf));
};
const byClass = (root, names) => {
  const wanted = tokens(`${names}`);
  return liveList(HTMLCollection, () => wanted.length === 0 ? [] : [...descendants(root)].filter((d) => {
    if (d.type !== ELEMENT) return false;
    const has = tokens(d.attributes.get("class"));
    return wanted.every((name) => has.includes(name));
  }).map(nodeOf));
};

class Element extends Node {
  get nodeName() { return this.tagName; }
  get tagName() { const r = recordOf(this); return r.namespace === HTML ? r.local.toUpperCase() : r.local; }
  get localName() { return recordOf(this).local; }
  get namespaceURI() { return recordOf(this).namespace; }
  get prefix() { return null; }
  get textContent() { return textOf(recordOf(this)); }
  set textContent(value) { setText(recordOf(this), value); }
  get innerHTML() { return childRecords(templateOr(recordOf(this))).map(htmlOf).join(""); }
  set innerHTML(html) { const r = recordOf(this); replaceChildren(templateOr(r), parseFragment(html, r.local)); }
  get outerHTML() { return htmlOf(recordOf(this)); }
  set outerHTML(html) {
    const record = recordOf(this), { parent, next } = record;
    if (parent === null) return;
    const records = parseFragment(html, parent.local ?? "body");
    remove(record);
    insertAll(parent, records, next);
  }
  insertAdjacentHTML(where, html) {
    const context = /^(beforebegin|afterend)$/i.test(where) ? recordOf(this).parent?.local ?? "body" : recordOf(this).local;
    insertAdjacent(recordOf(this), where, parseFragment(html, context), "insertAdjacentHTML");
  }
  insertAdjacentText(where, text) { insertAdjacent(recordOf(this), where, [newText(`${text}`)], "insertAdjacentText"); }
  insertAdjacentElement(where, element) {
    checkInsert(recordOf(this), recordOf(element), "insertAdjacentElement");
    return insertAdjacent(recordOf(this), where, [recordOf(element)], "insertAdjacentElement") ? element : null;
  }
  get attributes() { return new NamedNodeMap(recordOf(this)); }
  getAttribute(name) { const r = recordOf(this); return r.attributes.get(nameOfAttribute(r, name)) ?? null; }
  getAttributeNS(namespace, name) { return this.getAttribute(name); }
  getAttributeNode(name) { return this.attributes.getNamedItem(nameOfAttribute(recordOf(this), name)); }
  getAttributeNames() { return [...recordOf(this).attributes.keys()]; }
  hasAttribute(name) { const r = recordOf(this); return r.attributes.has(nameOfAttribute(r, name)); }
  hasAttributes() { return recordOf(this).attributes.size > 0; }
  setAttribute(name, value) {
    const record = recordOf(this);
    if (!/^[^\s"'<>/=\0]+$/.test(name)) throw new DOMException(`Failed to execute 'setAttribute' on 'Element': '${name}' is not a valid attribute name.`, "InvalidCharacterError");
    setAttribute(record, nameOfAttribute(record, name), `${value}`);
  }
  setAttributeNS(namespace, name, value) { setAttribute(recordOf(this), `${name}`, `${value}`); }
  removeAttribute(name) { const r = recordOf(this); setAttribute(r, nameOfAttribute(r, name), null); }
  removeAttributeNS(namespace, name) { setAttribute(recordOf(this), `${name}`, null); }
  toggleAttribute(name, force) {
    const has = this.hasAttribute(name), want = force === undefined ? !has : Boolean(force);
    if (want && !has) this.setAttribute(name, "");
    if (!want && has) this.removeAttribute(name);
    return want;
  }
  get id() { return this.getAttribute("id") ?? ""; }
  set id(value) { this.setAttribute("id", value); }
  get className() { return this.getAttribute("class") ?? ""; }
  set className(value) { this.setAttribute("class", value); }
  get classList() { const r = recordOf(this); return r.classList ??= new DOMTokenList(r, "class"); }
  set classList(value) { this.className = value; }
  get slot() { return this.getAttribute("slot") ?? ""; }
  get shadowRoot() { return null; }
  attachShadow() { throw new DOMException("attachShadow is not available: webport has no shadow trees; append to the element itself", "NotSupportedError"); }
  matches(selector) { const r = recordOf(this); return matchesList(r, selectorFor(selector, "matches", r), r); }
  webkitMatchesSelector(selector) { return this.matches(selector); }
  closest(selector) {
    const record = recordOf(this), list = selectorFor(selector, "closest", record);
    for (let r = record; r !== null && r.type === ELEMENT; r = r.parent) if (matchesList(r, list, record)) return r.node;
    return null;
  }
  getElementsByTagName(name) { return byTag(recordOf(this), name); }
  getElementsByTagNameNS(namespace, name) { return byTag(recordOf(this), name); }
  getElementsByClassName(names) { return byClass(recordOf(this), names); }
  // Without a layout every box is empty, as in a page that is not rendered.
  getBoundingClientRect() { return { x: 0, y: 0, width: 0, height: 0, top: 0, right: 0, bottom: 0, left: 0, toJSON() { return { ...this }; } }; }
  getClientRects() { return []; }
  checkVisibility() { return isConnected(recordOf(this)); }
  scrollIntoView() {}
  scrollTo() {}
  scrollBy() {}
  animate() { throw new DOMException("animate is not available: webport does not render", "NotSupportedError"); }
}
mixin(Element, parentMethods, childMethods);
for (const name of ["clientTop", "clientLeft", "clientWidth", "clientHeight", "scrollWidth", "scrollHeight"]) {
  Object.defineProperty(Element.prototype, name, { get() { recordOf(this); return 0; }, enumerable: true, configurable: true });
}
for (const name of ["scrollTop", "scrollLeft"]) {
  Object.defineProperty(Element.prototype, name, { get() { recordOf(this); return 0; }, set(value) {}, enumerable: true, configurable: true });
}

class SVGElement extends Element {
  focus() {}
  blur() {}
}

function insertAdjacent(record, where, records, method) {
  switch (`${where}`.toLowerCase()) {
    case "beforebegin":
      return record.parent !== null && (insertAll(record.parent, records, record), true);
    case "afterbegin":
      return insertAll(record, records, record.first), true;
    case "beforeend":
      return insertAll(record, records, null), true;
    case "afterend":
      return record.parent !== null && (insertAll(record.parent, records, record.next), true);
  }
  throw new DOMException(`Failed to execute '${method}' on 'Element': The value provided ('${where}') is not one of 'beforebegin', 'afterbegin', 'beforeend', or 'afterend'.`, "SyntaxError");
}

class DOMTokenList {
  #record;
  #name;
  constructor(record, name) { this.#record = record; this.#name = name; }
  #tokens() { return [...new Set(tokens(this.#record.attributes.get(this.#name)))]; }
  #set(list) { setAttribute(this.#record, this.#name, list.join(" ")); }
  #check(method, names) {
    for (const name of names) {
      if (`${name}` === "") throw new DOMException(`Failed to execute '${method}' on 'DOMTokenList': The token provided must not be empty.`, "SyntaxError");
      if (/\s/.test(name)) throw new DOMException(`Failed to execute '${method}' on 'DOMTokenList': The token provided ('${name}') contains HTML space characters, which are not valid in tokens.`, "InvalidCharacterError");
    }
    return names.map(String);
  }
  get length() { return this.#tokens().length; }
  get value() { return this.#record.attributes.get(this.#name) ?? ""; }
  set value(value) { setAttribute(this.#record, this.#name, `${value}`); }
  item(index) { return this.#tokens()[index] ?? null; }
  contains(name) { return this.#tokens().includes(`${name}`); }
  add(...names) { this.#set([...new Set([...this.#tokens(), ...this.#check("add", names)])]); }
  remove(...names) {
    const gone = this.#check("remove", names);
    if (this.#record.attributes.has(this.#name)) this.#set(this.#tokens().filter((t) => !gone.includes(t)));
  }
  toggle(name, force) {
    this.#check("toggle", [name]);
    const has = this.contains(name), want = force === undefined ? !has : Boolean(force);
    if (want && !has) this.add(name);
    if (!want && has) this.remove(name);
    return want;
  }
  replace(old, name) {
    this.#check("replace", [old, name]);
    const list = this.#tokens(), i = list.indexOf(`${old}`);
    if (i < 0) return false;
    list[i] = `${name}`;
    this.#set([...new Set(list)]);
    return true;
  }
  supports() { return true; }
  forEach(callback, thisArg) { this.#tokens().forEach((t, i) => callback.call(thisArg, t, i, this)); }
  keys() { return this.#tokens().keys(); }
  values() { return this.#tokens().values(); }
  entries() { return this.#tokens().entries(); }
  [Symbol.iterator]() { return this.#tokens().values(); }
  toString() { return this.value; }
}

function cloneRecord(record, deep) {
  let copy;
  switch (record.type) {
    case TEXT: return newText(record.data);
    case COMMENT: return newComment(record.data);
    case DOCTYPE: return newDoctype(record.name);
    case FRAGMENT: copy = newFragment(); break;
    case DOCUMENT: throw new DOMException("cloneNode is not available on a document: webport has one document a frame", "NotSupportedError");
    default:
      copy = newElement(record.local, record.namespace);
      for (const [name, value] of record.attributes) setAttribute(copy, name, value);
      if (record.form !== null) copy.form = { ...record.form };
      if (record.content !== null) for (const c of childRecords(record.content)) insert(templateContent(copy), cloneRecord(c, true), null);
  }
  if (deep) for (const child of childRecords(record)) insert(copy, cloneRecord(child, true), null);
  return copy;
}

const parseFragment = (html, context) => JSON.parse(host.domParse(html === null ? "" : `${html}`, context)).map((data) => markParsed(buildTree(data)));

// Scripts that come with innerHTML never run.
function markParsed(record) {
  if (record.type === ELEMENT) {
    if (record.local === "script") record.started = true;
    for (const d of descendants(record)) if (d.local === "script") d.started = true;
  }
  return record;
}

const emptyElements = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;
const rawElements = /^(script|style|xmp|iframe|noembed|noframes|plaintext)$/;

function htmlOf(record) {
  switch (record.type) {
    case TEXT:
      return record.parent?.type === ELEMENT && rawElements.test(record.parent.local) ? record.data : escapeText(record.data);
    case COMMENT:
      return `<!--${record.data}-->`;
    case DOCTYPE:
      return `<!DOCTYPE ${record.name}>`;
  }
  let html = "<" + record.local;
  for (const [name, value] of record.attributes) html += ` ${name}="${escapeText(value).replace(/"/g, "&quot;")}"`;
  html += ">";
  if (emptyElements.test(record.local)) return html;
  return html + childRecords(templateOr(record)).map(htmlOf).join("") + `</${record.local}>`;
}

const escapeText = (text) => text.replace(/&/g, "&amp;").replace(/\u00a0/g, "&nbsp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

// A template's children are in a fragment of its own.
const templateContent = (record) => record.content ??= newFragment();
const templateOr = (record) => record.local === "template" && record.namespace === HTML ? templateContent(record) : record;
