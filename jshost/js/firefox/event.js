// The event objects of Firefox. A dispatch goes to the listeners that there
// were when it began and that have not been removed by the time their turn comes.

// A registry has an event's listeners: all is replaced, never changed.
const newRegistry = () => ({ all: [] });

const registries = new WeakMap(); // by event

// The events of ports take anything for a listener and find out when they call it.
const checkCallable = (listener) => {
  if (typeof listener !== "function") throw new TypeError(texts.notCallable);
};

function emitTo(registry, args) {
  const { all } = registry;
  for (let i = 0; i < all.length; i++) {
    if (registry.all !== all && !registry.all.includes(all[i])) continue;
    try {
      checkCallable(all[i]);
      apply(all[i], globalThis, args);
    } catch (error) {
      report(error);
    }
  }
}

// each calls visit with the listeners of an event whose turn comes.
function each(event, visit) {
  const registry = registries.get(event);
  const { all } = registry;
  for (let i = 0; i < all.length; i++) {
    if (registry.all === all || registry.all.includes(all[i])) visit(all[i]);
  }
}

const emit = (event, args) => emitTo(registries.get(event), args);

function addTo(registry, listener) {
  if (registry.all.includes(listener)) return;
  registry.all = [...registry.all, listener];
  if (registry.all.length === 1) registry.changed?.(true);
}

function removeFrom(registry, listener) {
  if (!registry.all.includes(listener)) return;
  registry.all = registry.all.filter((other) => other !== listener);
  if (registry.all.length === 0) registry.changed?.(false);
}

// newPortEvent makes an event of a port; its methods are bound and have no name.
function newPortEvent(registry) {
  return {
    addListener: (() => (listener) => addTo(registry, listener))(),
    removeListener: (() => (listener) => removeFrom(registry, listener))(),
    hasListener: (() => (listener) => registry.all.includes(listener))(),
    setUserInput: false,
  };
}

// makeEvent makes an event of a namespace, whose methods are bound and check
// their arguments.
function makeEvent(registry) {
  const { path } = registry;
  const check = (listener) => {
    if (typeof listener !== "function") throw new Error(`Invalid listener for ${path}.`);
  };
  const event = {
    addListener(listener, filter) {
      check(listener);
      if (arguments.length > (filtered.has(path) ? 2 : 1)) throw new Error(`Incorrect argument types for ${path}.`);
      addTo(registry, listener);
    },
    removeListener(listener) {
      check(listener);
      removeFrom(registry, listener);
    },
    hasListener(listener) {
      check(listener);
      return registry.all.includes(listener);
    },
  };
  registries.set(event, registry);
  return event;
}

// filtered are the events whose listeners may come with a filter.
const filtered = new Set(["tabs.onUpdated"]);

// newEvent: changed(any) is called when the first listener comes and the last
// one goes.
const newEvent = (changed, path) => makeEvent({ all: [], changed, path });

// viewOf makes another object for the same event: chrome and browser have each
// their own, with the listeners of both.
const viewOf = (event) => makeEvent(registries.get(event));

// defineEvent gives a namespace an event.
function defineEvent(object, key, path) { object[key] = viewOf(eventOf(path)); }
