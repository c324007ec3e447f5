// One document, several worlds.
//
// The scripts of a page and the content scripts of each extension run in worlds of their own: JavaScript heaps that
// share no object. Each has its own mirror of the one document. A node that has been in the document has an id, the
// same in every world; what one world does to such a node is told to Go, which has the other worlds do the same, in
// the same turn: all worlds of a document run on one goroutine.
//
// The seam. Go gives (host functions; every text is JSON unless it says otherwise):
//   host.domFrame()                what this world is: WorldInfo in document.go
//   host.domMutated(op)            this world changed the document; op is for the apply of the others
//   host.domDispatch(token, event) run this event's listeners in all worlds; returns the flags (stop, stop now, prevented)
//   host.domParse(html, context)   the tree of a fragment below an element called context
//   host.domEffect(kind, detail)   the document wants something of the browser: Effect in document.go
// and the engine leaves what the heads of its preludes say: define, tag, serialize, deserialize, events.
//
// Go keeps (what the last file, exports.js, returns):
//   load(tree)        the page's world builds the document from a parsed tree
//   snapshot()        the document as text, for a world that is added; from here on this world mirrors
//   restore(text)     an added world takes it over
//   apply(op)         does what another world did
//   begin(token, event), orders(token, index, capture), invoke(token, index, capture, flags, first, last), invokeAll(token, flags), end(token, flags)
//                     the parts of an event in one world; see Document.dispatch
//   title()           document.title
//   listens(type)     whether the window has listeners to an event in this world
//   find(selector)    the id of an element, 0 where there is none
//   scripts(), frames()  what load brought: the script elements that have not run and the iframes, in order
//   click(id)         what a click of the user does; only in the page's world
//   fire(id, event)   an event that Go makes, at a node, the document (2) or the window (1); false when it was prevented
//   setState(key, value)  readyState, url, visibility: of documentState in document.js
//   enterScript(id), leaveScript()  around a script element's code: document.currentScript
//   popState(state)   after back and forward within a document
// Ids: 1 is the window, 2 the document; those that a world makes begin at its number times 2 to the power of 32.
// What another world cannot know of a node stays apart, as in browsers: properties that scripts add, listeners.

const frame = JSON.parse(host.domFrame());
const byID = new Map(); // id -> WeakRef of a record: what is in no document any more may be forgotten
const forget = new FinalizationRegistry((id) => { if (byID.get(id)?.deref() === undefined) byID.delete(id); });
let mirrored = false; // there are other worlds
let applying = false; // what happens now was told by another world
let lastID = frame.world * 2 ** 32 + 16;

const newID = () => ++lastID;

function share(record, id = newID()) {
  record.id = id;
  record.shared = true;
  byID.set(id, new WeakRef(record));
  forget.register(record, id);
}

function known(id) {
  if (id === 1) return windowRecord;
  return byID.get(id)?.deref() ?? null;
}

function tell(...op) {
  if (mirrored && !applying) host.domMutated(JSON.stringify(op));
}

function tellInsert(parent, record, before) {
  if (!mirrored || applying) return;
  tell("insert", parent.id, before === null ? 0 : before.id, serialiseTree(record, true));
}

// serialiseTree gives a record as data: text is a string (with ids [id, 3, text]); an element is
// [id, name, attributes or 0, children, form state or 0, namespace or 0, template content or 0].
function serialiseTree(record, ids) {
  if (ids && !record.shared) share(record);
  const { id } = record;
  switch (record.type) {
    case ELEMENT:
      return [ids ? id : 0, record.local, record.attributes.size === 0 ? 0 : [...record.attributes], childRecords(record).map((c) => serialiseTree(c, ids)),
        record.form ?? 0, record.namespace === HTML ? 0 : record.namespace, record.content ? childRecords(record.content).map((c) => serialiseTree(c, ids)) : 0];
    case DOCTYPE:
      return [ids ? id : 0, DOCTYPE, record.name];
    case DOCUMENT: case FRAGMENT:
      return [0, record.type, childRecords(record).map((c) => serialiseTree(c, ids))];
  }
  return [ids ? id : 0, record.type, record.data];
}

// buildTree makes the records for such data, or brings those that this world has up to date.
function buildTree(data) {
  if (typeof data === "string") return newText(data);
  const [id, kind, content] = data;
  let record = id === 0 ? null : known(id);
  if (record === null) {
    record = kind === TEXT ? newText(content) : kind === COMMENT ? newComment(content) : kind === DOCTYPE ? newDoctype(content) : newElement(kind, data[5] || HTML);
    if (id !== 0) share(record, id);
  } else if (kind === TEXT || kind === COMMENT) {
    if (record.data !== content) setData(record, content);
  }
  if (typeof kind !== "string") return record;
  const wanted = new Map(content === 0 ? [] : content);
  for (const name of [...record.attributes.keys()]) if (!wanted.has(name)) setAttribute(record, name, null);
  for (const [name, value] of wanted) if (record.attributes.get(name) !== value) setAttribute(record, name, value);
  if (data[4]) record.form = data[4];
  buildChildren(record, data[3]);
  if (data[6]) buildChildren(templateContent(record), data[6]);
  return record;
}

function buildChildren(parent, list) {
  const children = list.map(buildTree);
  if (children.length === 0 && parent.first === null) return;
  const now = childRecords(parent);
  if (now.length === children.length && now.every((c, i) => c === children[i])) return;
  for (const child of now) if (!children.includes(child)) remove(child);
  let at = parent.first;
  for (const child of children) {
    if (child === at) at = at.next;
    else {
      if (child.parent !== null) remove(child);
      insert(parent, child, at);
    }
  }
}

