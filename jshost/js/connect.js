// runtime.connect and runtime.sendMessage, which web pages may have too.

const connectSignature = "extensionId?: string, connectInfo?: {name?: string, includeTlsChannelId?: boolean}";

const connect = ([extensionId, info]) => {
  checkExtensionID("runtime.connect", connectSignature, extensionId);
  const name = portName(info?.name ?? "");
  return makePort(go.connect(extensionId ?? "", name, false, false), name, undefined, false, true, extensionId);
};

const sendMessage = ([extensionId, message], done, how) => {
  ask(() => go.connect(extensionId ?? "", "", false, true), message, encoderFor(extensionId), settle(how, done));
};
