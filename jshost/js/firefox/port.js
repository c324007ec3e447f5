// runtime.Port as Firefox has it. Its methods are bound.
//
// What is posted in the turn of connect() waits until the channel is
// established and is then released port by port, in the order of the connects.

const ports = new Map(); // by the number that Go knows them by
const portState = new WeakMap(); // what only this file knows of a port
let held = []; // states of the ports that are not established

const portEvent = () => makeEvent(undefined, { setUserInput: false });

function makePort(id, name, sender, native, opener) {
  const state = { id, native, open: true, held: undefined, onMessage: portEvent(), onDisconnect: portEvent() };
  const port = {
    name,
    sender,
    error: null,
    onMessage: state.onMessage,
    onDisconnect: state.onDisconnect,
    postMessage: (() => (...args) => {
      if (!state.open) throw new Error(texts.postAfterDisconnect);
      if (state.held === undefined) {
        post(id, args[0], native);
      } else {
        state.held.push(native ? encodeNative(args[0]) : encode(args[0]));
      }
    })(),
    disconnect: (() => () => {
      if (!state.open) return;
      state.open = false;
      if (state.held === undefined) endPort(state);
    })(),
  };
  portState.set(port, state);
  ports.set(id, port);
  if (opener && !native) {
    state.held = [];
    if (held.push(state) === 1) go.later();
  }
  return port;
}

// established is called once the turn of connect() is over.
function established() {
  const states = held;
  held = [];
  for (const state of states) {
    const waiting = state.held;
    state.held = undefined;
    for (const text of waiting) postText(state.id, text);
    if (!state.open) endPort(state);
  }
}

// endPort keeps a port that is about to hear that it has no receiver: that it
// does even if it was closed at once.
function endPort(state) {
  if (!go.disconnect(state.id)) ports.delete(state.id);
}

function receive(port, message) {
  const state = portState.get(port);
  if (state.open) emit(state.onMessage, [message, port]);
}

function portEnded(port, error) {
  const state = portState.get(port);
  if (!state.open && error === undefined) return;
  state.open = false;
  if (error !== undefined) port.error = new Error(error);
  emit(state.onDisconnect, [port]);
}
