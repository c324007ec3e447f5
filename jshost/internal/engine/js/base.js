// The first prelude. Every prelude is one function expression that is called
// with host: the functions that Go registered, and what earlier preludes left
// there for later ones. Scripts never see host.
//
// Left there by this file:
//   host.define(name, value)       makes value a global, as the built-ins are: not enumerable
//   host.lazy(names, file)         globals that run the prelude file when first used; it leaves
//                                  their values in host.globals
//   host.tag(class, name)          gives class.prototype its Symbol.toStringTag
//   host.makeError(name, message)  an Error of a class, or a DOMException of that name
//   host.isPlatformObject(object)  whether it is of a class that host.tag was given
//   host.classOf(object)           the engine's word for what an object is, see js/serialize.js
//   host.disguise(proxy, name)     makes known that a proxy is an object of a class of ours, and returns it
//   host.disguised(proxy)          the name of that class, undefined for other proxies
//   host.afterStop(undo)           undo is called after a script was stopped, which runs no finally
(function (host) {
  "use strict";
  const { defineProperty, getPrototypeOf, prototype: objectPrototype } = Object;
  const classes = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

  host.globals = Object.create(null);
  host.timeOrigin = host.now();

  host.define = (name, value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  host.lazy = (names, file) => {
    for (const name of names) {
      const get = () => {
        if (!(name in host.globals)) host.loadPrelude(file);
        host.define(name, host.globals[name]);
        return host.globals[name];
      };
      const set = (value) => host.define(name, value);
      defineProperty(globalThis, name, { get, set, configurable: true, enumerable: false });
    }
  };

  const platform = new WeakSet(); // prototypes of the classes of ours
  host.tag = (constructor, name) => {
    platform.add(constructor.prototype);
    defineProperty(constructor.prototype, Symbol.toStringTag, { value: name, configurable: true });
  };
  host.isPlatformObject = (object) => {
    for (let p = getPrototypeOf(object); p !== null && p !== objectPrototype; p = getPrototypeOf(p)) {
      if (platform.has(p)) return true;
    }
    return object === globalThis;
  };

  const disguises = new WeakMap();
  host.disguise = (proxy, name) => {
    disguises.set(proxy, name);
    return proxy;
  };
  host.disguised = (proxy) => disguises.get(proxy);

  const undos = [];
  host.afterStop = (undo) => { undos[undos.length] = undo; };

  host.makeError = (name, message) => {
    const constructor = classes[name];
    return constructor ? new constructor(message) : new DOMException(message, name);
  };

  const { classId } = host;
  let kinds;
  host.classOf = (object) => (kinds ??= host.classNames())[classId(object)];

  const codes = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14,
    InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20,
    URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
  };
  const constants = [
    "INDEX_SIZE_ERR", "DOMSTRING_SIZE_ERR", "HIERARCHY_REQUEST_ERR", "WRONG_DOCUMENT_ERR", "INVALID_CHARACTER_ERR",
    "NO_DATA_ALLOWED_ERR", "NO_MODIFICATION_ALLOWED_ERR", "NOT_FOUND_ERR", "NOT_SUPPORTED_ERR", "INUSE_ATTRIBUTE_ERR",
    "INVALID_STATE_ERR", "SYNTAX_ERR", "INVALID_MODIFICATION_ERR", "NAMESPACE_ERR", "INVALID_ACCESS_ERR",
    "VALIDATION_ERR", "TYPE_MISMATCH_ERR", "SECURITY_ERR", "NETWORK_ERR", "ABORT_ERR", "URL_MISMATCH_ERR",
    "QUOTA_EXCEEDED_ERR", "TIMEOUT_ERR", "INVALID_NODE_TYPE_ERR", "DATA_CLONE_ERR",
  ];

  class DOMException extends Error {
    #name;
    constructor(message = "", name = "Error") {
      super(message);
      if (!Object.hasOwn(this, "message")) defineProperty(this, "message", { value: "", configurable: true, writable: true });
      this.#name = `${name}`;
    }
    get name() { return this.#name; }
    get code() { return codes[this.#name] ?? 0; }
  }
  host.tag(DOMException, "DOMException");
  const properties = {};
  constants.forEach((name, i) => { properties[name] = { value: i + 1, enumerable: true }; });
  Object.defineProperties(DOMException, properties);
  Object.defineProperties(DOMException.prototype, properties);

  host.DOMException = DOMException;
  host.define("DOMException", DOMException);
  host.define("self", globalThis);

  return {
    makeError: host.makeError,
    stopped() { for (let i = 0; i < undos.length; i++) undos[i](); },
    // settle has Go told what promise comes to; shown: as the console shows it.
    settle(promise, id, shown) {
      const settled = async () => {
        const value = await promise;
        return shown ? host.inspect(await value.value) : "";
      };
      settled().then((text) => host.settled(id, false, text), (reason) => host.settled(id, true, reason));
    },
  };
})
