// runtime.Port as Chromium has it.

const ports = new Map(); // by the number that Go knows them by

let makePort; // (id, name, sender, native)
let receive; // (port, message)
let portEnded; // (port, error text or undefined)

{
  let idOf, isPort, isNative, isOpen, endPort, existing, materialise;

  const { disconnect, postMessage } = {
    disconnect() {
      if (!isPort(this)) throw new TypeError(texts.illegalInvocation("Port"));
      if (invalidated) throw new Error(texts.invalidated);
      if (!isOpen(this)) return;
      endPort(this);
      ports.delete(idOf(this));
      go.disconnect(idOf(this));
    },
    postMessage(...args) {
      if (!isPort(this)) throw new TypeError(texts.illegalInvocation("Port"));
      if (invalidated) throw new Error(texts.invalidated);
      if (!isOpen(this)) throw new Error(texts.postAfterDisconnect);
      if (args.length === 0) throw new TypeError(texts.noArgument);
      post(idOf(this), args[0], isNative(this));
    },
  };

  // The event objects exist once somebody has asked for them.
  const lazily = (property) => ({
    get() { return materialise(this, property); },
    set(value) { defineProperty(this, property, { value, writable: true, enumerable: true, configurable: true }); },
    enumerable: true,
    configurable: true,
  });
  const onMessage = lazily("onMessage");
  const onDisconnect = lazily("onDisconnect");

  class Port {
    #id;
    #open = true;
    #native;
    #events = {};

    constructor(key, id, name, sender, native) {
      if (key !== internal) throw new TypeError("Illegal constructor");
      this.#id = id;
      this.#native = native;
      this.sender = sender;
      defineProperty(this, "onMessage", onMessage);
      defineProperty(this, "onDisconnect", onDisconnect);
      this.name = name;
      this.disconnect = disconnect;
      this.postMessage = postMessage;
    }

    static {
      isPort = (value) => typeof value === "object" && value !== null && #id in value;
      idOf = (port) => port.#id;
      isNative = (port) => port.#native;
      isOpen = (port) => port.#open;
      endPort = (port) => { port.#open = false; };
      existing = (port, property) => port.#events[property];
      materialise = (port, property) => {
        if (!isPort(port)) return undefined;
        let event = port.#events[property];
        if (event === undefined) {
          if (!port.#open || invalidated) throw new Error(texts.unreadable(property));
          event = port.#events[property] = newEvent();
        }
        defineProperty(port, property, { value: event, writable: true, enumerable: true, configurable: true });
        return event;
      };
    }
  }
  defineProperty(Port, "name", { value: "" });

  makePort = (id, name, sender, native) => {
    const port = new Port(internal, id, name, sender, native);
    ports.set(id, port);
    return port;
  };

  receive = (port, message) => {
    const event = existing(port, "onMessage");
    if (event !== undefined) emit(event, [message, port]);
  };

  portEnded = (port, error) => {
    endPort(port);
    const event = existing(port, "onDisconnect");
    withLastError(error, () => {
      if (event !== undefined) emit(event, [port]);
    });
  };
}
