// runtime.Port as Chromium has it.

const ports = new Map(); // by the number that Go knows them by

let makePort; // (id, name, sender, native, opener, extension that a web page connects to)
let receive; // (port, message)
let portEnded; // (port, error text or undefined)
const losePort = () => {}; // the port went when the page did

{
  let materialise;

  // The event objects exist once somebody has asked for them, be it through a
  // proxy or an object that inherits from the port.
  const lazily = (port, property) => defineProperty(port, property, {
    get() { return materialise(port, property); },
    set(value) { defineProperty(this, property, { value, writable: true, enumerable: true, configurable: true }); },
    enumerable: true,
    configurable: true,
  });

  // What is done for every message is in one place: calls cost more than work.
  class Port {
    #id;
    #open = true;
    #encode;
    #postPlain;
    #message; // registries of the listeners
    #disconnect;
    #frozen; // the events of a port that a script froze before it read them, by name

    constructor(...args) {
      const [key, id, name, sender, encoder] = args;
      if (key !== internal) throw new Error(texts.portConstructor);
      this.#id = id;
      this.#encode = encoder;
      this.#postPlain = plainPostOf(encoder);
      this.sender = sender;
      lazily(this, "onMessage");
      lazily(this, "onDisconnect");
      this.name = name;
      this.disconnect = disconnect;
      this.postMessage = postMessage;
    }

    static methods = {
      disconnect() {
        if (typeof this !== "object" || this === null || !(#id in this)) throw new TypeError(texts.illegalInvocation("Port"));
        if (invalidated) throw new Error(texts.invalidated);
        if (!this.#open) return;
        this.#end();
        ports.delete(this.#id);
        go.disconnect(this.#id);
      },
      postMessage(...args) {
        if (typeof this !== "object" || this === null || !(#id in this)) throw new TypeError(texts.illegalInvocation("Port"));
        if (args.length === 0) throw new TypeError(texts.noArgument);
        if (invalidated) throw new Error(texts.invalidated);
        if (!this.#open) throw new Error(texts.postAfterDisconnect);
        const postPlain = this.#postPlain, encoder = this.#encode;
        let refused = postPlain(args[0], this.#id);
        if (refused === false) refused = goPost(this.#id, encoder(args[0]));
        if (refused !== undefined) throw postError(refused);
      },
    };

    #end() {
      this.#open = false;
      endRegistry(this.#message);
      endRegistry(this.#disconnect);
    }

    static {
      materialise = (port, property) => {
        const made = port.#frozen?.[property];
        if (made !== undefined) return made;
        if (!port.#open || invalidated) throw new Error(texts.unreadable(property));
        const registry = newRegistry();
        if (property === "onMessage") port.#message = registry;
        else port.#disconnect = registry;
        const value = newPortEvent(registry);
        const defined = Reflect.defineProperty(port, property, { value, writable: true, enumerable: true, configurable: true });
        if (!defined) port.#frozen = { ...port.#frozen, [property]: value };
        return value;
      };
      receive = (port, message) => {
        if (port.#message === undefined) return;
        const { all } = port.#message;
        for (let i = 0; i < all.length; i++) {
          try {
            callWith(all[i], globalThis, message, port);
          } catch (error) {
            report(error);
          }
        }
      };
      portEnded = (port, error) => {
        port.#open = false;
        const registry = port.#disconnect;
        withLastError(error, () => {
          if (registry !== undefined) emitTo(registry, [port]);
        });
        port.#end();
      };
    }
  }
  const { disconnect, postMessage } = Port.methods;
  delete Port.methods;
  defineProperty(Port, "name", { value: "" });

  makePort = (id, name, sender, native, _, extension) => {
    const port = new Port(internal, id, name, sender, native ? encodeNative : encoderFor(extension));
    ports.set(id, port);
    return port;
  };
}
