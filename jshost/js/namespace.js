// Namespaces are made when a script first looks at them. Firefox has two of
// most: one for chrome and one for browser; their events are the same.

const events = new Map(); // by path: "runtime.onConnect"
const builders = new Map(); // by name: {where, build}

// These events say to Go whether anybody listens: an endpoint that does not
// listen is no receiver.
const channelEvents = new Set([
  "runtime.onConnect", "runtime.onConnectExternal", "runtime.onUserScriptConnect",
  "runtime.onMessage", "runtime.onMessageExternal", "runtime.onUserScriptMessage",
]);

const eventOf = (path) => {
  let event = events.get(path);
  if (event === undefined) {
    event = newEvent(channelEvents.has(path) ? (any) => go.listen(path.slice("runtime.".length), any) : undefined);
    events.set(path, event);
  }
  return event;
};

const content = world.kind === "content";
const extensionPage = world.kind === "page";

// namespace registers a namespace; there(world) says where it exists.
const namespace = (name, there, build) => {
  if (there) builders.set(name, build);
};

// part is what build gets: the namespace under construction.
const part = (name, mode) => {
  const object = {};
  return {
    object,
    mode,
    value: (key, value) => { object[key] = value; },
    sync: (key, signature, run) => { object[key] = syncFunction(`${name}.${key}`, signature, run); },
    async: (key, signature, run = viaGo(`${name}.${key}`)) => {
      object[key] = asyncFunction(`${name}.${key}`, signature, mode, run);
    },
    event: (...names) => { for (const key of names) object[key] = eventOf(`${name}.${key}`); },
  };
};

// lazyNamespaces makes the properties of chrome or browser.
const lazyNamespaces = (mode, shared) => {
  const root = {};
  for (const [name, build] of builders) {
    const make = () => {
      if (shared !== undefined) return shared[name];
      const at = part(name, mode);
      build(at);
      return at.object;
    };
    defineProperty(root, name, {
      get() {
        const value = make();
        defineProperty(root, name, { value, writable: true, enumerable: true, configurable: true });
        return value;
      },
      set(value) { defineProperty(root, name, { value, writable: true, enumerable: true, configurable: true }); },
      enumerable: true,
      configurable: true,
    });
  }
  return root;
};
