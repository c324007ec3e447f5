// Where the arguments of Chromium's functions are more than their signatures.

const nativeApplication = "application: string | runtime.NativeMessageTarget{application: string, androidCertificates?: string[]}";
const sendNativeSignature = `${nativeApplication}, message: object`;
const sendMessageSignature = "extensionId?: string, message: any, options?: {includeTlsChannelId?: boolean}";
const sendTabMessageSignature = "tabId: integer>=0, message: any, options?: {frameId?: integer>=0, documentId?: string}";
const nativeEnded = texts.reasons.nativeExited();

// A call that fails before anything was sent throws, with or without a promise.
const throwsAtOnce = true;

const nativePortName = () => "";
const applicationName = (application) => typeof application === "object" ? application.application : application;
const unnamedInfo = () => false;

// A name goes through UTF-8, in which each byte of a lone surrogate is replaced.
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const portName = (name) => name.isWellFormed() ? name : name.replace(loneSurrogate, "\ufffd\ufffd\ufffd");

const extensionIDPattern = /^[a-p]{32}$/i;
function checkExtensionID(path, signature, id) {
  if (id === undefined || id === "" || id === world.extensionID || extensionIDPattern.test(id)) return;
  throw invocationError(path, withCallback(path, readSignature(signature)), texts.badExtensionID(id));
}

const withCallback = (path, parameters) => path === "runtime.connect" ? parameters : [...parameters, callbackParameter];

// massage gives the ambiguous arguments of runtime.sendMessage their places.
const sendMessageArguments = (mode) => {
  const match = matcher("runtime.sendMessage", sendMessageSignature, mode);
  return (args) => {
    const rest = [...args];
    const callback = typeof rest[rest.length - 1] === "function" ? rest.pop() : undefined;
    switch (rest.length) {
      case 1: return match([null, rest[0], null, callback]);
      case 2: return typeof rest[0] === "string" ? match([rest[0], rest[1], null, callback]) : match([null, rest[0], rest[1], callback]);
      case 3: return match([...rest, callback]);
    }
    return match(args.length === 0 ? [] : [...args, null, null, null, null]);
  };
};

const sendTabMessageArguments = (mode) => matcher("tabs.sendMessage", sendTabMessageSignature, mode);
