// How the console shows values: what Chromium's prints, on one line where it
// is short, without colours. js/console.js has it run when first needed.
//
//   host.inspect(value)    the text of one value; a string has quotes only inside something
//   host.format(args)      the text of a console call, %s %d %i %f %o %O %c %% replaced
(function (host) {
  "use strict";
  const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
  const { ownKeys } = Reflect;
  const deepest = 4; // levels shown, then {…} and Array(n)
  const longest = 100; // entries shown of one object
  const lineWidth = 100;

  const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$_]*$/u;

  const quote = (text) => {
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : "`";
    const escaped = text.replace(/[\\\n\r\t\b\f\v\0]/g, (c) =>
      ({ "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\0": "\\0" })[c]);
    return mark + (mark === "`" ? escaped.replaceAll("`", "\\`") : escaped) + mark;
  };

  const keyText = (key) =>
    typeof key === "symbol" ? key.toString() : identifier.test(key) ? key : quote(key);

  const constructorName = (object) => {
    for (let p = object; p !== null; p = getPrototypeOf(p)) {
      const own = getOwnPropertyDescriptor(p, "constructor");
      if (own && typeof own.value === "function" && own.value.name) return own.value.name;
    }
    return null;
  };

  const isIndex = (key, length) => typeof key === "string" && String(key >>> 0) === key && key >>> 0 < length;

  const functionText = (f) => {
    const source = Function.prototype.toString.call(f);
    if (source.startsWith("class")) return `class ${f.name || "(anonymous)"}`;
    const async = /^async\b/.test(source) ? "async " : "";
    const generator = /^(async\s+)?(function\s*)?\*/.test(source) ? "*" : "";
    return `${async}ƒ${generator} ${f.name || "(anonymous)"}()`;
  };

  const errorText = (error, show) => {
    let stack;
    let head;
    try {
      stack = error.stack;
      head = Error.prototype.toString.call(error);
    } catch {
      return "[object Error]";
    }
    const frames = typeof stack === "string" ? stack.split("\n").filter((frame) => frame.trim() && !frame.includes("webport:")) : [];
    const own = ownKeys(error).filter((key) => !["stack", "message", "name", "cause", "errors", "fileName", "lineNumber", "columnNumber"].includes(key));
    let text = [head, ...frames].join("\n");
    const more = own.map((key) => `${keyText(key)}: ${show(error[key])}`);
    if (Object.hasOwn(error, "cause")) more.push(`[cause]: ${show(error.cause)}`);
    if (Array.isArray(error.errors)) more.push(`[errors]: ${show(error.errors)}`);
    if (more.length) text += ` {${more.join(", ")}}`;
    return text;
  };

  const joined = (open, parts, close) => {
    const line = open + parts.join(", ") + close;
    if (line.length <= lineWidth && !parts.some((part) => part.includes("\n"))) return line;
    return `${open}\n${parts.map((part) => `  ${part.replaceAll("\n", "\n  ")}`).join(",\n")}\n${close}`;
  };

  const properties = (object, keys, show) => {
    const parts = [];
    for (const key of keys) {
      if (parts.length === longest) {
        parts.push("…");
        break;
      }
      const own = getOwnPropertyDescriptor(object, key);
      if (!own || !own.enumerable) continue;
      parts.push(`${keyText(key)}: ${"value" in own ? show(own.value) : "(...)"}`);
    }
    return parts;
  };

  const elements = (array, show) => {
    const parts = [];
    let holes = 0;
    const flush = () => {
      if (holes) parts.push(holes === 1 ? "empty" : `empty × ${holes}`);
      holes = 0;
    };
    const length = array.length;
    for (let i = 0; i < length; i++) {
      if (parts.length === longest) {
        parts.push("…");
        return parts;
      }
      if (i in array) {
        flush();
        const own = getOwnPropertyDescriptor(array, i);
        parts.push(own && !("value" in own) ? "(...)" : show(array[i]));
      } else if (++holes > longest * 100) { // a sparse array: the rest is not worth a walk
        holes += length - i - 1;
        break;
      }
    }
    flush();
    return parts;
  };

  const limited = (iterable, text) => {
    const parts = [];
    for (const entry of iterable) {
      if (parts.length === longest) {
        parts.push("…");
        break;
      }
      parts.push(text(entry));
    }
    return parts;
  };

  const views = new Set([
    "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
    "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
  ]);

  // objectText shows one object; show shows what is inside it, deep says that
  // this is as far in as is shown.
  const objectText = (object, show, deep) => {
    const kind = host.classOf(object);
    if (kind === "Proxy") return "Proxy {…}";
    if (typeof object === "function") return functionText(object);
    if (kind === "Error") return errorText(object, show);
    const name = constructorName(object);
    const keys = ownKeys(object);
    const rest = () => properties(object, keys, show);
    if (Array.isArray(object) || views.has(kind)) {
      const length = object.length;
      const label = kind === "Array" && name === "Array" ? (length > 1 ? `(${length}) ` : "") : `${name}(${length}) `;
      if (deep && length) return kind === "Array" ? `Array(${length})` : `${name}(${length})`;
      const named = properties(object, keys.filter((key) => !isIndex(key, length)), show);
      return joined(`${label}[`, [...elements(object, show), ...named], "]");
    }
    switch (kind) {
      case "Date": return isNaN(object) ? "Invalid Date" : Date.prototype.toString.call(object);
      case "RegExp": return RegExp.prototype.toString.call(object);
      case "Boolean": case "Number": case "BigInt": case "Symbol":
        return `${kind} {${show(object.valueOf())}}`;
      case "String": return `String {${quote(String(object))}}`;
      case "Promise": {
        const [state, result] = host.promiseState(object);
        return `Promise {<${state}>${state === "pending" ? "" : `: ${show(result)}`}}`;
      }
      case "Map": {
        const size = object.size;
        if (deep && size) return `Map(${size})`;
        return joined(`${name}(${size}) {`, [...limited(Map.prototype.entries.call(object), ([k, v]) => `${show(k)} => ${show(v)}`), ...rest()], "}");
      }
      case "Set": {
        const size = object.size;
        if (deep && size) return `Set(${size})`;
        return joined(`${name}(${size}) {`, [...limited(Set.prototype.values.call(object), show), ...rest()], "}");
      }
      case "ArrayBuffer": return `ArrayBuffer(${object.byteLength})`;
      case "DataView": return `DataView(${object.byteLength})`;
      case "Arguments": return joined("Arguments [", elements(object, show), "]");
    }
    const tag = typeof object[Symbol.toStringTag] === "string" ? object[Symbol.toStringTag] : null;
    let label = name === "Object" ? "" : name === null ? "[Object: null prototype] " : `${name} `;
    if (tag && tag !== name) label = `${name ?? "Object"} [${tag}] `;
    if (object === globalThis) return `${tag ?? name ?? "global"} {…}`;
    if (deep && keys.length) return `${label}{…}`;
    return joined(`${label}{`, rest(), "}");
  };

  const inspect = (value, around, quoted) => {
    switch (typeof value) {
      case "string": return quoted ? quote(value) : value;
      case "bigint": return `${value}n`;
      case "symbol": return value.toString();
      case "number": return Object.is(value, -0) ? "-0" : String(value);
      case "object": case "function": break;
      default: return String(value);
    }
    if (value === null) return "null";
    if (around.includes(value)) return "[Circular]";
    const inside = [...around, value];
    try {
      return objectText(value, (inner) => inspect(inner, inside, true), around.length >= deepest);
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === "InternalError") throw thrown; // a limit
      return "{…}"; // a trap or a getter of the script's own threw
    }
  };

  host.inspect = (value) => inspect(value, [], false);

  const convert = {
    s: (value) => (typeof value === "string" ? value : typeof value === "object" && value !== null ? inspect(value, [], false) : String(value)),
    d: (value) => (typeof value === "symbol" ? "NaN" : typeof value === "bigint" ? `${value}n` : String(Math.trunc(Number(value)))),
    f: (value) => (typeof value === "symbol" ? "NaN" : String(parseFloat(value))),
    o: (value) => inspect(value, [], true),
    O: (value) => inspect(value, [], true),
    c: () => "",
  };
  convert.i = convert.d;

  host.format = (args) => {
    let first = 0;
    let text = "";
    if (typeof args[0] === "string" && args.length > 1 && args[0].includes("%")) {
      first = 1;
      text = args[0].replace(/%([sdifoOc%])/g, (all, letter) => {
        if (letter === "%") return "%";
        return first < args.length ? convert[letter](args[first++]) : all;
      });
    }
    const rest = args.slice(first).map((value) => inspect(value, [], false));
    return (first ? [text, ...rest] : rest).join(" ");
  };
})
