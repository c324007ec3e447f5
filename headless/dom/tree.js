// The tree of nodes. All files of this directory are joined into one function, so that what they share stays hidden
// from scripts.
//
// Every node has one record: plain data, on which all algorithms here work; the node itself is only what scripts hold.
// A record is reached from its node through a private field, so that scripts cannot see or forge one, and calling a
// method on something else throws a TypeError as in browsers.

const ELEMENT = 1, TEXT = 3, COMMENT = 8, DOCUMENT = 9, DOCTYPE = 10, FRAGMENT = 11;

let recordOf; // (node) -> record; throws a TypeError for anything else
let isNode; // (anything) -> boolean
let pending = null; // the record of the node that is being made
let treeVersion = 0; // changes with every change of the tree or of an attribute; live lists compare it

function newRecord(type, fields) {
  return {
    node: null, type, id: 0, shared: false, doc: null,
    parent: null, first: null, last: null, prev: null, next: null,
    observers: null, ...fields,
  };
}

function makeNode(Class, record) {
  pending = record;
  return new Class();
}

const nodeOf = (record) => record === null ? null : record.node;

class Node extends EventTarget {
  #record;
  static {
    recordOf = (node) => {
      if (!isNode(node)) throw new TypeError("Illegal invocation: parameter is not of type 'Node'.");
      return node.#record;
    };
    isNode = (x) => typeof x === "object" && x !== null && #record in x;
  }
  constructor() {
    super();
    if (pending === null) throw new TypeError("Illegal constructor");
    this.#record = pending;
    pending.node = this;
    pending = null;
  }
  get nodeType() { return this.#record.type; }
  get nodeName() { return "#node"; }
  get nodeValue() { return null; }
  set nodeValue(value) {}
  get textContent() { return null; }
  set textContent(value) {}
  get ownerDocument() { return this.#record.doc.node; }
  get isConnected() { return isConnected(this.#record); }
  get baseURI() { return theDocument.node.URL; }
  get parentNode() { return nodeOf(this.#record.parent); }
  get parentElement() {
    const { parent } = this.#record;
    return parent !== null && parent.type === ELEMENT ? parent.node : null;
  }
  get firstChild() { return nodeOf(this.#record.first); }
  get lastChild() { return nodeOf(this.#record.last); }
  get nextSibling() { return nodeOf(this.#record.next); }
  get previousSibling() { return nodeOf(this.#record.prev); }
  get childNodes() { return this.#record.childNodes ??= liveList(NodeList, () => childRecords(this.#record).map(nodeOf)); }
  hasChildNodes() { return this.#record.first !== null; }
  getRootNode() { return rootOf(this.#record).node; }
  contains(other) { return other != null && isInclusiveAncestor(this.#record, recordOf(other)); }
  isSameNode(other) { return this === other; }
  isEqualNode(other) { return other != null && sameTree(this.#record, recordOf(other)); }
  compareDocumentPosition(other) { return comparePosition(this.#record, recordOf(other)); }
  appendChild(child) { return insertNode(this.#record, child, null, "appendChild"); }
  insertBefore(child, before) {
    if (before == null) return insertNode(this.#record, child, null, "insertBefore");
    const reference = recordOf(before);
    if (reference.parent !== this.#record) {
      throw new DOMException("Failed to execute 'insertBefore' on 'Node': The node before which the new node is to be inserted is not a child of this node.", "NotFoundError");
    }
    return insertNode(this.#record, child, reference, "insertBefore");
  }
  removeChild(child) {
    const record = recordOf(child);
    if (record.parent !== this.#record) {
      throw new DOMException("Failed to execute 'removeChild' on 'Node': The node to be removed is not a child of this node.", "NotFoundError");
    }
    remove(record);
    return child;
  }
  replaceChild(child, old) {
    const record = recordOf(old);
    if (record.parent !== this.#record) {
      throw new DOMException("Failed to execute 'replaceChild' on 'Node': The node to be replaced is not a child of this node.", "NotFoundError");
    }
    if (child === old) return old;
    const before = record.next === recordOf(child) ? record.next.next : record.next;
    checkInsert(this.#record, recordOf(child), "replaceChild");
    remove(record);
    insertNode(this.#record, child, before, "replaceChild");
    return old;
  }
  cloneNode(deep = false) { return cloneRecord(this.#record, Boolean(deep)).node; }
  normalize() {
    for (const record of [...descendants(this.#record)]) {
      if (record.type !== TEXT || record.parent === null) continue;
      let data = record.data;
      while (record.next !== null && record.next.type === TEXT) {
        data += record.next.data;
        remove(record.next);
      }
      if (data === "") remove(record);
      else if (data !== record.data) setData(record, data);
    }
  }
}
for (const [name, value] of Object.entries({
  ELEMENT_NODE: 1, ATTRIBUTE_NODE: 2, TEXT_NODE: 3, CDATA_SECTION_NODE: 4, PROCESSING_INSTRUCTION_NODE: 7, COMMENT_NODE: 8,
  DOCUMENT_NODE: 9, DOCUMENT_TYPE_NODE: 10, DOCUMENT_FRAGMENT_NODE: 11, DOCUMENT_POSITION_DISCONNECTED: 1,
  DOCUMENT_POSITION_PRECEDING: 2, DOCUMENT_POSITION_FOLLOWING: 4, DOCUMENT_POSITION_CONTAINS: 8, DOCUMENT_POSITION_CONTAINED_BY: 16,
})) {
  for (const place of [Node, Node.prototype]) Object.defineProperty(place, name, { value, enumerable: true });
}

function childRecords(record) {
  const all = [];
  for (let child = record.first; child !== null; child = child.next) all.push(child);
  return all;
}

// descendants goes through what is below root in the order of the document.
function* descendants(root) {
  let record = root.first;
  while (record !== null) {
    yield record;
    if (record.first !== null) {
      record = record.first;
      continue;
    }
    while (record !== root && record !== null && record.next === null) record = record.parent;
    if (record === root || record === null) return;
    record = record.next;
  }
}

function rootOf(record) {
  while (record.parent !== null) record = record.parent;
  return record;
}

const isConnected = (record) => rootOf(record) === theDocument;

function isInclusiveAncestor(ancestor, record) {
  for (; record !== null; record = record.parent) if (record === ancestor) return true;
  return false;
}

// sameTree compares what two trees say, not which nodes they are.
function sameTree(a, b) {
  if (a.type !== b.type || a.data !== b.data || a.name !== b.name || a.local !== b.local || a.namespace !== b.namespace) return false;
  if (a.type === ELEMENT && (a.attributes.size !== b.attributes.size || [...a.attributes].some(([name, value]) => b.attributes.get(name) !== value))) return false;
  const children = childRecords(a), others = childRecords(b);
  return children.length === others.length && children.every((c, i) => sameTree(c, others[i]));
}

function comparePosition(a, b) {
  if (a === b) return 0;
  if (rootOf(a) !== rootOf(b)) return 1 | 32 | (a.node < b.node ? 2 : 4);
  if (isInclusiveAncestor(a, b)) return 16 | 4;
  if (isInclusiveAncestor(b, a)) return 8 | 2;
  for (const record of descendants(rootOf(a))) {
    if (record === a) return 4;
    if (record === b) return 2;
  }
  return 1;
}

function checkInsert(parent, child, method) {
  const fail = (why) => {
    throw new DOMException(`Failed to execute '${method}' on 'Node': ${why}`, "HierarchyRequestError");
  };
  if (parent.type !== ELEMENT && parent.type !== DOCUMENT && parent.type !== FRAGMENT) fail("This node type does not support this method.");
  if (isInclusiveAncestor(child, parent)) fail("The new child element contains the parent.");
  if (child.type === DOCUMENT) fail("Nodes of type '#document' may not be inserted inside nodes of type '" + parent.node.nodeName + "'.");
  if (parent.type === DOCUMENT) {
    if (child.type === TEXT) fail("Nodes of type '#text' may not be inserted inside nodes of type '#document'.");
    if (child.type === ELEMENT && childRecords(parent).some((c) => c.type === ELEMENT && c !== child)) fail("Only one element on document allowed.");
  }
}

// insertNode is what every method that puts a node somewhere ends in.
function insertNode(parent, node, before, method) {
  if (!isNode(node)) throw new TypeError(`Failed to execute '${method}' on 'Node': parameter 1 is not of type 'Node'.`);
  const record = recordOf(node);
  checkInsert(parent, record, method);
  if (record.type === FRAGMENT) insertAll(parent, childRecords(record), before);
  else insertAll(parent, [record], before === record ? record.next : before);
  return node;
}

// insertAll puts records, without parents or with, before another; observers see one change.
function insertAll(parent, records, before, removed = []) {
  for (const record of records) if (record.parent !== null) remove(record);
  const prev = before === null ? parent.last : before.prev;
  for (const record of records) insert(parent, record, before, true);
  if (records.length + removed.length > 0) {
    observe(parent, "childList", { addedNodes: records.map(nodeOf), removedNodes: removed.map(nodeOf), previousSibling: nodeOf(prev), nextSibling: nodeOf(before) });
  }
  if (isConnected(parent)) for (const record of records) connected(record);
}

// insert and remove are the two changes of the tree: what other worlds learn, they learn here, and observers too unless
// the caller tells them of several changes as one.
function insert(parent, record, before, quiet = false) {
  const prev = before === null ? parent.last : before.prev;
  record.parent = parent;
  record.prev = prev;
  record.next = before;
  if (prev === null) parent.first = record;
  else prev.next = record;
  if (before === null) parent.last = record;
  else before.prev = record;
  treeVersion++;
  if (!quiet) observe(parent, "childList", { addedNodes: [record.node], previousSibling: nodeOf(prev), nextSibling: nodeOf(before) });
  if (parent.shared) tellInsert(parent, record, before);
}

function remove(record, quiet = false) {
  const { parent, prev, next } = record;
  disconnected(record);
  if (prev === null) parent.first = next;
  else prev.next = next;
  if (next === null) parent.last = prev;
  else next.prev = prev;
  record.parent = record.prev = record.next = null;
  treeVersion++;
  if (!quiet) observe(parent, "childList", { removedNodes: [record.node], previousSibling: nodeOf(prev), nextSibling: nodeOf(next) });
  if (record.shared) tell("remove", record.id);
}

function setData(record, data) {
  const oldValue = record.data;
  record.data = data;
  treeVersion++;
  observe(record, "characterData", { oldValue });
  if (record.shared) tell("data", record.id, data);
}

// nodesOrText turns the arguments of append and its like into records.
function nodesOrText(items) {
  const records = [];
  for (const item of items) {
    const record = isNode(item) ? recordOf(item) : newText(`${item}`);
    if (record.type === FRAGMENT) records.push(...childRecords(record));
    else records.push(record);
  }
  return records;
}

function insertItems(parent, items, before, method) {
  const records = nodesOrText(items);
  for (const record of records) checkInsert(parent, record, method);
  while (before !== null && records.includes(before)) before = before.next;
  insertAll(parent, records, before);
}

function replaceChildren(parent, records) {
  const removed = childRecords(parent).filter((child) => !records.includes(child));
  for (const child of removed) remove(child, true);
  insertAll(parent, records, null, removed);
}

function textOf(record) {
  let text = "";
  for (const d of descendants(record)) if (d.type === TEXT) text += d.data;
  return text;
}

function setText(record, value) {
  const text = value == null ? "" : `${value}`;
  replaceChildren(record, text === "" ? [] : [newText(text)]);
}

// ParentNode and ChildNode of the standard, for the classes that have them.
const parentMethods = {
  get children() { const r = recordOf(this); return r.children ??= liveList(HTMLCollection, () => elementChildren(r).map(nodeOf)); },
  get childElementCount() { return elementChildren(recordOf(this)).length; },
  get firstElementChild() { return elementChildren(recordOf(this))[0]?.node ?? null; },
  get lastElementChild() { return elementChildren(recordOf(this)).at(-1)?.node ?? null; },
  append(...items) { insertItems(recordOf(this), items, null, "append"); },
  prepend(...items) { insertItems(recordOf(this), items, recordOf(this).first, "prepend"); },
  replaceChildren(...items) {
    const record = recordOf(this);
    const records = nodesOrText(items);
    for (const r of records) checkInsert(record, r, "replaceChildren");
    replaceChildren(record, records);
  },
  querySelector(selector) { return select(recordOf(this), selector, "querySelector", true)[0] ?? null; },
  querySelectorAll(selector) { return fixedList(NodeList, select(recordOf(this), selector, "querySelectorAll", false)); },
};

const childMethods = {
  remove() { if (recordOf(this).parent !== null) remove(recordOf(this)); },
  before(...items) {
    const record = recordOf(this);
    if (record.parent === null) return;
    // A node in the list may be the one in front of this one: what counts is the first that stays.
    insertItems(record.parent, items, record, "before");
  },
  after(...items) {
    const record = recordOf(this);
    if (record.parent !== null) insertItems(record.parent, items, record.next, "after");
  },
  replaceWith(...items) {
    const record = recordOf(this);
    const { parent } = record;
    if (parent === null) return;
    const records = nodesOrText(items);
    for (const r of records) checkInsert(parent, r, "replaceWith");
    let before = record.next;
    while (before !== null && records.includes(before)) before = before.next;
    if (!records.includes(record)) remove(record);
    insertAll(parent, records, before);
  },
  get nextElementSibling() {
    let r = recordOf(this).next;
    while (r !== null && r.type !== ELEMENT) r = r.next;
    return nodeOf(r);
  },
  get previousElementSibling() {
    let r = recordOf(this).prev;
    while (r !== null && r.type !== ELEMENT) r = r.prev;
    return nodeOf(r);
  },
};

const elementChildren = (record) => childRecords(record).filter((r) => r.type === ELEMENT);

function mixin(Class, ...sources) {
  for (const source of sources) Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(source));
}
