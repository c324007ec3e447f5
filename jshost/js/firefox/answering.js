// runtime.onMessage as Firefox has it: the first listener that answers, or
// fails, decides; one that does neither leaves it to the others.

function deliverMessage(id, event, message, sender) {
  const answers = []; // promises
  each(event, (listener) => {
    let answerNow;
    let answeredNow = false;
    const later = new NativePromise((resolve) => {
      answerNow = (value) => {
        answeredNow = true;
        resolve(value);
      };
    });
    let result;
    try {
      result = apply(listener, globalThis, [message, sender, (() => (value) => answerNow(value))()]);
    } catch (error) {
      answers.push(NativePromise.reject(error));
      return;
    }
    if (result instanceof NativePromise) answers.push(result);
    else if (result === true || answeredNow) answers.push(later);
  });
  if (answers.length === 0) {
    answer(id);
    return;
  }
  go.awaited(id, true);
  let open = true;
  const finish = (text, failure) => {
    if (!open) return;
    open = false;
    go.awaited(id, false);
    answer(id, text, failure);
  };
  const fail = (error) => finish(undefined, error instanceof Error ? toText(error.message) : unexpected);
  for (const promise of answers) {
    promiseThen(promise, (value) => {
      if (!open) return;
      try {
        finish(encode(value));
      } catch (error) {
        fail(error);
      }
    }, fail);
  }
}

// settle tells who asked how it ended.
const settle = (how, done) => (error, response) => done(error, response);
