// The event objects of Chromium. A dispatch goes to the listeners that there
// were when it began; the list is replaced, never changed.

let emit; // (event, args): runs the listeners
let hasAny; // (event): whether it has listeners
let each; // (event, visit(listener))

const EventObject = (() => {
  const check = (self, known) => {
    if (!known) throw new TypeError(texts.illegalInvocation("Event"));
  };

  class Event {
    #listeners = [];
    #changed;

    constructor(key, changed) {
      if (key !== internal) throw new TypeError("Illegal constructor");
      this.#changed = changed;
      this.addListener = addListener;
      this.removeListener = removeListener;
      this.hasListener = hasListener;
      this.hasListeners = hasListeners;
      this.dispatch = dispatch;
    }

    static isEvent(value) { return typeof value === "object" && value !== null && #listeners in value; }

    static add(event, listener) {
      if (event.#listeners.includes(listener)) return;
      event.#listeners = [...event.#listeners, listener];
      if (event.#listeners.length === 1) event.#changed?.(true);
    }

    static remove(event, listener) {
      if (!event.#listeners.includes(listener)) return;
      event.#listeners = event.#listeners.filter((l) => l !== listener);
      if (event.#listeners.length === 0) event.#changed?.(false);
    }

    static listeners(event) { return event.#listeners; }
  }
  defineProperty(Event, "name", { value: "" });

  const { add, remove, listeners, isEvent } = Event;
  for (const name of ["add", "remove", "listeners", "isEvent"]) delete Event[name];

  const { addListener, removeListener, hasListener, hasListeners, dispatch } = {
    addListener(...args) {
      check(this, isEvent(this));
      if (args.length > 1 && typeof args[1] === "object" && args[1] !== null) throw new TypeError(texts.noFilters);
      if (typeof args[0] === "function" && !invalidated) add(this, args[0]);
    },
    removeListener(...args) {
      check(this, isEvent(this));
      if (typeof args[0] === "function") remove(this, args[0]);
    },
    hasListener(...args) {
      check(this, isEvent(this));
      if (typeof args[0] !== "function") throw new TypeError(texts.badListener(toText(args[0])));
      return listeners(this).includes(args[0]);
    },
    hasListeners() {
      check(this, isEvent(this));
      return listeners(this).length > 0;
    },
    dispatch(...args) {
      check(this, isEvent(this));
      emit(this, args);
    },
  };

  hasAny = (event) => listeners(event).length > 0;
  each = (event, visit) => {
    const all = listeners(event);
    for (let i = 0; i < all.length; i++) visit(all[i]);
  };
  emit = (event, args) => {
    const all = listeners(event);
    for (let i = 0; i < all.length; i++) {
      try {
        apply(all[i], globalThis, args);
      } catch (error) {
        report(error);
      }
    }
  };
  return Event;
})();

const newEvent = (changed) => new EventObject(internal, changed);
