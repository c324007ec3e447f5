// MessageChannel and MessagePort, within one realm.
(function (host) {
  "use strict";
  const making = Symbol();
  let entangle;

  class MessagePort extends EventTarget {
    #other = null;
    #queue = []; // messages that arrived before start
    #started = false;
    constructor(key) {
      if (key !== making) throw new TypeError("Illegal constructor");
      super();
    }
    static { entangle = (a, b) => { a.#other = b; b.#other = a; }; }
    postMessage(message, options) {
      const transfer = Array.isArray(options) ? options : options?.transfer ?? [];
      const ports = transfer.filter((item) => item instanceof MessagePort);
      const other = this.#other;
      const data = host.clone(message, transfer);
      if (!other) return;
      other.#queue.push({ data, ports });
      if (other.#started) host.task(() => other.#deliver());
    }
    #deliver() {
      const next = this.#queue.shift();
      if (!next) return;
      host.dispatch(this, new MessageEvent("message", { data: next.data, ports: Object.freeze(next.ports) }));
    }
    start() {
      if (this.#started) return;
      this.#started = true;
      for (let i = 0; i < this.#queue.length; i++) host.task(() => this.#deliver());
    }
    close() {
      const other = this.#other;
      this.#other = null;
      this.#queue = [];
      if (!other) return;
      other.#other = null;
      host.task(() => host.dispatch(other, new Event("close")));
    }
    get onmessage() { return this.#onmessage; }
    set onmessage(handler) {
      this.#onmessage = handler;
      this.start();
    }
    get #onmessage() { return plain.get.call(this); }
    set #onmessage(handler) { plain.set.call(this, handler); }
  }
  const handlers = {};
  host.handlers(handlers, ["message"]);
  const plain = Object.getOwnPropertyDescriptor(handlers, "onmessage");
  host.handlers(MessagePort.prototype, ["messageerror", "close"]);
  host.tag(MessagePort, "MessagePort");
  host.isPort = (value) => value instanceof MessagePort;

  class MessageChannel {
    #port1 = new MessagePort(making);
    #port2 = new MessagePort(making);
    constructor() { entangle(this.#port1, this.#port2); }
    get port1() { return this.#port1; }
    get port2() { return this.#port2; }
  }
  host.tag(MessageChannel, "MessageChannel");

  Object.assign(host.globals, { MessageChannel, MessagePort });
})
