// The remaining globals: those made when first used, small ones, and those
// that webport does not have, which say so.
(function (host) {
  "use strict";
  const { defineProperty } = Object;

  host.lazy(["AbortController", "AbortSignal"], "abort.js");
  host.lazy(["TextEncoder", "TextDecoder", "atob", "btoa"], "encoding.js");
  host.lazy(["URL", "URLSearchParams"], "url.js");
  host.lazy(["MessageChannel", "MessagePort"], "messaging.js");
  host.lazy(["Blob", "File"], "blob.js");
  host.lazy(["crypto", "Crypto"], "crypto.js");

  for (const name of ["serialize", "deserialize"]) {
    host[name] = (...args) => {
      host.loadPrelude(`${name}.js`); // replaces host[name]
      return host[name](...args);
    };
  }

  host.clone = (value, transfer = []) => {
    const ports = new Set(transfer.filter((item) => host.isPort?.(item)));
    const buffers = new Set(transfer.filter((item) => item instanceof ArrayBuffer));
    if (ports.size + buffers.size !== transfer.length) {
      throw new host.DOMException("Value at index 0 does not have a transferable type.", "DataCloneError");
    }
    for (const buffer of buffers) {
      if (buffer.detached) throw new host.DOMException(`ArrayBuffer at index ${transfer.indexOf(buffer)} is already detached.`, "DataCloneError");
    }
    const copy = ports.has(value) ? value : host.deserialize(host.serialize(value));
    for (const buffer of buffers) buffer.transfer();
    return copy;
  };

  host.task = (callback) => {
    host.postTask(() => {
      try {
        callback();
      } catch (thrown) {
        host.report(thrown);
      }
    });
  };

  host.define("structuredClone", function structuredClone(value, options) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'structuredClone': 1 argument required, but only 0 present.");
    return host.clone(value, options?.transfer ? [...options.transfer] : []);
  });

  class Performance extends EventTarget {
    get timeOrigin() { return host.timeOrigin; }
    now() { return host.now() - host.timeOrigin; }
    toJSON() { return { timeOrigin: host.timeOrigin }; }
  }
  host.tag(Performance, "Performance");
  host.define("performance", new Performance());

  const agent = host.option("userAgent");
  class Navigator {
    get userAgent() { return agent; }
    get appName() { return "Netscape"; }
    get appCodeName() { return "Mozilla"; }
    get appVersion() { return agent.replace(/^Mozilla\//, ""); }
    get product() { return "Gecko"; }
    get platform() { return ""; }
    get language() { return "en-US"; }
    get languages() { return Object.freeze(["en-US", "en"]); }
    get onLine() { return false; }
    get hardwareConcurrency() { return 1; }
  }
  host.tag(Navigator, "Navigator");
  host.define("navigator", Object.create(Navigator.prototype));

  const url = host.option("url");
  if (url) {
    // A document replaces this with a Location that navigates.
    const location = { toString() { return url; } };
    for (const name of ["href", "origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash"]) {
      let parts;
      defineProperty(location, name, { get: () => (parts ??= host.parseURL(url) ?? { href: url })[name], enumerable: true, configurable: true });
    }
    host.define("location", location);
  }

  if (host.option("worker")) {
    host.define("importScripts", function importScripts(...names) {
      for (const name of names) host.importScript(`${name}`);
    });
  }

  // What webport does not have. A script may ask with typeof whether it is
  // there, or keep it for later: only its use throws, with an error that names it.
  const missing = (name, reason) => new TypeError(`${name} is not available: ${reason}`);

  host.absentObject = (name, reason) =>
    new Proxy(Object.create(null), {
      get(_, key) {
        if (typeof key === "symbol" || key === "then") return undefined;
        throw missing(`${name}.${key}`, reason);
      },
      has: () => false,
    });
  const absentClass = (name, reason) => {
    const constructor = { [name]: function () { throw missing(name, reason); } }[name];
    host.define(name, constructor);
  };

  const network = "webport has no network; talk to a Go program or a native app over a Port";
  host.define("fetch", async function fetch() { throw missing("fetch", network); });
  for (const name of ["XMLHttpRequest", "WebSocket", "EventSource", "Headers", "Request", "Response"]) absentClass(name, network);
  for (const name of ["Worker", "SharedWorker"]) absentClass(name, "webport starts no workers");
  absentClass("BroadcastChannel", "webport has no channels between contexts but Ports");
  absentClass("FileReader", "webport has none; use the methods text() and arrayBuffer() of the Blob");
  for (const name of ["ReadableStream", "WritableStream", "TransformStream"]) absentClass(name, "webport has no streams");
  host.define("indexedDB", host.absentObject("indexedDB", "webport keeps no databases"));
  host.define("caches", host.absentObject("caches", "webport has no network and no caches"));
  host.define("WebAssembly", host.absentObject("WebAssembly", "the JavaScript engine runs no WebAssembly"));
  host.define("Intl", host.absentObject("Intl", "the JavaScript engine has no internationalisation"));
})
