// What Firefox says, letter for letter. Extensions compare these texts.

const unexpected = "An unexpected error occurred";
const noApp = (name) => `No such native application ${name}`;

const texts = {
  // port.error.message and runtime.lastError.message, by the reason that Go gives
  reasons: {
    noReceiver: () => "Could not establish connection. Receiving end does not exist.",
    frozen: () => unexpected,
    formatMismatch: () => unexpected,
    nativeName: noApp,
    nativeNotFound: noApp,
    nativeForbidden: noApp,
    nativeStart: () => unexpected,
    nativeExited: () => undefined, // the end of its output is no error
    nativeProtocol: () => unexpected,
    nativeSkipped: () => unexpected,
    nativeTooLarge: (size) => `Native application tried to send a message of ${size} bytes, which exceeds the limit of 1048576 bytes.`,
    nativeContent: () => unexpected,
    asyncResponseLost: () => "Promised response from onMessage listener went out of scope",
    listenerFailed: (message) => message,
    noTab: (id) => `Invalid tab ID: ${id}`,
    noWindow: (id) => `Invalid window ID: ${id}`,
    noTabs: () => unexpected,
    noOptionsPage: () => "No `options_ui` declared",
    notOptional: (name) => `Cannot request permission ${name} since it was not declared in optional_permissions`,
    required: (name) => `Cannot remove permission ${name}: manifest.json requires it`,
    invalidated: () => "Extension context invalidated.",
    absent: (path) => `${path} is not available in webport`,
    other: () => unexpected,
  },
  unchecked: (text) => `Unchecked lastError value: Error: ${text}`,
  inListener: "",

  postAfterDisconnect: "Attempt to postMessage on disconnected port",
  notCallable: "callback is not a function",
  tooLarge: "allocation size overflow",
};
