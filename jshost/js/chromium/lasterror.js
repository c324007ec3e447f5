// runtime.lastError as Chromium has it: there only while a callback runs that
// has an error to hear of; what nobody read goes to the console.

const lastErrorOwners = [];
let lastError; // {message} while there is one
let lastErrorRead = false;

const lastErrorProperty = {
  get() {
    lastErrorRead = true;
    return lastError;
  },
  enumerable: true,
  configurable: true,
};

// A runtime that a script has frozen stays without lastError, and f runs all the same.
const showLastError = (runtime) => Reflect.defineProperty(runtime, "lastError", lastErrorProperty);

// haveLastError makes runtime show lastError.
const haveLastError = (runtime) => {
  lastErrorOwners.push(runtime);
  if (lastError !== undefined) showLastError(runtime);
};

// withLastError calls f while runtime.lastError is error, if that is a text.
function withLastError(error, f) {
  if (error === undefined) {
    f();
    return;
  }
  lastError = { message: error };
  lastErrorRead = false;
  for (const runtime of lastErrorOwners) showLastError(runtime);
  try {
    f();
  } finally {
    if (!lastErrorRead) go.console("error", texts.unchecked(error));
    dropLastError();
  }
}

function dropLastError() {
  lastError = undefined;
  for (const runtime of lastErrorOwners) Reflect.deleteProperty(runtime, "lastError");
}

host.afterStop(dropLastError);
