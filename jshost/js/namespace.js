// Namespaces are made when a script first looks at them. Firefox has two of
// most: one for chrome and one for browser; their events are the same.

const events = new Map(); // by path: "runtime.onConnect"
const builders = new Map(); // by name: {there(), build(part)}

// These events say to Go whether anybody listens: an endpoint that does not
// listen is no receiver.
const channelEvents = new Set([
  "runtime.onConnect", "runtime.onConnectExternal", "runtime.onUserScriptConnect",
  "runtime.onMessage", "runtime.onMessageExternal", "runtime.onUserScriptMessage",
]);

const eventOf = (path) => {
  let event = events.get(path);
  if (event === undefined) {
    event = newEvent(channelEvents.has(path) ? (any) => go.listen(path.slice("runtime.".length), any) : undefined, path);
    events.set(path, event);
  }
  return event;
};

const content = world.kind === "content";

const ownPage = world.kind === "background" || world.kind === "page"; // of the extension
const allowed = (permission) => world.permissions.has(permission);

// namespace registers a namespace; there() says whether this context has it.
const namespace = (name, there, build) => { builders.set(name, { there, build }); };

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
    absent: (...names) => { for (const key of names) object[key] = absentFunction(`${name}.${key}`, mode); },
    event: (...names) => { for (const key of names) defineEvent(object, key, `${name}.${key}`); },
  };
};

const roots = []; // what was made by makeRoot

// absentFunction stands for one that webport does not have.
const absentFunction = (path, mode) => apiFunction(path.slice(path.lastIndexOf(".") + 1), (args) => {
  const last = args[args.length - 1];
  return deliver(mode, typeof last === "function" ? last : undefined, (done) => {
    later(() => done(texts.reasons.absent(path)));
  });
});

// makeRoot makes chrome or browser. With shared it has the namespaces of that.
const makeRoot = (name, mode, shared) => {
  const root = { object: {}, name, mode, shared };
  roots.push(root);
  addNamespaces(root);
  return root.object;
};

// addNamespaces adds those that this context has by now.
const addNamespaces = (root) => {
  const { object, mode, shared } = root;
  for (const [name, { there, build }] of builders) {
    if (name in object || !there()) continue;
    const define = (value) => defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
    const get = () => {
      let value = shared?.[name];
      if (value === undefined) {
        const at = part(name, mode);
        build(at);
        value = at.object;
      }
      define(value);
      return value;
    };
    defineProperty(object, name, { get, set: define, enumerable: true, configurable: true });
  }
  if (ownPage) addAbsentNamespaces(root);
};

// granted is called when the extension was given optional permissions.
const granted = (permissions) => {
  for (const permission of permissions) world.permissions.add(permission);
  roots.forEach(addNamespaces);
};
