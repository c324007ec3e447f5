// runtime.Port as Firefox has it. Its methods are bound.
//
// What is posted in the turn of connect() waits until the channel is
// established and is then released port by port, in the order of the connects.
// To a native app, which gets one message after the other, the first post of a
// turn goes at once, and the others when the turn is over: a disconnect() before
// that drops them, as Firefox does with what it has not begun to write.

const ports = new Map(); // by the number that Go knows them by: what only this file knows of a port
let held = []; // those that have something to release when the turn is over

function makePort(id, name, sender, native, opener) {
  const state = { id, native, port: undefined, open: true, held: undefined, message: newRegistry(), disconnect: newRegistry() };
  const port = {
    name,
    sender,
    error: null,
    onMessage: newPortEvent(state.message),
    onDisconnect: newPortEvent(state.disconnect),
    postMessage: (() => (...args) => {
      if (!state.open) throw new Error(texts.postAfterDisconnect);
      let refused = state.held !== undefined ? false : native ? go.postJSON(args[0], id) : go.postClone(args[0], id);
      if (refused === false) {
        const text = native ? encodeNative(args[0]) : encode(args[0]);
        if (state.held !== undefined) {
          state.held.push(text);
          return;
        }
        refused = goPost(id, text);
      }
      if (refused !== undefined) throw postError(refused);
      if (native) hold(state);
    })(),
    disconnect: (() => () => {
      if (!state.open) return;
      state.open = false;
      if (native) state.held = undefined;
      if (state.held === undefined) endPort(state);
    })(),
  };
  state.port = port;
  ports.set(id, state);
  if (opener && !native) hold(state);
  return port;
}

// hold keeps what is posted until the turn is over.
function hold(state) {
  state.held = [];
  if (held.push(state) === 1) go.later();
}

// established is called once the turn of connect(), or of a post to a native
// app, is over.
function established() {
  const states = held;
  held = [];
  for (const state of states) {
    const waiting = state.held;
    if (waiting === undefined) continue; // it was dropped
    state.held = undefined;
    for (const text of waiting) release(state.id, text);
    if (!state.open) endPort(state);
  }
}

// release posts what was held. What is refused now, no script can be told by an
// exception any more.
function release(id, text) {
  try {
    postText(id, text);
  } catch (error) {
    go.uncaught(error, `A message of ${text.length} characters is lost: `);
  }
}

// endPort keeps a port that is about to hear that it has no receiver: that it
// does even if it was closed at once.
function endPort(state) {
  if (!go.disconnect(state.id)) ports.delete(state.id);
}

// losePort closes a port whose script does not hear of it.
function losePort(id) {
  const state = ports.get(id);
  if (state === undefined) return;
  state.open = false;
  ports.delete(id);
}

function receive(state, message) {
  if (!state.open) return;
  const { all } = state.message;
  for (let i = 0; i < all.length; i++) {
    if (state.message.all !== all && !state.message.all.includes(all[i])) continue;
    try {
      checkCallable(all[i]);
      callWith(all[i], globalThis, message, state.port);
    } catch (error) {
      report(error);
    }
  }
}

function portEnded(state, error) {
  if (!state.open && error === undefined) return;
  state.open = false;
  // Firefox writes it in any case, and tells nobody of the end where it cannot.
  if (!Reflect.set(state.port, "error", error === undefined ? null : new Error(error))) return;
  emitTo(state.disconnect, [state.port]);
}
