// The event objects of Chromium. A dispatch goes to the listeners that there
// were when it began.

// A registry has an event's listeners: all is replaced, never changed. One that
// is over, because its port is, has none and takes none.
const newRegistry = () => ({ all: [], over: false });

function endRegistry(registry) {
  if (registry === undefined) return;
  registry.all = [];
  registry.over = true;
}

function emitTo(registry, args, returned) {
  const { all } = registry;
  for (let i = 0; i < all.length; i++) {
    try {
      const result = apply(all[i], globalThis, args);
      returned?.(result);
    } catch (error) {
      report(error);
    }
  }
}

// each calls visit with the listeners of an event.
function each(event, visit) {
  const { all } = registryOf(event);
  for (let i = 0; i < all.length; i++) visit(all[i]);
}

const emit = (event, args) => emitTo(registryOf(event), args);

let registryOf;
const makeEvent = (() => {
  const { addListener, removeListener, hasListener, hasListeners, dispatch } = {
    addListener(...args) {
      const registry = check(this);
      if (typeof args[0] !== "function" || invalidated || registry.over) return;
      if (args.length > 1) throw new TypeError(texts.noFilters);
      if (registry.all.includes(args[0])) return;
      registry.all = [...registry.all, args[0]];
      if (registry.all.length === 1) registry.changed?.(true);
    },
    removeListener(...args) {
      const registry = check(this);
      if (!registry.all.includes(args[0])) return;
      registry.all = registry.all.filter((listener) => listener !== args[0]);
      if (registry.all.length === 0) registry.changed?.(false);
    },
    hasListener(...args) {
      const registry = check(this);
      if (args.length === 0) throw new TypeError(texts.noArgument);
      if (typeof args[0] !== "function") throw new TypeError(texts.badListener(nameless(args[0]) ? "" : toText(args[0])));
      return registry.all.includes(args[0]);
    },
    hasListeners() { return check(this).all.length > 0; },
    dispatch(...args) {
      const results = [];
      emitTo(check(this), args, (result) => { if (result !== undefined) results[results.length] = result; });
      return results.length > 0 ? { results } : undefined;
    },
  };
  // nameless values are those of which the error about a listener says nothing.
  const nameless = (value) => value !== undefined && value !== null && typeof value !== "string";
  const check = (self) => {
    const registry = typeof self === "object" && self !== null ? registryOf(self) : undefined;
    if (registry === undefined) throw new TypeError(texts.illegalInvocation("Event"));
    return registry;
  };

  class Event {
    #registry;

    constructor(key, registry) {
      if (key !== internal) throw new TypeError("Illegal constructor");
      this.#registry = registry;
      this.addListener = addListener;
      this.removeListener = removeListener;
      this.hasListener = hasListener;
      this.hasListeners = hasListeners;
      this.dispatch = dispatch;
    }

    static { registryOf = (event) => #registry in event ? event.#registry : undefined; }
  }
  defineProperty(Event, "name", { value: "" });

  return (registry) => new Event(internal, registry);
})();

// newEvent: changed(any) is called when the first listener comes and the last
// one goes.
const newEvent = (changed) => makeEvent({ ...newRegistry(), changed });
const newPortEvent = makeEvent;

// viewOf is the event itself: chrome and browser have the same.
const viewOf = (event) => event;

// defineEvent gives a namespace an event, which exists once somebody has asked for it.
function defineEvent(object, key, path) {
  const define = (value) => defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  const get = () => {
    if (invalidated) throw new Error(texts.unreadable(key));
    const event = eventOf(path);
    define(event);
    return event;
  };
  defineProperty(object, key, { get, set: define, enumerable: true, configurable: true });
}
