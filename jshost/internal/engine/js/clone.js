// The structured clone, as text: it carries values from one realm to another.
//
//   host.serialize(value, options)   the text; throws what cannot be cloned
//   host.deserialize(text)           the value, in this realm
//
// options: refuse(value, what) makes the exception for a value that cannot be
// cloned ("Function", "Symbol", "Promise", …), by default a DataCloneError with
// Chromium's text; arrayProperties: false leaves out the named properties of
// arrays.
//
// The text is JSON. What JSON can say is said plainly. Everything else is an
// object with a key "$", an envelope, and an object of the user's that has a
// key "$" travels in an envelope too, so that none can pass for one:
//
//   {"$":"undefined"}                          {"$":"number","v":"-0"}  NaN, Infinity, -Infinity
//   {"$":"bigint","v":"12"}                    {"$":"date","v":0}  null where invalid
//   {"$":"regexp","v":"a+","flags":"g"}        {"$":"box","v":…}  new String and the like
//   {"$":"map","v":[[key,value],…]}            {"$":"set","v":[…]}
//   {"$":"object","v":[[key,value],…]}         {"$":"array","length":3,"v":[[key,value],…]}  holes, names
//   {"$":"error","name":…,"message":…,"stack":…,"cause":…}
//   {"$":"exception","name":…,"message":…,"stack":…}  a DOMException
//   {"$":"buffer","v":base64,"max":8}          {"$":"view","type":"Uint8Array","buffer":…,"offset":0,"length":1}
//   {"$":"blob","type":…,"v":base64}           {"$":"file","name":…,"modified":0,"type":…,"v":base64}
//   {"$":"ref","v":3}                          the object that was the fourth to begin in this text
(function (host) {
  "use strict";
  const { parse, stringify } = JSON;
  const { getPrototypeOf, keys: ownKeys, defineProperty } = Object;
  const { isArray } = Array;
  const { classOf, toBase64, fromBase64 } = host;
  const plainPrototype = Object.prototype;
  const errorClasses = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const valueOfDate = Date.prototype.getTime;
  const { apply } = Reflect;
  const getter = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return (object) => apply(get, object, []);
  };
  const sourceOf = getter(RegExp.prototype, "source");
  const flagsOf = getter(RegExp.prototype, "flags");
  const TypedArray = getPrototypeOf(Uint8Array.prototype);
  const views = {
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
  };
  if (typeof Float16Array === "function") views.Float16Array = Float16Array;
  const viewGetters = (prototype) => ({
    buffer: getter(prototype, "buffer"), offset: getter(prototype, "byteOffset"), bytes: getter(prototype, "byteLength"),
  });
  const ofArray = { ...viewGetters(TypedArray), length: getter(TypedArray, "length") };
  const ofDataView = viewGetters(DataView.prototype);

  // describe is how V8 names a value in the text of a DataCloneError.
  const describe = (value, what) => {
    if (typeof value === "function") return Function.prototype.toString.call(value);
    if (typeof value === "symbol") return value.toString();
    return what === "Proxy" ? "#<Object>" : `#<${value?.constructor?.name || what}>`;
  };
  const refuseByDefault = (value, what) =>
    new host.DOMException(`${describe(value, what)} could not be cloned.`, "DataCloneError");

  class Writer {
    constructor({ refuse = refuseByDefault, arrayProperties = true } = {}) {
      this.refuse = refuse;
      this.arrayProperties = arrayProperties;
      this.seen = new Map(); // object -> its number
    }

    write(value) {
      switch (typeof value) {
        case "string": case "boolean":
          return value;
        case "number":
          if (value !== value || value === Infinity || value === -Infinity) return { $: "number", v: `${value}` };
          return value === 0 && 1 / value < 0 ? { $: "number", v: "-0" } : value;
        case "undefined":
          return { $: "undefined" };
        case "bigint":
          return { $: "bigint", v: `${value}` };
        case "symbol":
          throw this.refuse(value, "Symbol");
        case "function":
          throw this.refuse(value, "Function");
      }
      if (value === null) return null;
      const number = this.seen.get(value);
      if (number !== undefined) return { $: "ref", v: number };
      this.seen.set(value, this.seen.size);
      return this.writeObject(value);
    }

    writeObject(value) {
      const kind = classOf(value);
      switch (kind) {
        case "Object": return this.writePlain(value);
        case "Array": return this.writeArray(value);
        case "Date": {
          const time = apply(valueOfDate, value, []);
          return { $: "date", v: time === time ? time : null };
        }
        case "RegExp": return { $: "regexp", v: sourceOf(value), flags: flagsOf(value) };
        case "Boolean": return { $: "box", v: apply(Boolean.prototype.valueOf, value, []) };
        case "Number": return { $: "box", v: this.write(apply(Number.prototype.valueOf, value, [])) };
        case "String": return { $: "box", v: apply(String.prototype.valueOf, value, []) };
        case "BigInt": return { $: "box", v: this.write(apply(BigInt.prototype.valueOf, value, [])) };
        case "Map": return this.writeMap(value);
        case "Set": return this.writeSet(value);
        case "Error": return this.writeError(value);
        case "ArrayBuffer": return this.writeBuffer(value);
      }
      if (views[kind]) return this.writeView(value, kind);
      throw this.refuse(value, kind);
    }

    // writePlain writes an object by its own enumerable properties. One that a
    // prelude made of a class with a state of its own is refused: only Blob and
    // File of those can be cloned.
    writePlain(value) {
      const blob = host.blobParts?.(value);
      if (blob) return { ...blob, v: toBase64(blob.v) };
      if (host.isPlatformObject(value)) throw this.refuse(value, value.constructor.name);
      const keys = ownKeys(value);
      if (keys.includes("$")) return { $: "object", v: this.writeEntries(value, keys) };
      const out = { __proto__: null };
      for (const key of keys) out[key] = this.write(value[key]);
      return out;
    }

    writeEntries(value, keys) {
      const entries = [];
      for (const key of keys) entries.push([key, this.write(value[key])]);
      return entries;
    }

    writeArray(value) {
      const keys = ownKeys(value);
      const { length } = value;
      let dense = 0; // leading keys that are 0, 1, 2, …
      while (dense < keys.length && keys[dense] === `${dense}`) dense++;
      const named = this.arrayProperties && keys.length > dense;
      if (dense === length && !named) {
        const out = [];
        for (let i = 0; i < length; i++) out[i] = this.write(value[i]);
        return out;
      }
      const kept = this.arrayProperties ? keys : keys.filter((key) => `${key >>> 0}` === key && key >>> 0 < length);
      return { $: "array", length, v: this.writeEntries(value, kept) };
    }

    writeMap(value) {
      const entries = [];
      apply(Map.prototype.forEach, value, [(v, k) => entries.push([k, v])]);
      return { $: "map", v: entries.map(([k, v]) => [this.write(k), this.write(v)]) };
    }

    writeSet(value) {
      const items = [];
      apply(Set.prototype.forEach, value, [(v) => items.push(v)]);
      return { $: "set", v: items.map((v) => this.write(v)) };
    }

    writeError(value) {
      if (value instanceof host.DOMException) {
        return { $: "exception", name: value.name, message: value.message, stack: `${value.stack}` };
      }
      const out = { $: "error", name: `${value.name}` };
      if (!(out.name in errorClasses)) out.name = "Error";
      const message = Object.getOwnPropertyDescriptor(value, "message");
      if (message && "value" in message) out.message = `${message.value}`;
      if (typeof value.stack === "string") out.stack = value.stack;
      if (Object.hasOwn(value, "cause")) out.cause = this.write(value.cause);
      return out;
    }

    writeBuffer(value) {
      const out = { $: "buffer", v: toBase64(value) };
      if (value.resizable) out.max = value.maxByteLength;
      return out;
    }

    writeView(value, kind) {
      const get = kind === "DataView" ? ofDataView : ofArray;
      const out = { $: "view", type: kind, buffer: this.write(get.buffer(value)), offset: get.offset(value) };
      out.length = kind === "DataView" ? get.bytes(value) : get.length(value);
      return out;
    }
  }

  const specials = { "-0": -0, NaN, Infinity, "-Infinity": -Infinity };
  const put = (object, key, value) => {
    if (key === "__proto__") defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    else object[key] = value;
  };

  class Reader {
    seen = [];

    read(json) {
      if (typeof json !== "object" || json === null) return json;
      if (isArray(json)) {
        this.seen.push(json);
        for (let i = 0; i < json.length; i++) json[i] = this.read(json[i]);
        return json;
      }
      if (!Object.hasOwn(json, "$")) {
        this.seen.push(json);
        for (const key of ownKeys(json)) put(json, key, this.read(json[key]));
        return json;
      }
      return this.open(json);
    }

    begin(object) {
      this.seen.push(object);
      return object;
    }

    entries(object, entries) {
      for (const [key, value] of entries) put(object, key, this.read(value));
      return object;
    }

    open(json) {
      switch (json.$) {
        case "ref": return this.seen[json.v];
        case "undefined": return undefined;
        case "number": return specials[json.v];
        case "bigint": return BigInt(json.v);
        case "date": return this.begin(new Date(json.v ?? NaN));
        case "regexp": return this.begin(new RegExp(json.v, json.flags));
        case "box": return this.begin(Object(this.read(json.v)));
        case "object": return this.entries(this.begin({}), json.v);
        case "array": {
          const array = this.begin([]);
          array.length = json.length;
          return this.entries(array, json.v);
        }
        case "map": {
          const map = this.begin(new Map());
          for (const [k, v] of json.v) map.set(this.read(k), this.read(v));
          return map;
        }
        case "set": {
          const set = this.begin(new Set());
          for (const v of json.v) set.add(this.read(v));
          return set;
        }
        case "error": return this.openError(json);
        case "exception": {
          const exception = this.begin(new host.DOMException(json.message, json.name));
          put(exception, "stack", json.stack);
          return exception;
        }
        case "buffer": return this.begin(this.openBuffer(json));
        case "view": return this.openView(json);
        case "blob": case "file": {
          if (!host.makeBlob) host.loadPrelude("blob.js");
          return this.begin(host.makeBlob(json, fromBase64(json.v)));
        }
      }
      throw new TypeError(`deserialize: no kind of value ${stringify(json.$)}`);
    }

    openError(json) {
      const constructor = errorClasses[json.name];
      const made = this.begin("message" in json ? new constructor(json.message) : new constructor());
      const hide = (key, value) => defineProperty(made, key, { value, writable: true, configurable: true, enumerable: false });
      if ("stack" in json) hide("stack", json.stack);
      if ("cause" in json) hide("cause", this.read(json.cause));
      return made;
    }

    openBuffer(json) {
      const bytes = fromBase64(json.v);
      if (json.max === undefined) return bytes.buffer;
      const buffer = new ArrayBuffer(bytes.length, { maxByteLength: json.max });
      new Uint8Array(buffer).set(bytes);
      return buffer;
    }

    openView(json) {
      const at = this.seen.push(null) - 1; // the view began before its buffer
      const view = new views[json.type](this.read(json.buffer), json.offset, json.length);
      this.seen[at] = view;
      return view;
    }
  }

  host.serialize = (value, options) => stringify(new Writer(options).write(value));

  host.deserialize = (text) => {
    const json = parse(text);
    return text.includes('"$"') ? new Reader().read(json) : json;
  };
})
