// What Firefox sends: structured clones, and JSON to native apps.

const cloneOptions = {
  refuse(value, what) {
    if (typeof value === "symbol") return new DOMException(symbolRefused, "DataCloneError");
    return new DOMException(`${what} object could not be cloned.`, "DataCloneError");
  },
};
const symbolRefused = "unsupported type for structured data";

const { classOf } = host;
const plainPrototype = Object.prototype;
const fewObjects = 16;

// isPlain reports whether JSON says all there is to say of value: most
// messages need no more, and the engine's JSON is much faster than a clone. seen
// has the objects met so far: one that is met twice is not plain.
function isPlain(value, seen) {
  switch (typeof value) {
    case "string": case "boolean": return true;
    case "number": return value - value === 0 && (value !== 0 || 1 / value > 0);
    case "object": break;
    default: return false;
  }
  if (value === null) return true;
  if (seen.length === fewObjects || seen.includes(value)) return false;
  seen.push(value);
  const kind = classOf(value);
  if (kind === "Array") {
    if (value.toJSON !== undefined || keys(value).length !== value.length) return false;
    for (let i = 0; i < value.length; i++) if (!isPlain(value[i], seen)) return false;
    return true;
  }
  if (kind !== "Object" || getPrototypeOf(value) !== plainPrototype || value.toJSON !== undefined) return false;
  const names = keys(value);
  for (let i = 0; i < names.length; i++) {
    if (names[i] === "$" || !isPlain(value[names[i]], seen)) return false;
  }
  return true;
}

function encode(value) {
  if (typeof value === "symbol") throw new DOMException("An exception was thrown", "InvalidStateError");
  return isPlain(value, []) ? stringify(value) : host.serialize(value, cloneOptions);
}

const encodeStored = encode;

function encodeNative(value) {
  const text = stringify(value);
  if (text === undefined) {
    throw new Error("Firefox sends a native app an empty frame for undefined, a function or a symbol; webport does not: post null instead");
  }
  return text;
}
