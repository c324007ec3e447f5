// What Chromium sends: JSON text, or structured clones where manifest.json asks
// for them. Native apps get JSON in any case.

function encodeJSON(value) {
  if (value === undefined) return "null";
  let text = plainText(value, false);
  if (text !== undefined) return text;
  try {
    text = stringify(value);
  } catch {
    text = undefined; // whatever it was, a getter's own error too
  }
  if (text === undefined) throw new Error(texts.unserializable);
  return text;
}

function encodeClone(value) {
  try {
    return plainText(value, true) ?? host.serialize(value);
  } catch {
    throw new Error(texts.unserializable);
  }
}

const goPostPlain = world.structuredClone ? go.postClone : go.postJSON;
const encode = world.structuredClone ? encodeClone : encodeJSON;
const encodeStored = encodeJSON;
const encodeNative = encodeJSON;
