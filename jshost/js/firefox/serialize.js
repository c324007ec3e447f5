// What Firefox sends: structured clones, and JSON to native apps.

const cloneOptions = {
  named: true,
  aggregates: true,
  refuse(value, what) {
    if (typeof value === "symbol") return new DOMException(symbolRefused, "DataCloneError");
    if (what === "Global") what = "Proxy"; // so is a window
    return new DOMException(`${what} object could not be cloned.`, "DataCloneError");
  },
};
const symbolRefused = "unsupported type for structured data";

function encode(value) {
  if (typeof value === "symbol") throw new DOMException("An exception was thrown", "InvalidStateError");
  return plainText(value, true) ?? host.serialize(value, cloneOptions);
}

const encoderFor = () => encode;
const encodeStored = encode;

function encodeNative(value) {
  const text = plainText(value, false) ?? stringify(value);
  if (text === undefined) {
    throw new Error("Firefox sends a native app an empty frame for undefined, a function or a symbol; webport does not: post null instead");
  }
  return text;
}
