// chrome.runtime, chrome.extension and chrome.i18n, as an extension's scripts
// see them.

const absoluteURL = (url) => /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : resourceURL(url);
const resourceURL = (path) => world.baseURL + (path[0] === "/" ? path.slice(1) : path);

namespace("runtime", () => true, ({ object, mode, value, sync, async, event }) => {
  haveLastError(object);
  haveID(object);
  sync("connect", connectSignature, connect);
  const match = sendMessageArguments(mode);
  async("sendMessage", (args) => {
    const values = match(args);
    checkExtensionID("runtime.sendMessage", sendMessageSignature, values[0]);
    return values;
  }, sendMessage);
  event("onConnect", "onMessage");
  addRuntimeEnums({ object, value });
  sync("getManifest", "", () => parse(world.manifest));
  sync("getURL", "path: string", ([path]) => resourceURL(path));
  if (allowed("nativeMessaging") && (!content || world.nativeInContent)) {
    sync("connectNative", nativeApplication, ([application]) => {
      return makePort(go.connectNative(applicationName(application)), nativePortName(application), undefined, true, true);
    });
    async("sendNativeMessage", sendNativeSignature, ([application, message], done) => {
      ask(() => go.connectNative(applicationName(application)), message, encodeNative, (error, response, wasAnswered) => {
        if (!wasAnswered && error === undefined) error = nativeEnded;
        done(error, response);
      });
    });
  } else if (world.nativeInContent) { // Firefox has the names all the same
    value("connectNative", undefined);
    value("sendNativeMessage", undefined);
  }
  if (content) return;

  event("onConnectExternal", "onMessageExternal", "onInstalled", "onStartup", "onSuspend", "onSuspendCanceled", "onUpdateAvailable");
  if (world.userScripts) event("onUserScriptConnect", "onUserScriptMessage");
  async("getPlatformInfo", "");
  async("openOptionsPage", "");
  async("setUninstallURL", "url?: string", (values, done) => invoke("runtime.setUninstallURL", [], done));
  sync("reload", "", () => { go.reload(); });
  async("requestUpdateCheck", "", (values, done) => invoke("runtime.requestUpdateCheck", [], done));
  if (world.backgroundPage) async("getBackgroundPage", "", (values, done) => queueMicrotask(() => done(undefined, backgroundPage())));
});

// backgroundPage is the background's window where this context is that page; a
// page of its own heap cannot share objects with another.
const backgroundPage = () => world.isBackground ? globalThis : null;

namespace("extension", () => true, ({ object, sync, async, value }) => {
  haveLastError(object);
  value("inIncognitoContext", false);
  if (world.manifestVersion < 3) {
    sync("getURL", "path: string", ([path]) => resourceURL(path));
    if (world.backgroundPage && !content) sync("getBackgroundPage", "", backgroundPage);
  }
  if (content) return;
  sync("getViews", "fetchProperties?: object", () => []);
  async("isAllowedIncognitoAccess", "", (values, done) => queueMicrotask(() => done(undefined, false)));
  async("isAllowedFileSchemeAccess", "", (values, done) => queueMicrotask(() => done(undefined, false)));
});

namespace("i18n", () => true, ({ sync, async, absent }) => {
  absent("detectLanguage");
  sync("getMessage", "messageName: string, substitutions?: any", ([name, substitutions]) => {
    const list = substitutions === undefined || substitutions === null ? [] : isArray(substitutions) ? substitutions : [substitutions];
    return go.message(name, ...list.map(toText));
  });
  sync("getUILanguage", "", () => world.uiLanguage);
  async("getAcceptLanguages", "", (values, done) => queueMicrotask(() => done(undefined, [world.uiLanguage])));
});
