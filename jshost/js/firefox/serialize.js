// What Firefox sends: structured clones, and JSON to native apps.

const cloneOptions = {
  named: true,
  aggregates: true,
  refuse(value, what) {
    if (typeof value === "symbol") return new DOMException(symbolRefused, "DataCloneError");
    if (what === "detached") return new DOMException("attempting to access detached ArrayBuffer", "DataCloneError");
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

// encodeNative gives no text at all to what JSON has none for: an empty frame.
function encodeNative(value) {
  try {
    return plainText(value, false) ?? stringify(value) ?? "";
  } catch (error) {
    for (const [unserializable, text] of unserializables) {
      if (error instanceof TypeError && error.message === unserializable) throw new TypeError(text);
    }
    throw error;
  }
}

// By the engine's text for what JSON.stringify refuses: Firefox's.
const unserializables = [[1n, "BigInt value can't be serialized in JSON"], [[], "cyclic object value"]].map(([value, text]) => {
  if (isArray(value)) value[0] = value;
  try {
    stringify(value);
  } catch (error) {
    return [error.message, text];
  }
});
