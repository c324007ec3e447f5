// Events on nodes and on the window: they go down to the target and up again, in all worlds of the document.
//
// Event, EventTarget and their kin are the realm's own. The engine leaves for preludes the parts of a dispatch
// (jshost/internal/engine/js/events.js): eventState, eventParent, dispatch, invoke, hasListeners, handlers, report.
// Here nodes get their path and their default actions, and an event on a node that several worlds know passes through
// all of them: at each stop the listeners run in the order in which they were added, whichever world did.

const CAPTURING = 1, BUBBLING = 3;
const STOP = 1, STOP_NOW = 2, PREVENTED = 4; // what the worlds tell one another about an event

const dispatchInRealm = host.dispatch;
const windowRecord = newRecord(0, { node: globalThis, id: 1, shared: true });
const targetRecord = (target) => target === globalThis ? windowRecord : isNode(target) ? recordOf(target) : null;
const ownErrors = [ErrorEvent, PromiseRejectionEvent]; // each world hears of its own scripts' alone

host.eventParent = (target, event) => {
  const record = targetRecord(target);
  if (record === null || record === windowRecord) return null;
  if (record.parent !== null) return record.parent.node;
  return record === theDocument && event.type !== "load" ? globalThis : null;
};

const orderInRealm = host.listenerOrder;
host.listenerOrder = (target) => targetRecord(target) === null ? orderInRealm(target) : host.domListener();

host.dispatch = (target, event) => {
  const record = targetRecord(target);
  if (record === null || record === windowRecord && ownErrors.some((Class) => event instanceof Class)) return dispatchInRealm(target, event);
  return dispatch(record, event);
};

// dispatch runs the listeners and then what the browser does by itself; it is what dispatchEvent returns.
function dispatch(record, event) {
  const path = pathOf(record, event);
  const undo = beforeActivation(path, event);
  if (mirrored && record.shared) dispatchInWorlds(record, event, path);
  else dispatchInRealm(record.node, event);
  const { cancelled } = host.eventState(event);
  afterActivation(path, event, cancelled, undo);
  return !cancelled;
}

function pathOf(record, event) {
  const path = [];
  for (let target = record.node; target !== null; target = host.eventParent(target, event)) path.push(targetRecord(target));
  return path;
}

function dispatchInWorlds(record, event, path) {
  const token = newID();
  start(event, record.node, path);
  underWay.set(token, { event, path });
  try {
    setFlags(event, host.domDispatch(token, describeEvent(event, path)));
  } finally {
    underWay.delete(token);
    finish(event);
  }
}

function start(event, target, path) {
  Object.assign(host.eventState(event), { dispatching: true, target, path: path.map(nodeOf) });
}

function finish(event) {
  Object.assign(host.eventState(event), { dispatching: false, stopped: false, stoppedNow: false, currentTarget: null, phase: 0, path: [] });
}

function flagsOf(event) {
  const { stopped, stoppedNow, cancelled } = host.eventState(event);
  return (stopped ? STOP : 0) | (stoppedNow ? STOP_NOW : 0) | (cancelled ? PREVENTED : 0);
}

function setFlags(event, flags) {
  Object.assign(host.eventState(event), { stopped: (flags & STOP) !== 0, stoppedNow: (flags & STOP_NOW) !== 0, cancelled: (flags & PREVENTED) !== 0 });
}

// What the user or the browser does is trusted.
function trust(event) {
  host.eventState(event).trusted = true;
  return event;
}

const fire = (record, event) => dispatch(record, trust(event));

function requireArguments(method, owner, args, count) {
  if (args.length >= count) return;
  throw new TypeError(`Failed to execute '${method}' on '${owner}': ${count} argument${count > 1 ? "s" : ""} required, but only ${args.length} present.`);
}

