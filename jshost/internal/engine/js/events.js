// Event and its kinds, EventTarget, the global as an EventTarget, and what
// happens with exceptions that no script catches.
//
//   host.eventParent(target, event)   the next target on the event's path, or null: here null;
//                                     a document sets it to walk its tree
//   host.eventState(event)            the fields of an event that dispatching changes
//   host.dispatch(target, event)      the whole dispatch; false when the event was cancelled
//   host.invoke(target, event, phase) only the listeners of one target for one phase; of those, where two more
//                                     arguments follow, the ones from the first order to the last
//   host.listenerOrder(target)        a number for a new listener, greater than all before; a document sets it
//                                     to number those of several realms
//   host.listenerOrders(target, type, phase) the numbers that there are, in their order
//   host.handlers(object, names)      event handler attributes: onNAME
//   host.report(thrown)               an exception that nobody caught
(function (host) {
  "use strict";
  const { defineProperty } = Object;
  const { apply } = Reflect;
  const now = host.now;
  const none = 0, capturing = 1, atTarget = 2, bubbling = 3;
  let stateOf;

  // Each event has this property of its own, as in browsers.
  const isTrusted = { get() { return stateOf(this).trusted; }, enumerable: true, configurable: false };

  class Event {
    #state;
    constructor(type, init = {}) {
      if (arguments.length === 0) throw new TypeError("Failed to construct 'Event': 1 argument required, but only 0 present.");
      init ??= {};
      defineProperty(this, "isTrusted", isTrusted);
      this.#state = {
        type: `${type}`, bubbles: !!init.bubbles, cancelable: !!init.cancelable, composed: !!init.composed,
        target: null, currentTarget: null, phase: none, path: [], stopped: false, stoppedNow: false,
        cancelled: false, passive: false, dispatching: false, trusted: false, time: now() - host.timeOrigin,
      };
    }
    get type() { return this.#state.type; }
    get bubbles() { return this.#state.bubbles; }
    get cancelable() { return this.#state.cancelable; }
    get composed() { return this.#state.composed; }
    get target() { return this.#state.target; }
    get srcElement() { return this.#state.target; }
    get currentTarget() { return this.#state.currentTarget; }
    get eventPhase() { return this.#state.phase; }
    get defaultPrevented() { return this.#state.cancelled; }
    get timeStamp() { return this.#state.time; }
    get returnValue() { return !this.#state.cancelled; }
    set returnValue(value) { if (!value) this.preventDefault(); }
    get cancelBubble() { return this.#state.stopped; }
    set cancelBubble(value) { if (value) this.#state.stopped = true; }
    composedPath() { return this.#state.path.slice(); }
    stopPropagation() { this.#state.stopped = true; }
    stopImmediatePropagation() { this.#state.stopped = this.#state.stoppedNow = true; }
    preventDefault() { if (this.#state.cancelable && !this.#state.passive) this.#state.cancelled = true; }
    initEvent(type, bubbles = false, cancelable = false) {
      const state = this.#state;
      if (state.dispatching) return;
      Object.assign(state, { type: `${type}`, bubbles: !!bubbles, cancelable: !!cancelable, stopped: false, stoppedNow: false, cancelled: false, trusted: false, target: null });
    }
    static {
      stateOf = (event) => {
        if (typeof event !== "object" || event === null || !(#state in event)) throw new TypeError("parameter 1 is not of type 'Event'.");
        return event.#state;
      };
    }
  }
  host.tag(Event, "Event");
  const phases = { NONE: { value: none, enumerable: true }, CAPTURING_PHASE: { value: capturing, enumerable: true }, AT_TARGET: { value: atTarget, enumerable: true }, BUBBLING_PHASE: { value: bubbling, enumerable: true } };
  Object.defineProperties(Event, phases);
  Object.defineProperties(Event.prototype, phases);

  // kind makes a subclass of Event with read-only fields and their defaults.
  const kind = (name, fields) => {
    const values = new WeakMap();
    const constructor = { [name]: class extends Event {
      constructor(type, init) {
        super(...arguments);
        const own = {};
        for (const field in fields) own[field] = init?.[field] === undefined ? fields[field] : init[field];
        values.set(this, own);
      }
    } }[name];
    for (const field in fields) {
      defineProperty(constructor.prototype, field, { get() { return values.get(this)[field]; }, enumerable: true, configurable: true });
    }
    host.tag(constructor, name);
    host.define(name, constructor);
    return constructor;
  };

  const listeners = new WeakMap(); // target -> Map of type -> array
  const targetOf = (self) => {
    if (self === undefined || self === null) return globalThis;
    if (self !== globalThis && !(self instanceof EventTarget)) throw new TypeError("Illegal invocation");
    return self;
  };
  const captureOf = (options) => (typeof options === "object" && options !== null ? !!options.capture : !!options);

  const remove = (target, type, callback, capture) => {
    const list = listeners.get(target)?.get(type);
    const at = list ? list.findIndex((l) => l.callback === callback && l.capture === capture) : -1;
    if (at < 0) return;
    list[at].removed = true;
    listeners.get(target).set(type, list.toSpliced(at, 1)); // a dispatch may be walking the old one
  };

  class EventTarget {
    addEventListener(type, callback, options) {
      const target = targetOf(this);
      if (callback === null || callback === undefined) return;
      if (typeof callback !== "function" && typeof callback !== "object") {
        throw new TypeError("Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'Object'.");
      }
      const settings = typeof options === "object" && options !== null ? options : {};
      const signal = settings.signal;
      if (signal?.aborted) return;
      type = `${type}`;
      const capture = captureOf(options);
      let types = listeners.get(target);
      if (!types) listeners.set(target, (types = new Map()));
      const list = types.get(type) ?? [];
      if (list.some((l) => l.callback === callback && l.capture === capture)) return;
      const order = host.listenerOrder(target);
      types.set(type, [...list, { order, callback, capture, once: !!settings.once, passive: !!settings.passive, removed: false }]);
      if (signal) host.onAbort(signal, () => remove(target, type, callback, capture));
    }
    removeEventListener(type, callback, options) {
      remove(targetOf(this), `${type}`, callback, captureOf(options));
    }
    dispatchEvent(event) {
      const target = targetOf(this);
      const state = stateOf(event);
      if (state.dispatching) {
        throw new host.DOMException("Failed to execute 'dispatchEvent' on 'EventTarget': The event is already being dispatched.", "InvalidStateError");
      }
      state.trusted = false;
      return host.dispatch(target, event);
    }
  }
  host.tag(EventTarget, "EventTarget");

  host.onAbort = (signal, callback) =>
    apply(EventTarget.prototype.addEventListener, signal, ["abort", callback, { once: true }]);
  host.eventParent = () => null;
  host.eventState = stateOf;
  let lastOrder = 0;
  host.listenerOrder = () => ++lastOrder;
  host.listenerOrders = (target, type, phase) => (listeners.get(target)?.get(type) ?? [])
    .filter((l) => (phase === capturing) === l.capture).map((l) => l.order);
  host.hasListeners = (target, type) => (listeners.get(target)?.get(type)?.length ?? 0) > 0;

  host.invoke = (target, event, phase, first = 0, last = Infinity) => {
    const state = stateOf(event);
    const list = listeners.get(target)?.get(state.type);
    if (!list || state.stoppedNow) return;
    state.currentTarget = target;
    state.phase = phase === atTarget || target === state.target ? atTarget : phase;
    for (const listener of list) {
      if (state.stoppedNow) break;
      if (listener.removed || (phase === capturing) !== listener.capture) continue;
      if (listener.order < first || listener.order > last) continue;
      if (listener.once) remove(target, state.type, listener.callback, listener.capture);
      state.passive = listener.passive;
      try {
        const { callback } = listener;
        if (typeof callback === "function") apply(callback, target, [event]);
        else callback.handleEvent(event);
      } catch (thrown) {
        host.report(thrown);
      }
      state.passive = false;
    }
  };

  host.dispatch = (target, event) => {
    const state = stateOf(event);
    state.dispatching = true;
    state.target = target;
    const path = [];
    for (let t = target; t; t = host.eventParent(t, event)) path.push(t);
    state.path = path;
    for (let i = path.length - 1; i >= 0 && !state.stopped; i--) host.invoke(path[i], event, capturing);
    for (let i = 0; i < path.length && !state.stopped && (i === 0 || state.bubbles); i++) host.invoke(path[i], event, bubbling);
    state.dispatching = state.stopped = state.stoppedNow = false;
    state.currentTarget = null;
    state.phase = none;
    state.path = [];
    return !state.cancelled;
  };

  const handled = new WeakMap(); // object -> Map of name -> { value, listener }
  host.handlers = (object, names) => {
    for (const name of names) {
      defineProperty(object, `on${name}`, {
        get() { return handled.get(targetOf(this))?.get(name)?.value ?? null; },
        set(value) {
          const target = targetOf(this);
          let own = handled.get(target);
          if (!own) handled.set(target, (own = new Map()));
          const slot = own.get(name);
          const next = typeof value === "function" || (typeof value === "object" && value !== null) ? value : null;
          if (slot) {
            slot.value = next; // a handler keeps the place in the order it was first set at
            return;
          }
          if (next === null) return;
          const entry = { value: next };
          own.set(name, entry);
          apply(EventTarget.prototype.addEventListener, target, [name, (event) => {
            if (typeof entry.value !== "function") return;
            const atGlobal = name === "error" && target === globalThis && event instanceof ErrorEvent;
            const result = atGlobal
              ? apply(entry.value, target, [event.message, event.filename, event.lineno, event.colno, event.error])
              : apply(entry.value, target, [event]);
            if (atGlobal ? result === true : result === false) event.preventDefault();
          }]);
        },
        enumerable: true, configurable: true,
      });
    }
  };

  host.define("Event", Event);
  host.define("EventTarget", EventTarget);
  kind("CustomEvent", { detail: null });
  kind("MessageEvent", { data: null, origin: "", lastEventId: "", source: null, ports: Object.freeze([]) });
  const ErrorEvent = kind("ErrorEvent", { message: "", filename: "", lineno: 0, colno: 0, error: undefined });
  const PromiseRejectionEvent = kind("PromiseRejectionEvent", { promise: undefined, reason: undefined });

  // The global is an EventTarget, as a window or a worker's scope is.
  Object.setPrototypeOf(globalThis, EventTarget.prototype);
  host.handlers(globalThis, ["error", "unhandledrejection", "rejectionhandled"]);
  for (const name of ["onerror", "onunhandledrejection", "onrejectionhandled"]) {
    defineProperty(globalThis, name, { enumerable: false });
  }

  let reporting = false; // an exception in an error handler is not given to it again
  const offer = (event) => {
    if (reporting) return true;
    reporting = true;
    try {
      return host.dispatch(globalThis, event);
    } finally {
      reporting = false;
    }
  };

  host.afterStop(() => { reporting = false; });

  host.report = (thrown) => {
    if (!host.hasListeners(globalThis, "error")) {
      host.reportUncaught(thrown, false);
      return;
    }
    const place = host.locate(thrown);
    if (offer(new ErrorEvent("error", {
      cancelable: true, message: `Uncaught ${place.text}`, filename: place.file, lineno: place.line, colno: place.column, error: thrown,
    }))) host.reportUncaught(thrown, false);
  };

  return {
    // rejected is called for a promise that was rejected and has no handler.
    rejected(promise, reason) {
      const listening = host.hasListeners(globalThis, "unhandledrejection");
      if (!listening || offer(new PromiseRejectionEvent("unhandledrejection", { cancelable: true, promise, reason }))) {
        host.reportUncaught(reason, true);
      }
    },
  };
})
