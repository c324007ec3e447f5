// The event objects of Firefox. A dispatch goes to the listeners that there
// were when it began and that have not been removed by the time their turn comes.

// A registry has an event's listeners: all is replaced, never changed.
const newRegistry = () => ({ all: [] });

const registries = new WeakMap(); // by event

function emitTo(registry, args) {
  const { all } = registry;
  for (let i = 0; i < all.length; i++) {
    if (registry.all !== all && !registry.all.includes(all[i])) continue;
    try {
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

// makeEvent makes the object for a registry; its methods are bound and have
// neither name nor length.
function makeEvent(registry) {
  const event = {
    addListener: (() => (...args) => {
      if (typeof args[0] !== "function" || registry.all.includes(args[0])) return;
      registry.all = [...registry.all, args[0]];
      if (registry.all.length === 1) registry.changed?.(true);
    })(),
    removeListener: (() => (...args) => {
      if (!registry.all.includes(args[0])) return;
      registry.all = registry.all.filter((listener) => listener !== args[0]);
      if (registry.all.length === 0) registry.changed?.(false);
    })(),
    hasListener: (() => (...args) => registry.all.includes(args[0]))(),
  };
  registries.set(event, registry);
  return event;
}

// newEvent: changed(any) is called when the first listener comes and the last
// one goes.
const newEvent = (changed) => makeEvent({ all: [], changed });

// viewOf makes another object for the same event: chrome and browser have each
// their own, with the listeners of both.
const viewOf = (event) => makeEvent(registries.get(event));