// The classes of events that the page has beyond the realm's: name, parent, own properties with their defaults.
const modifiers = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };
const eventClasses = [
  ["UIEvent", "Event", { view: null, detail: 0 }],
  ["MouseEvent", "UIEvent", { screenX: 0, screenY: 0, clientX: 0, clientY: 0, ...modifiers, button: 0, buttons: 0, relatedTarget: null }],
  ["PointerEvent", "MouseEvent", { pointerId: 0, width: 1, height: 1, pressure: 0, pointerType: "", isPrimary: false }],
  ["WheelEvent", "MouseEvent", { deltaX: 0, deltaY: 0, deltaZ: 0, deltaMode: 0 }],
  ["KeyboardEvent", "UIEvent", { key: "", code: "", location: 0, repeat: false, isComposing: false, ...modifiers, charCode: 0, keyCode: 0, which: 0 }],
  ["InputEvent", "UIEvent", { data: null, inputType: "", isComposing: false }],
  ["CompositionEvent", "UIEvent", { data: "" }],
  ["FocusEvent", "UIEvent", { relatedTarget: null }],
  ["SubmitEvent", "Event", { submitter: null }],
  ["HashChangeEvent", "Event", { oldURL: "", newURL: "" }],
  ["PopStateEvent", "Event", { state: null }],
  ["PageTransitionEvent", "Event", { persisted: false }],
  ["BeforeUnloadEvent", "Event", {}],
  ["StorageEvent", "Event", { key: null, oldValue: null, newValue: null, url: "", storageArea: null }],
  ["ClipboardEvent", "Event", { clipboardData: null }],
  ["DragEvent", "MouseEvent", { dataTransfer: null }],
  ["ProgressEvent", "Event", { lengthComputable: false, loaded: 0, total: 0 }],
];
// classes holds the classes of events by name; those above are made when they are first asked for.
const classes = new Map(["Event", "CustomEvent", "MessageEvent", "ErrorEvent"].map((name) => [name, globalThis[name]]));
// crossing says what of an event goes to other worlds.
const crossing = new Map([["Event", []], ["CustomEvent", ["detail"]], ["MessageEvent", ["data", "origin", "lastEventId"]], ["ErrorEvent", ["message", "filename", "lineno", "colno"]]]);

function eventClass(name) {
  let Class = classes.get(name);
  if (Class === undefined) {
    const description = eventClasses.find(([own]) => own === name);
    if (description === undefined) return undefined;
    classes.set(name, Class = makeEventClass(...description));
  }
  return Class;
}

const newEvent = (name, type, init) => new (eventClass(name))(type, init);

function makeEventClass(name, parent, defaults) {
  const values = new WeakMap();
  const Parent = eventClass(parent);
  const Class = { [name]: class extends Parent {
    constructor(type, init) {
      super(...arguments);
      const own = {};
      for (const key of Object.keys(defaults)) {
        const given = init?.[key];
        own[key] = given === undefined ? defaults[key] : typeof defaults[key] === "string" ? `${given}` : given;
      }
      values.set(this, own);
    }
  } }[name];
  for (const key of Object.keys(defaults)) {
    Object.defineProperty(Class.prototype, key, { get() { return values.get(this)[key]; }, enumerable: true, configurable: true });
  }
  if (name === "MouseEvent") {
    for (const [alias, key] of [["pageX", "clientX"], ["pageY", "clientY"], ["x", "clientX"], ["y", "clientY"], ["offsetX", "clientX"], ["offsetY", "clientY"]]) {
      Object.defineProperty(Class.prototype, alias, { get() { return this[key]; }, enumerable: true, configurable: true });
    }
  }
  if (name === "MouseEvent" || name === "KeyboardEvent") {
    Class.prototype.getModifierState = function getModifierState(key) {
      return Boolean({ Control: this.ctrlKey, Shift: this.shiftKey, Alt: this.altKey, Meta: this.metaKey }[key]);
    };
  }
  crossing.set(name, [...crossing.get(parent), ...Object.keys(defaults)]);
  host.tag(Class, name);
  return Class;
}

const isClick = (event) => event.type === "click" && classes.has("MouseEvent") && event instanceof classes.get("MouseEvent");

// lazyGlobal makes a global that is made when it is first used.
function lazyGlobal(name, make) {
  Object.defineProperty(globalThis, name, {
    get() {
      const value = make();
      host.define(name, value);
      return value;
    },
    set(value) { host.define(name, value); },
    configurable: true, enumerable: false,
  });
}
for (const [name] of eventClasses) lazyGlobal(name, () => eventClass(name));
