// Messages on their way to and from Go, as text.

function post(id, value, native) {
  postText(id, native ? encodeNative(value) : encode(value));
}

// postText drops what goes to a channel that has ended: the event is on its way.
function postText(id, text) {
  const refused = go.post(id, text);
  if (refused === undefined) return;
  throw new Error(refused === "tooLarge" ? texts.tooLarge : refused);
}

// decode is the value of a message or stored item. Plain JSON was parsed by Go.
const decode = (text) => host.deserialize(text);

// reason is the text for why a port ended or a call failed; undefined if it
// did not fail.
const reason = (code, detail) => code === undefined ? undefined : texts.reasons[code](detail);
