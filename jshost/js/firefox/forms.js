// Where the arguments of Firefox's functions are more than their signatures.

const nativeApplication = String.raw`application: string/^\w+(\.\w+)*$/`;
const sendNativeSignature = `${nativeApplication}, message: any`;
const sendMessageSignature = "";
const nativeEnded = unexpected;

// A call that fails before anything was sent rejects its promise.
const throwsAtOnce = false;

const nativePortName = (application) => application;
const applicationName = (application) => application;
const portName = (name) => name;
const checkExtensionID = () => {};

// A connectInfo without a name gives the port the name null.
const unnamedInfo = (info) => info !== undefined && info.name === undefined;

const noOptions = (value) => value === undefined || value === null || typeof value === "object" && keys(value).length === 0;

// runtime.sendMessage takes its arguments apart itself.
const sendMessageArguments = (mode) => (args) => {
  const rest = [...args];
  const callback = typeof rest[rest.length - 1] === "function" ? rest.pop() : undefined;
  if (callback !== undefined && mode === "promise") throw new Error("Incorrect argument types for runtime.sendMessage.");
  const given = rest.length;
  if (given === 1 || given === 2 && noOptions(rest[1])) rest.unshift(null);
  const [extensionId, message, options] = rest;
  if (rest.length === 0) throw new Error("runtime.sendMessage's message argument is missing");
  if (!noOptions(options)) throw new Error("runtime.sendMessage's options argument is invalid");
  if (rest.length === 4 && rest[3] && callback === undefined) throw new Error("runtime.sendMessage's last argument is not a function");
  if (rest[3] !== undefined && rest[3] !== null || rest.length > 4) throw new Error("runtime.sendMessage received too many arguments");
  if (extensionId && typeof extensionId !== "string") throw new Error("runtime.sendMessage's extensionId argument is invalid");
  const values = [extensionId || undefined, message];
  values.callback = callback;
  return values;
};

const sendTabMessageArguments = (mode) =>
  matcher("tabs.sendMessage", "tabId: integer>=0, message: any, options?: {frameId?: integer>=0, documentId?: string}", mode);
