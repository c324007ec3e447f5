// API functions: arguments are checked, and a result comes through a callback
// or a promise, as the browser and the namespace have it (mode):
//
//   "promise"   a promise (browser.* in Firefox)
//   "callback"  the callback, or nobody (chrome.* under manifest version 2)
//   "both"      the callback if there is one, else a promise

// syncFunction makes a function whose result is that of run(values).
const syncFunction = (path, signature, run) => {
  const match = matcher(path, signature, "sync");
  return method(path.slice(path.lastIndexOf(".") + 1), (args) => run(match(args)));
};

// asyncFunction makes a function for run(values, done); done(error, result) is
// called later, at most once, with a text as error.
const asyncFunction = (path, signature, mode, run) => {
  const match = typeof signature === "function" ? signature : matcher(path, signature, mode);
  return method(path.slice(path.lastIndexOf(".") + 1), (args) => {
    const values = match(args);
    return deliver(mode, values.callback, (done, how) => run(values, done, how));
  });
};

// deliver calls start(done, how) and passes the outcome on, how being "callback",
// "promise" or "none".
function deliver(mode, callback, start) {
  if (typeof callback === "function") {
    start((error, ...results) => withLastError(error, () => {
      try {
        apply(callback, globalThis, error === undefined ? results : []);
      } catch (thrown) {
        report(thrown);
      }
    }), "callback");
    return undefined;
  }
  if (mode === "callback") {
    start((error) => withLastError(error, () => {}), "none");
    return undefined;
  }
  return new NativePromise((resolve, reject) => {
    start((error, result) => {
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    }, "promise");
  });
}

const calls = new Map(); // by number: done
let lastCall = 0;

// invoke has Go do it.
function invoke(name, values, done) {
  const call = ++lastCall;
  calls.set(call, done);
  go.invoke(call, name, stringify(values));
}

// viaGo is run for an asyncFunction that Go does as a whole.
const viaGo = (name) => (values, done) => invoke(name, values, done);
