// The structured clone, as text: it carries values from one realm to another.
//
//   host.serialize(value, options)   the text; throws what cannot be cloned
//
// deserialize.js makes a value of it. options:
//   refuse(value, what)  makes the exception for a value that cannot be cloned ("Function",
//                        "Symbol", "Promise", …, "detached" for a view of a buffer that is), by default
//                        a DataCloneError with Chromium's text
//   arrayProperties      false leaves out the named properties of arrays
//   named                true refuses Math and JSON by their names; they are plain objects otherwise
//   aggregates           true keeps the class and the errors of an AggregateError, which is an
//                        Error otherwise
//   deepest              how many objects may be in one another, by default any number; a
//                        RangeError is what more of them throw
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
//   {"$":"deep","v":[value,members,…]}         the whole text of a value in which objects are deep in one another
//   {"$":"later","v":"object"}                 an object, array, map or set that begins here; its members are the
//                                              next in the list of deep that no other has taken: what v of
//                                              {"$":"object"}, {"$":"map"} or {"$":"set"} is, or an {"$":"array"}
(function (host) {
  "use strict";
  const { stringify } = JSON;
  const { getPrototypeOf, setPrototypeOf, hasOwn, keys: ownKeys } = Object;
  const { join } = Array.prototype;
  const { classOf, toBase64 } = host;
  const namespaces = new Map([[Math, "Math"], [JSON, "JSON"]]);
  // How many objects are in one another before the next is put off: the engine's
  // parser recurses, and so does this file.
  const turn = 100;
  const errorClasses = new Set(["Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"]);
  const valueOfDate = Date.prototype.getTime;
  const { apply } = Reflect;
  const getter = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return (object) => apply(get, object, []);
  };
  const sourceOf = getter(RegExp.prototype, "source");
  const flagsOf = getter(RegExp.prototype, "flags");
  const TypedArray = getPrototypeOf(Uint8Array.prototype);
  const views = new Set([
    "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
    "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "DataView",
  ]);
  const viewGetters = (prototype) => ({
    buffer: getter(prototype, "buffer"), offset: getter(prototype, "byteOffset"), bytes: getter(prototype, "byteLength"),
  });
  const ofArray = { ...viewGetters(TypedArray), length: getter(TypedArray, "length") };
  const ofDataView = viewGetters(DataView.prototype);
  const isDetached = getter(ArrayBuffer.prototype, "detached");

  // describe is how V8 names a value in the text of a DataCloneError.
  const describe = (value, what) => {
    if (typeof value === "function") return Function.prototype.toString.call(value);
    if (typeof value === "symbol") return value.toString();
    return what === "Proxy" ? "#<Object>" : `#<${value?.constructor?.name || what}>`;
  };
  const refuseByDefault = (value, what) => {
    const detached = what === "detached" || what === "ArrayBuffer";
    return new host.DOMException(`${detached ? "An ArrayBuffer is detached and" : describe(value, what)} could not be cloned.`, "DataCloneError");
  };

  class Writer {
    constructor({ refuse = refuseByDefault, arrayProperties = true, named = false, aggregates = false, deepest = Infinity } = {}) {
      this.refuse = refuse;
      this.arrayProperties = arrayProperties;
      this.named = named;
      this.aggregates = aggregates;
      this.deepest = deepest;
      this.seen = new Map(); // object -> its number
      // The pieces of the text. What scripts do to prototypes does not reach it.
      this.out = setPrototypeOf([], null);
      this.level = 0; // how many objects are around this one
      this.first = 0; // how many of them the current item of deep does not have
      this.later = []; // what was put off
    }

    text(value) {
      this.write(value);
      if (this.later.length === 0) return apply(join, this.out, [""]);
      const { out } = this;
      out[0] = `{"$":"deep","v":[${out[0]}`;
      for (let i = 0; i < this.later.length; i++) {
        const { kind, value, level } = this.later[i];
        this.level = level + 1;
        this.first = level;
        this.add(",");
        this.membersOf(kind, value);
      }
      this.add("]}");
      return apply(join, out, [""]);
    }

    add(piece) { this.out[this.out.length] = piece; }

    write(value) {
      switch (typeof value) {
        case "string": return this.add(stringify(value));
        case "boolean": return this.add(value ? "true" : "false");
        case "number":
          if (value !== value || value === Infinity || value === -Infinity) return this.add(`{"$":"number","v":"${value}"}`);
          return this.add(value === 0 && 1 / value < 0 ? '{"$":"number","v":"-0"}' : `${value}`);
        case "undefined": return this.add('{"$":"undefined"}');
        case "bigint": return this.add(`{"$":"bigint","v":"${value}"}`);
        case "symbol": throw this.refuse(value, "Symbol");
        case "function": throw this.refuse(value, classOf(value) === "Proxy" ? "Proxy" : "Function");
      }
      if (value === null) return this.add("null");
      const number = this.seen.get(value);
      if (number !== undefined) return this.add(`{"$":"ref","v":${number}}`);
      this.seen.set(value, this.seen.size);
      this.writeObject(value);
    }

    writeObject(value) {
      const kind = classOf(value);
      switch (kind) {
        case "Object": return this.writePlain(value);
        case "Array": return this.writeMembers("array", value);
        case "Map": return this.writeMembers("map", value);
        case "Set": return this.writeMembers("set", value);
        case "Date": {
          const time = apply(valueOfDate, value, []);
          return this.add(`{"$":"date","v":${time === time ? time : null}}`);
        }
        case "RegExp": return this.add(`{"$":"regexp","v":${stringify(sourceOf(value))},"flags":"${flagsOf(value)}"}`);
        case "Boolean": return this.writeBox(apply(Boolean.prototype.valueOf, value, []));
        case "Number": return this.writeBox(apply(Number.prototype.valueOf, value, []));
        case "String": return this.writeBox(apply(String.prototype.valueOf, value, []));
        case "BigInt": return this.writeBox(apply(BigInt.prototype.valueOf, value, []));
        case "Error": return this.writeError(value);
        case "ArrayBuffer": return this.writeBuffer(value);
      }
      if (views.has(kind)) return this.writeView(value, kind);
      throw this.refuse(value, kind === "Proxy" ? host.disguised(value) ?? kind : kind);
    }

    // writePlain writes an object by its own enumerable properties. One that a
    // prelude made of a class with a state of its own is refused: only Blob and
    // File of those can be cloned.
    writePlain(value) {
      const blob = host.blobParts?.(value);
      if (blob) {
        const file = "name" in blob ? `"name":${stringify(blob.name)},"modified":${stringify(blob.modified)},` : "";
        return this.add(`{"$":"${blob.$}",${file}"type":${stringify(blob.type)},"v":"${toBase64(blob.v)}"}`);
      }
      if (host.isPlatformObject(value)) throw this.refuse(value, value.constructor.name);
      if (this.named && namespaces.has(value)) throw this.refuse(value, namespaces.get(value));
      this.writeMembers("object", value);
    }

    // writeMembers writes an object with what is in it, or puts that off.
    writeMembers(kind, value) {
      if (this.level >= this.deepest) throw new RangeError("too many objects in one another");
      if (this.level - this.first >= turn) {
        this.later[this.later.length] = { kind, value, level: this.level };
        return this.add(`{"$":"later","v":"${kind}"}`);
      }
      this.level++;
      switch (kind) {
        case "object": this.writeProperties(value); break;
        case "array": this.writeArray(value); break;
        default:
          this.add(`{"$":"${kind}","v":`);
          this.membersOf(kind, value);
          this.add("}");
      }
      this.level--;
    }

    membersOf(kind, value) {
      switch (kind) {
        case "object": this.writeEntries(value, ownKeys(value)); break;
        case "array": this.writeSparse(value, ownKeys(value)); break;
        case "map": {
          const entries = [];
          apply(Map.prototype.forEach, value, [(v, k) => { entries.push({ k, v }); }]);
          this.writeList(entries, ({ k, v }) => {
            this.add("[");
            this.write(k);
            this.add(",");
            this.write(v);
            this.add("]");
          });
          break;
        }
        case "set": {
          const items = [];
          apply(Set.prototype.forEach, value, [(v) => { items.push(v); }]);
          this.writeList(items, (v) => this.write(v));
        }
      }
    }

    writeList(items, write) {
      this.add("[");
      for (let i = 0; i < items.length; i++) {
        if (i > 0) this.add(",");
        write(items[i]);
      }
      this.add("]");
    }

    writeProperties(value) {
      const keys = ownKeys(value);
      if (keys.includes("$")) {
        this.add('{"$":"object","v":');
        this.writeEntries(value, keys);
        return this.add("}");
      }
      let separator = "{";
      for (const key of keys) {
        if (!hasOwn(value, key)) continue; // a getter has deleted it
        this.add(`${separator}${stringify(key)}:`);
        this.write(value[key]);
        separator = ",";
      }
      this.add(separator === "{" ? "{}" : "}");
    }

    writeEntries(value, keys) {
      let separator = "[[";
      for (const key of keys) {
        if (!hasOwn(value, key)) continue;
        this.add(`${separator}${stringify(key)},`);
        this.write(value[key]);
        separator = "],[";
      }
      this.add(separator === "[[" ? "[]" : "]]");
    }

    writeArray(value) {
      const keys = ownKeys(value);
      const { length } = value;
      let dense = 0; // leading keys that are 0, 1, 2, …
      while (dense < keys.length && keys[dense] === `${dense}`) dense++;
      const named = this.arrayProperties && keys.length > dense;
      if (dense !== length || named) return this.writeSparse(value, keys);
      const starts = []; // of the elements in out
      for (let i = 0; i < length; i++) {
        if (!hasOwn(value, i)) return this.writeShortened(value, length, starts);
        starts[i] = this.out.length;
        this.add(i === 0 ? "[" : ",");
        this.write(value[i]);
      }
      this.add(length === 0 ? "[]" : "]");
    }

    // writeShortened goes on where a getter has taken elements away: what was
    // written becomes part of an array with holes.
    writeShortened(value, length, starts) {
      for (let i = 0; i < length; i++) {
        if (i >= starts.length && !hasOwn(value, i)) continue;
        const start = i === 0 ? `{"$":"array","length":${length},"v":[["0",` : `],["${i}",`;
        if (i < starts.length) {
          this.out[starts[i]] = start;
        } else {
          this.add(start);
          this.write(value[i]);
        }
      }
      this.add("]]}");
    }

    writeSparse(value, keys) {
      const { length } = value;
      const kept = this.arrayProperties ? keys : keys.filter((key) => `${key >>> 0}` === key && key >>> 0 < length);
      this.add(`{"$":"array","length":${length},"v":`);
      this.writeEntries(value, kept);
      this.add("}");
    }

    writeBox(value) {
      this.add('{"$":"box","v":');
      this.write(value);
      this.add("}");
    }

    writeError(value) {
      if (value instanceof host.DOMException) {
        return this.add(`{"$":"exception","name":${stringify(value.name)},"message":${stringify(value.message)},"stack":${stringify(`${value.stack}`)}}`);
      }
      const aggregate = this.aggregates && value instanceof AggregateError && hasOwn(value, "errors");
      const name = aggregate ? "AggregateError" : `${value.name}`;
      this.add(`{"$":"error","name":"${aggregate || errorClasses.has(name) ? name : "Error"}"`);
      const message = Object.getOwnPropertyDescriptor(value, "message");
      if (message && "value" in message) this.add(`,"message":${stringify(`${message.value}`)}`);
      if (typeof value.stack === "string") this.add(`,"stack":${stringify(value.stack)}`);
      if (hasOwn(value, "cause")) this.writeField("cause", value.cause);
      if (aggregate) this.writeField("errors", value.errors);
      this.add("}");
    }

    writeField(name, value) {
      this.add(`,"${name}":`);
      this.write(value);
    }

    writeBuffer(value) {
      if (isDetached(value)) throw this.refuse(value, "ArrayBuffer");
      this.add(`{"$":"buffer","v":"${toBase64(value)}"${value.resizable ? `,"max":${value.maxByteLength}` : ""}}`);
    }

    writeView(value, kind) {
      const get = kind === "DataView" ? ofDataView : ofArray;
      const buffer = get.buffer(value);
      if (classOf(buffer) === "ArrayBuffer" && isDetached(buffer)) throw this.refuse(value, "detached");
      this.add(`{"$":"view","type":"${kind}"`);
      this.writeField("buffer", buffer);
      const length = kind === "DataView" ? get.bytes(value) : get.length(value);
      this.add(`,"offset":${get.offset(value)},"length":${length}}`);
    }
  }

  host.serialize = (value, options) => new Writer(options).text(value);
})
