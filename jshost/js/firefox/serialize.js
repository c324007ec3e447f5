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

// isPlain reports whether JSON says all there is to say of an object: most
// messages need no more, and the engine's JSON is much faster than a clone. seen
// has the objects met so far: one that is met twice is not plain.
function isPlain(object, seen) {
  if (seen.length === fewObjects || seen.includes(object) || object.toJSON !== undefined) return false;
  const kind = classOf(object);
  const names = keys(object);
  if (kind === "Array" ? names.length !== object.length : kind !== "Object" || getPrototypeOf(object) !== plainPrototype) return false;
  seen.push(object);
  for (let i = 0; i < names.length; i++) {
    const value = object[names[i]];
    switch (typeof value) {
      case "string": case "boolean": break;
      case "number":
        if (isSpecial(value)) return false;
        break;
      case "object":
        if (value !== null && !isPlain(value, seen)) return false;
        break;
      default: return false;
    }
    if (names[i] === "$") return false;
  }
  return true;
}

// isSpecial: not finite, or -0.
const isSpecial = (number) => number - number !== 0 || number === 0 && 1 / number < 0;

function encode(value) {
  switch (typeof value) {
    case "string": case "boolean": return stringify(value);
    case "symbol": throw new DOMException("An exception was thrown", "InvalidStateError");
    case "object": if (value !== null && isPlain(value, [])) return stringify(value);
  }
  return host.serialize(value, cloneOptions);
}

const encodeStored = encode;

function encodeNative(value) {
  const text = stringify(value);
  if (text === undefined) {
    throw new Error("Firefox sends a native app an empty frame for undefined, a function or a symbol; webport does not: post null instead");
  }
  return text;
}
