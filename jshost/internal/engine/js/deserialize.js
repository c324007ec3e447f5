// The value of a structured clone's text, which serialize.js describes.
//
//   host.deserialize(text)   the value, in this realm
(function (host) {
  "use strict";
  const { parse, stringify } = JSON;
  const { hasOwn, keys: ownKeys, defineProperty } = Object;
  const { isArray } = Array;
  const { fromBase64 } = host;
  const errorClasses = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const views = {
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
  };
  if (typeof Float16Array === "function") views.Float16Array = Float16Array;

  const specials = { "-0": -0, NaN, Infinity, "-Infinity": -Infinity };
  const put = (object, key, value) => {
    if (key === "__proto__") defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    else object[key] = value;
  };

  class Reader {
    seen = [];
    later = []; // those that begin before their members are read

    read(json) {
      if (typeof json !== "object" || json === null) return json;
      if (isArray(json)) {
        this.seen.push(json);
        for (let i = 0; i < json.length; i++) json[i] = this.read(json[i]);
        return json;
      }
      if (!hasOwn(json, "$")) {
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
        case "array": return this.fill(this.begin([]), json);
        case "map": return this.fill(this.begin(new Map()), json.v);
        case "set": return this.fill(this.begin(new Set()), json.v);
        case "deep": return this.openDeep(json.v);
        case "later": {
          const object = this.begin(json.v === "array" ? [] : json.v === "map" ? new Map() : json.v === "set" ? new Set() : {});
          this.later.push(object);
          return object;
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

    // fill puts members into an object that has none.
    fill(object, members) {
      if (isArray(object)) {
        object.length = members.length;
        return this.entries(object, members.v);
      }
      if (object instanceof Map) {
        for (const [k, v] of members) object.set(this.read(k), this.read(v));
      } else if (object instanceof Set) {
        for (const v of members) object.add(this.read(v));
      } else {
        this.entries(object, members);
      }
      return object;
    }

    openDeep([first, ...members]) {
      const value = this.read(first);
      for (let i = 0; i < members.length; i++) this.fill(this.later[i], members[i]);
      return value;
    }

    openError(json) {
      const constructor = errorClasses[json.name];
      const made = this.begin("errors" in json ? new AggregateError([], json.message) : "message" in json ? new constructor(json.message) : new constructor());
      const hide = (key, value) => defineProperty(made, key, { value, writable: true, configurable: true, enumerable: false });
      if ("stack" in json) hide("stack", json.stack);
      if ("cause" in json) hide("cause", this.read(json.cause));
      if ("errors" in json) hide("errors", this.read(json.errors));
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

  host.deserialize = (text) => {
    const json = parse(text);
    return text.includes('"$"') ? new Reader().read(json) : json;
  };
})
