// What Go calls: one call for each event.

const senderOf = (text) => text === undefined ? undefined : parse(text);

const fromGo = {
  // connect: a channel was opened to this endpoint.
  connect(id, on, name, sender) {
    const event = events.get(`runtime.${on}`);
    if (on === "onMessage" || on === "onMessageExternal" || on === "onUserScriptMessage") {
      answerers.set(id, { event, sender: senderOf(sender) });
      return;
    }
    const port = makePort(id, name, senderOf(sender), false, false);
    if (event !== undefined) emit(event, [port]);
  },

  // message: value is parsed JSON.
  message(id, value) {
    const port = ports.get(id);
    if (port !== undefined) {
      receive(port, value);
      return;
    }
    const asked = requests.get(id);
    if (asked !== undefined) {
      answered(id, asked, value);
      return;
    }
    const waiting = answerers.get(id);
    if (waiting === undefined) return;
    answerers.delete(id);
    deliverMessage(id, waiting.event, value, waiting.sender);
  },

  // clone: text is a structured clone.
  clone(id, text) {
    let value;
    try {
      value = decode(text);
    } catch (error) {
      go.uncaught(error, `A message of ${text.length} characters is lost: it is no structured clone: `);
      return;
    }
    fromGo.message(id, value);
  },

  // disconnect: the other end is gone; code says why, if there is something to say.
  disconnect(id, code, detail) {
    const error = reason(code, detail);
    const port = ports.get(id);
    if (port !== undefined) {
      ports.delete(id);
      portEnded(port, error);
      return;
    }
    answerers.delete(id);
    const asked = requests.get(id);
    if (asked === undefined) return;
    requests.delete(id);
    asked(error, undefined, false);
  },

  // skipped: a native app has sent what is no JSON, and the port goes on.
  skipped(id) {
    const error = reason("nativeSkipped");
    const asked = requests.get(id);
    if (asked === undefined) {
      go.console("error", error);
      return;
    }
    requests.delete(id);
    go.disconnect(id);
    asked(error, undefined, false);
  },

  // complete: the outcome of invoke.
  complete(call, code, detail, result) {
    const done = calls.get(call);
    calls.delete(call);
    const error = reason(code, detail);
    if (error === undefined) done(undefined, ...(result === undefined ? [] : [parse(result)]));
    else done(error);
  },

  // fire: an event of the browser, such as tabs.onUpdated, with its arguments
  // as a JSON array.
  fire(path, text) {
    const args = parse(text);
    if (path === "permissions.onAdded") granted(args[0].permissions);
    const event = events.get(path);
    if (event !== undefined) emit(event, args);
  },

  // established: the turn that called go.later is over (Firefox).
  established() { if (typeof held !== "undefined" && held.length > 0) established(); },

  // listening: the paths of the events that have listeners, as JSON.
  listening() {
    const paths = [];
    for (const [path, event] of events) {
      let any = false;
      each(event, () => { any = true; });
      if (any) paths[paths.length] = path;
    }
    return stringify(paths);
  },

  // lose: the other end has gone while this page was in the back/forward cache.
  lose(id) { losePort(id); },

  invalidate() {
    invalidated = true;
    for (let i = 0; i < whenInvalidated.length; i++) whenInvalidated[i]();
  },
};
