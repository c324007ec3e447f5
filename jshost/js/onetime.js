// One-time messages: a channel for one message and at most one answer.

const requests = new Map(); // by channel: done(error, response, answered)
const answerers = new Map(); // by channel: the sender that waits for its message

// ask sends message, as encoder writes it, on the channel that open makes;
// done(error, response, answered) is called once. Without done nobody waits for
// an answer.
function ask(open, message, encoder, done) {
  const text = encoder(message);
  if (invalidated && texts.invalidated !== undefined) throw new Error(texts.invalidated);
  const id = open();
  if (done !== undefined) requests.set(id, done);
  try {
    postText(id, text);
  } catch (error) {
    requests.delete(id);
    go.disconnect(id);
    throw error;
  }
  if (done === undefined) go.disconnect(id);
}

// answered is called with the answer to a request.
function answered(id, done, response) {
  requests.delete(id);
  go.disconnect(id);
  done(undefined, response, true);
}

// answer ends the channel of a message that came here, with the text of a
// response, with why there is none, or with neither.
function answer(id, text, failure) {
  const refused = text === undefined ? undefined : goPost(id, text);
  if (refused !== undefined) {
    go.disconnect(id);
    throw postError(refused);
  }
  if (failure === undefined) go.disconnect(id);
  else go.fail(id, failure);
}
