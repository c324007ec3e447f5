// Messages on their way to and from Go, as text.

// goPost(port, text) is undefined, or what postError understands. What goes to
// a channel that has ended is dropped: the event is on its way. go.postJSON and
// go.postClone(value, port) are the same for most values in less time; false for
// those that they leave to encodeJSON or encode, and goPost.
const goPost = go.post;
const postError = (refused) => new Error(refused === "tooLarge" ? texts.tooLarge : refused);

function postText(id, text) {
  const refused = goPost(id, text);
  if (refused !== undefined) throw postError(refused);
}

// decode is the value of a structured clone.
const decode = (text) => host.deserialize(text);

// reason is the text for why a port ended or a call failed; undefined if it
// did not fail.
const reason = (code, detail) => code === undefined ? undefined : texts.reasons[code](detail);