const appliers = {
  insert(parentID, beforeID, tree) {
    const parent = known(parentID);
    if (parent === null) return;
    const record = buildTree(tree);
    const before = beforeID === 0 ? null : known(beforeID);
    if (record.parent !== null) remove(record);
    insert(parent, record, before !== null && before.parent === parent ? before : null);
  },
  remove(id) {
    const record = known(id);
    if (record !== null && record.parent !== null) remove(record);
  },
  data(id, data) {
    const record = known(id);
    if (record !== null) setData(record, data);
  },
  attribute(id, name, value) {
    const record = known(id);
    if (record !== null) setAttribute(record, name, value);
  },
  form(id, form) {
    const record = known(id);
    if (record !== null) record.form = form;
  },
  focus(id) { documentState.activeElement = id === 0 ? null : known(id); },
  state(key, value) { documentState[key] = value; },
  storage(area, key, value) { storeItem(area, key, value); },
};

// withoutTelling does what other worlds know already or will be told as a whole.
function withoutTelling(f) {
  const before = applying;
  applying = true;
  try {
    return f();
  } finally {
    applying = before;
  }
}

function apply(text) {
  const [kind, ...args] = JSON.parse(text);
  withoutTelling(() => appliers[kind](...args));
}

function takeSnapshot() {
  mirrored = true;
  const tree = serialiseTree(theDocument, true)[2];
  const { activeElement, ...state } = documentState;
  return JSON.stringify({ tree, state, active: activeElement?.id ?? 0, storage: storedItems() });
}

function restore(text) {
  const { tree, state, active, storage } = JSON.parse(text);
  mirrored = true;
  withoutTelling(() => {
    buildChildren(theDocument, tree);
    Object.assign(documentState, state);
    documentState.activeElement = active === 0 ? null : known(active);
    for (const [area, key, value] of storage) storeItem(area, key, value);
  });
}

// Events that pass through several worlds: token -> { event, path }.
const underWay = new Map();

function describeEvent(event, path) {
  let name = "Event";
  for (let p = Object.getPrototypeOf(event); p !== null; p = Object.getPrototypeOf(p)) {
    const own = p.constructor?.name;
    if (classes.get(own)?.prototype === p) {
      name = own;
      break;
    }
  }
  const init = { bubbles: event.bubbles, cancelable: event.cancelable, composed: event.composed };
  const nodes = {};
  for (const key of crossing.get(name)) {
    const value = event[key];
    if (isNode(value)) nodes[key] = recordOf(value).id;
    else if (value !== globalThis) init[key] = value;
  }
  const source = event instanceof MessageEvent ? nameOfWindow(event.source) : undefined;
  return JSON.stringify({
    type: event.type, class: name, source, init: cloneable(init), nodes, path: path.map((r) => r.id), trusted: event.isTrusted,
    bubbles: event.bubbles, flags: flagsOf(event),
  });
}

// cloneable is the values as a structured clone in text; what cannot be cloned is null in other worlds, as in Chromium.
function cloneable(values) {
  const kept = {};
  for (const [key, value] of Object.entries(values)) {
    try {
      host.serialize(value);
      kept[key] = value;
    } catch {
      kept[key] = null;
    }
  }
  return host.serialize(kept);
}

function buildEvent({ type, class: name, init, nodes, trusted, source }) {
  const values = host.deserialize(init);
  for (const [key, id] of Object.entries(nodes ?? {})) values[key] = nodeOf(known(id));
  if (source !== undefined) values.source = windowFor(source);
  const event = newEvent(name ?? "Event", type, values);
  return trusted ? trust(event) : event;
}

// begin returns whether this world has anything to run for the event. A node of the path that this world does not know
// keeps its place, so that an index means the same everywhere.
function begin(token, text) {
  const { path: ids, ...description } = JSON.parse(text);
  let run = underWay.get(token);
  const path = run?.path ?? ids.map(known);
  if (!path.some((r) => r !== null && host.hasListeners(r.node, description.type)) || path[0] === null) return false;
  if (run === undefined) {
    run = { event: buildEvent(description), path };
    start(run.event, path[0].node, path.filter((r) => r !== null));
    underWay.set(token, run);
  }
  return true;
}

// orders returns the numbers of the listeners of one stop as a JSON array.
function orders(token, index, capture) {
  const { event, path } = underWay.get(token);
  if (path[index] === null) return "[]";
  return JSON.stringify(host.listenerOrders(path[index].node, event.type, capture ? CAPTURING : BUBBLING));
}

// invoke runs the listeners of one stop that are numbered from first to last, and returns the flags.
function invoke(token, index, capture, flags, first, last) {
  const { event, path } = underWay.get(token);
  setFlags(event, flags);
  if (path[index] !== null) host.invoke(path[index].node, event, capture ? CAPTURING : BUBBLING, first, last);
  return flagsOf(event);
}

// invokeAll goes the whole way where no other world has listeners.
function invokeAll(token, flags) {
  const { event, path } = underWay.get(token);
  for (let i = path.length - 1; i >= 0 && (flags & STOP) === 0; i--) flags = invoke(token, i, true, flags);
  for (let i = 0; i < path.length && (flags & STOP) === 0 && (i === 0 || event.bubbles); i++) flags = invoke(token, i, false, flags);
  return flags;
}

// end is not called in the world that the event came from: that one finishes by itself.
function end(token, flags) {
  const { event } = underWay.get(token);
  underWay.delete(token);
  setFlags(event, flags);
  finish(event);
}
