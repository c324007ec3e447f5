// API functions: arguments are checked, and a result comes through a callback
// or a promise, as the browser and the namespace have it (mode):
//
//   "promise"   a promise (browser.* in Firefox)
//   "callback"  the callback, or nobody (chrome.* under manifest version 2)
//   "both"      the callback if there is one, else a promise

// checkInvalidated throws where the extension of this script is gone.
const checkInvalidated = () => {
  if (invalidated) throw new Error(reason("invalidated"));
};

// syncFunction makes a function whose result is that of run(values).
const syncFunction = (path, signature, run) => {
  const match = matcher(path, signature, "sync");
  return apiFunction(path.slice(path.lastIndexOf(".") + 1), (args) => {
    checkInvalidated();
    return run(match(args));
  });
};

// asyncFunction makes a function for run(values, done); done(error, result) is
// called later, at most once, with a text as error.
const asyncFunction = (path, signature, mode, run) => {
  const match = typeof signature === "function" ? signature : matcher(path, signature, mode);
  return apiFunction(path.slice(path.lastIndexOf(".") + 1), (args) => {
    checkInvalidated();
    const values = match(args);
    return deliver(mode, values.callback, (done, how) => run(values, done, how));
  });
};

// deliver calls start(done, how) and passes the outcome on, how being "callback",
// "promise" or "none". What start throws is thrown or an outcome too, as the
// browser has it (throwsAtOnce).
function deliver(mode, callback, start) {
  if (typeof callback === "function") {
    const done = (error, ...results) => withLastError(error, () => {
      try {
        apply(callback, globalThis, error === undefined ? results : []);
      } catch (thrown) {
        report(thrown);
      }
    });
    attempt(start, done, "callback", (error) => later(() => done(toText(error.message))));
    return undefined;
  }
  if (mode === "callback") {
    const done = (error) => withLastError(error, () => {});
    attempt(start, done, "none", (error) => later(() => done(toText(error.message))));
    return undefined;
  }
  let settled;
  const promise = new NativePromise((resolve, reject) => { settled = { resolve, reject }; });
  attempt(start, (error, result) => {
    if (error === undefined) settled.resolve(result);
    else settled.reject(new Error(error));
  }, "promise", settled.reject);
  return promise;
}

function attempt(start, done, how, failed) {
  if (throwsAtOnce) {
    start(done, how);
    return;
  }
  try {
    start(done, how);
  } catch (error) {
    failed(error);
  }
}

// later runs f in a microtask.
const later = (f) => queueMicrotask(f);

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
