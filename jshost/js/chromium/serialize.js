// What Chromium sends: JSON text, or structured clones where manifest.json asks
// for them; a web page sends what the extension does. Native apps get JSON in
// any case.

// How many objects may be in one another in a clone. It is the size of V8's
// stack that decides, as for JSON; so many were counted of arrays and plain objects.
const cloneOptions = { deepest: 3669 };

function encodeJSON(value) {
  if (value === undefined) return "null";
  let text = plainText(value, false);
  if (typeof text === "string") return text;
  try {
    if (text !== null) text = stringify(value);
  } catch {
    text = undefined; // whatever it was, a getter's own error too
  }
  if (typeof text !== "string") throw new Error(texts.unserializable);
  return text;
}

function encodeClone(value) {
  try {
    return plainText(value, true) ?? host.serialize(value, cloneOptions);
  } catch {
    throw new Error(texts.unserializable);
  }
}

const encode = world.structuredClone ? encodeClone : encodeJSON;
const encoderFor = (extension) => world.kind === "webpage" && go.takesClones(extension) ? encodeClone : encode;
const plainPostOf = (encoder) => encoder === encodeClone ? go.postClone : go.postJSON;
const encodeStored = encodeJSON;
const encodeNative = encodeJSON;
