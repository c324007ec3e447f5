// What a web page sees of chrome.runtime when an extension lets it connect.

function pageRuntime() {
  const at = part("runtime", "both");
  at.value("dynamicId", undefined);
  at.value("id", undefined);
  const needID = (path, signature, id) => {
    if (typeof id === "string" && id !== "") return;
    throw invocationError(path, withCallback(path, readSignature(signature)), texts.pageWithoutID(path));
  };
  at.sync("connect", connectSignature, (values) => {
    needID("runtime.connect", connectSignature, values[0]);
    return connect(values);
  });
  const match = sendMessageArguments("both");
  at.async("sendMessage", (args) => {
    const values = match(args);
    needID("runtime.sendMessage", sendMessageSignature, values[0]);
    return values;
  }, sendMessage);
  haveLastError(at.object);
  addRuntimeEnums(at);
  return at.object;
}
