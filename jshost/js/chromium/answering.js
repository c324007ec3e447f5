// runtime.onMessage as Chromium has it (since 144): the first response counts,
// be it given to sendResponse or by a promise; the first error that a listener
// throws or its promise rejects with, before that, goes to who asked.

function deliverMessage(id, event, message, sender) {
  let open = true; // nothing was answered yet
  let awaited = 0; // listeners that will answer later

  const finish = (text, failure) => {
    open = false;
    go.awaited(id, false);
    answer(id, text, failure);
  };
  const respond = (value) => {
    if (!open) return;
    const text = encode(value);
    finish(text);
  };
  const fail = (error) => {
    if (open) finish(undefined, error instanceof Error ? toText(error.message) : texts.rejectedWithoutError);
  };
  const sendResponse = method("", (args) => respond(args[0]));
  const args = [message, sender, sendResponse];
  each(event, (listener) => {
    let result;
    try {
      result = apply(listener, globalThis, args);
    } catch (error) {
      report(error);
      fail(error);
      return;
    }
    if (result === true) {
      awaited++;
    } else if (result instanceof NativePromise) {
      awaited++;
      promiseThen(result, (value) => {
        try {
          respond(value);
        } catch (error) {
          fail(error);
        }
      }, fail);
    }
  });
  if (!open) return;
  if (awaited > 0) {
    go.awaited(id, true);
  } else {
    open = false;
    answer(id);
  }
}

// settle tells who asked how it ended; nobody, where there is no callback and no
// promise.
const settle = (how, done) => how === "none" ? undefined : (error, response, wasAnswered) => {
  if (error === undefined && !wasAnswered && how === "callback") error = texts.noResponse;
  done(error, response);
};
