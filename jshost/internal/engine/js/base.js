// The first prelude. Every prelude is one function expression that is called
// with host: the functions that Go registered, and what earlier preludes left
// there for later ones. Scripts never see host.
//
// Left there by this file:
//   host.define(name, value)       makes value a global, as the built-ins are: not enumerable
//   host.lazy(names, file)         makes globals that run the prelude file when first used;
//                                  it leaves its values in host.globals
//   host.tag(class, name)          gives class.prototype its Symbol.toStringTag
//   host.makeError(name, message)  an Error of a class, or a DOMException of that name
(function (host) {
  "use strict";
  const { defineProperty } = Object;
  const classes = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

  host.globals = Object.create(null);

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

  host.tag = (constructor, name) =>
    defineProperty(constructor.prototype, Symbol.toStringTag, { value: name, configurable: true });

  host.makeError = (name, message) => {
    const constructor = classes[name];
    return constructor ? new constructor(message) : new host.globals.DOMException(message, name);
  };

  const codes = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14,
    InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20,
    URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
  };

  class DOMException extends Error {
    #name;
    constructor(message = "", name = "Error") {
      super(message);
      this.#name = `${name}`;
      defineProperty(this, "message", { value: this.message, writable: true, configurable: true, enumerable: false });
    }
    get name() { return this.#name; }
    get code() { return codes[this.#name] ?? 0; }
  }
  host.tag(DOMException, "DOMException");
  for (const [name, code] of Object.entries(codes)) {
    const constant = name.replace(/Error$/, "").replace(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase() + "_ERR";
    for (const on of [DOMException, DOMException.prototype]) defineProperty(on, constant, { value: code, enumerable: true });
  }
  host.globals.DOMException = DOMException;
  host.define("DOMException", DOMException);
  host.define("self", globalThis);

  return {
    makeError: host.makeError,
    // settle has Go told what promise comes to; shown: as the console shows it.
    settle(promise, id, shown) {
      const settled = async () => {
        let value = await promise;
        if (shown) value = await value.value;
        return shown ? host.inspect(value) : "";
      };
      settled().then((text) => host.settled(id, false, text), (reason) => host.settled(id, true, reason));
    },
  };
})
