// The event objects of Firefox. A dispatch goes to the listeners that there
// were when it began and that have not been removed by the time their turn comes.

const listenersOf = new WeakMap(); // event -> {all}

const makeEvent = (changed, more) => {
  const registered = { all: [] };
  const event = {
    addListener: (() => (listener) => {
      if (typeof listener !== "function" || registered.all.includes(listener)) return;
      registered.all = [...registered.all, listener];
      if (registered.all.length === 1) changed?.(true);
    })(),
    removeListener: (() => (listener) => {
      if (!registered.all.includes(listener)) return;
      registered.all = registered.all.filter((l) => l !== listener);
      if (registered.all.length === 0) changed?.(false);
    })(),
    hasListener: (() => (listener) => registered.all.includes(listener))(),
    ...more,
  };
  for (const name of ["addListener", "removeListener", "hasListener"]) {
    defineProperty(event[name], "length", { value: 0 });
  }
  listenersOf.set(event, registered);
  return event;
};

const newEvent = (changed) => makeEvent(changed);
const hasAny = (event) => listenersOf.get(event).all.length > 0;

// each calls visit with the listeners whose turn comes.
function each(event, visit) {
  const registered = listenersOf.get(event);
  const { all } = registered;
  for (let i = 0; i < all.length; i++) {
    if (registered.all === all || registered.all.includes(all[i])) visit(all[i]);
  }
}

function emit(event, args) {
  each(event, (listener) => {
    try {
      apply(listener, globalThis, args);
    } catch (error) {
      report(error);
    }
  });
}
