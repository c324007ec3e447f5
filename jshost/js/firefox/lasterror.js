// runtime.lastError as Firefox has it: null, or an Error while a callback runs
// that has one to hear of; what nobody read goes to the console.

let lastError = null;
let lastErrorRead = false;

// haveLastError makes runtime show lastError.
const haveLastError = (runtime) => defineProperty(runtime, "lastError", {
  get: () => {
    lastErrorRead = true;
    return lastError;
  },
  enumerable: true,
  configurable: true,
});

// withLastError calls f while runtime.lastError is error, if that is a text.
function withLastError(error, f) {
  if (error === undefined) {
    f();
    return;
  }
  lastError = new Error(error);
  lastErrorRead = false;
  try {
    f();
  } finally {
    if (!lastErrorRead) go.console("error", texts.unchecked(error));
    lastError = null;
  }
}

host.afterStop(() => { lastError = null; });
