// Runs in every process of Firefox: tells the parent process what is written to the consoles of its scripts and which
// documents are shown, and evaluates code. Firefox gives such a script no modules of its own and no DOM events.
"use strict";
(() => {
  const inParent = Services.appinfo.processType === Services.appinfo.PROCESS_TYPE_DEFAULT;
  const { ExtensionContent } = inParent ? {} :
    ChromeUtils.importESModule("resource://gre/modules/ExtensionContent.sys.mjs");
  const { ExtensionPageChild } = inParent ? {} :
    ChromeUtils.importESModule("resource://gre/modules/ExtensionPageChild.sys.mjs");
  const { addDebuggerToGlobal } = ChromeUtils.importESModule("resource://gre/modules/jsdebugger.sys.mjs");
  const timers = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
  const system = Services.scriptSecurityManager.getSystemPrincipal();

  // The Debugger runs code in a global as a script of its own, whatever its Content-Security-Policy says.
  let tools = null;
  const newDebugger = () => {
    if (!tools) {
      tools = Cu.Sandbox(system, { freshCompartment: true, wantComponents: false });
      addDebuggerToGlobal(tools);
    }
    return new tools.Debugger();
  };

  const contentScripts = (extension, window) => ExtensionContent?.getContextByExtensionId(extension, window)?.cloneScope;

  const windowOf = inner => {
    const global = typeof inner === "number" && inner ? WindowGlobalChild.getByInnerWindowId(inner) : null;
    return global?.windowContext?.window ?? global?.browsingContext?.window ?? null;
  };

  // Firefox has extensions of its own.
  const loaded = policy => policy?.temporarilyInstalled;

  // The extensions' own documents, by the id of the inner window: on their way out, when the extension is disabled or
  // reloaded, Firefox no longer knows whose they are.
  const documents = new Map();
  Services.obs.addObserver(({ defaultView: window, nodePrincipal: principal, documentURI: url }) => {
    if (!window || !loaded(principal.addonPolicy)) {
      return;
    }
    const extension = principal.addonId;
    const inner = window.windowGlobalChild.innerWindowId;
    const view = ExtensionPageChild?.extensionContexts.get(inner)?.viewType;
    documents.set(inner, view === "background" ? { kind: "background", extension } : { kind: "page", extension, url });
  }, "document-element-inserted");

  // contextOf returns the context that something is told of with a file as its source, or null where no test has
  // anything to do with it. A content script writes to the console of its document, and only the file that it stands in
  // tells it from the document's own scripts.
  const contextOf = (window, file) => {
    const principal = window.document.nodePrincipal;
    if (principal.isSystemPrincipal) {
      return null;
    }
    const url = window.document.documentURI;
    if (url.startsWith("moz-extension://")) {
      return documents.get(window.windowGlobalChild.innerWindowId) ?? null;
    }
    const policy = file?.startsWith("moz-extension://") ? WebExtensionPolicy.getByURI(Services.io.newURI(file)) : null;
    return loaded(policy) && contentScripts(policy.id, window) ? { kind: "content", extension: policy.id, url } :
      principal.isNullPrincipal ? null : { kind: "web", url };
  };

  const send = (name, message) => Services.cpmm.sendAsyncMessage("browsertest:" + name, message);

  const text = value => {
    try {
      if (typeof value === "string") {
        return value;
      }
      if (value === null || typeof value !== "object" && typeof value !== "function") {
        return Object.is(value, -0) ? "-0" : typeof value === "bigint" ? value + "n" : String(value);
      }
      const own = Cu.waiveXrays(value);
      const thrown = ["[object Error]", "[object DOMException]"].includes(Object.prototype.toString.call(value));
      return (thrown ? undefined : JSON.stringify(own)) ?? String(own);
    } catch (e) {
      return Object.prototype.toString.call(value);
    }
  };

  // What console.log writes comes here within the call, so that a line written in pagehide is on its way before the
  // process can end.
  const levels = { log: "log", info: "info", warn: "warning", error: "error", debug: "debug", assert: "error",
    exception: "error" };
  const onConsole = subject => {
    const event = subject.wrappedJSObject;
    const window = windowOf(event.innerID);
    const context = window && contextOf(window, event.filename);
    if (!context) {
      return;
    }
    send("line", {
      level: levels[event.level] ?? "log",
      text: Array.from(event.arguments, text).join(" "),
      time: event.microSecondTimeStamp ?? event.timeStamp * 1000,
      context,
    });
  };
  Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage).addLogEventListener(onConsole, system);

  const onMessage = message => {
    if (!(message instanceof Ci.nsIScriptError) || message.isForwardedFromContentProcess) {
      return;
    }
    let context = null;
    const window = windowOf(message.innerWindowID);
    if (window) {
      context = contextOf(window, message.sourceName);
    } else if (inParent) {
      // So begin Firefox's complaints about a manifest.json.
      const extension = /^Loading extension '([^']+)'/.exec(message.errorMessage)?.[1];
      context = loaded(WebExtensionPolicy.getByID(extension)) ? { kind: "background", extension } : null;
    }
    if (!context) {
      return;
    }
    const is = flag => message.flags & flag;
    const thrown = message.hasException || message.isPromiseRejection || message.category === "content javascript" ;
    const level = is(Ci.nsIScriptError.infoFlag) ? "info" : is(Ci.nsIScriptError.warningFlag) ? "warning" :
      thrown && window ? "uncaught" : "error";
    send("line", { level, text: message.errorMessage, time: message.microSecondTimeStamp, context });
  };
  Services.console.registerListener({ observe: onMessage, QueryInterface: ChromeUtils.generateQI(["nsIConsoleListener"]) });

  // Told in the next turn, when the document's own listeners for pageshow have run too.
  Services.obs.addObserver(document => {
    const window = document.defaultView;
    const context = window?.browsingContext;
    if (context && !context.parent) {
      Services.tm.dispatchToMainThread(() => send("shown", { browser: context.browserId }));
    }
  }, "content-page-shown");

  // A document that is left, even if it is kept in the bfcache, settles no promise.
  const waiting = new Map(); // id of an inner window: set of functions that say that it is left
  const leave = inner => {
    for (const left of waiting.get(inner) ?? []) {
      left();
    }
    waiting.delete(inner);
  };
  Services.obs.addObserver(document => leave(document.defaultView?.windowGlobalChild?.innerWindowId), "content-page-hidden");
  Services.obs.addObserver(subject => {
    const inner = subject.QueryInterface(Ci.nsISupportsPRUint64).data;
    leave(inner);
    documents.delete(inner);
  }, "inner-window-destroyed");

  const unlessLeft = (inner, promise) => new Promise((resolve, reject) => {
    const left = () => reject(new Error("its document was left before the promise was settled"));
    if (!waiting.has(inner)) {
      waiting.set(inner, new Set());
    }
    waiting.get(inner).add(left);
    promise.then(resolve, reject).finally(() => waiting.get(inner)?.delete(left));
  });

  const globalOf = ({ kind, extension, inner }) => {
    const window = windowOf(inner);
    if (!window) {
      throw new Error("its document is gone");
    }
    if (kind !== "content") {
      return window;
    }
    const global = contentScripts(extension, window);
    if (!global) {
      throw new Error("it is gone");
    }
    return global;
  };

  const thrown = value => {
    const shown = text(value?.unsafeDereference?.() ?? value);
    return new Error(shown);
  };

  // What evaluated code writes later is told by this file to be the content script's, if it is.
  const fileOf = ({ kind, extension }) => kind === "content" ? WebExtensionPolicy.getByID(extension).getURL("eval") : "eval";

  const evaluate = async ({ context, code }) => {
    const debug = newDebugger();
    const global = globalOf(context);
    const object = debug.addDebuggee(global);
    let completion;
    try {
      completion = object.executeInGlobal(code, { url: fileOf(context) });
    } finally {
      debug.removeDebuggee(global);
    }
    if (!completion) {
      throw new Error("the script was terminated");
    }
    if ("throw" in completion) {
      throw thrown(completion.throw);
    }
    let value = completion.return;
    if (value?.unsafeDereference) {
      const raw = value.unsafeDereference();
      value = raw;
      if (completion.return.class === "Promise") {
        try {
          value = await unlessLeft(context.inner, Promise.resolve(raw));
        } catch (e) {
          throw e instanceof Error && Cu.getGlobalForObject(e) === globalThis ? e : thrown(e);
        }
      }
    }
    const json = JSON.stringify(Cu.waiveXrays(value));
    return json ?? "undefined";
  };

  // contents returns, for each of the documents, when its navigation began and which extensions have content scripts
  // in it.
  const contents = inners => inners.map(inner => {
    const window = windowOf(inner);
    const extensions = WebExtensionPolicy.getActiveExtensions().filter(loaded).map(policy => policy.id)
      .filter(id => window && contentScripts(id, window));
    return { begun: window?.performance?.timeOrigin ?? 0, extensions };
  });

  // quiet waits until the document has no request open, not even one that its load event does not wait for: Firefox
  // keeps no document with a request in the bfcache.
  const quiet = async ({ inner, patience }) => {
    for (const until = Date.now() + patience; Date.now() < until;) {
      const group = windowOf(inner)?.docShell?.QueryInterface(Ci.nsIDocumentLoader).loadGroup;
      if (!group?.requests.hasMoreElements()) {
        return;
      }
      await new Promise(resolve => timers.setTimeout(resolve, 5));
    }
  };

  // collect collects what is garbage, and what is once that is gone.
  const collect = () => {
    for (let i = 0; i < 3; i++) {
      Cu.forceGC();
      Cu.forceCC();
    }
  };

  const methods = { evaluate, contents, quiet, collect };
  Services.cpmm.addMessageListener("browsertest:call", async ({ data: { id, method, argument } }) => {
    try {
      send("answer", { id, value: await methods[method](argument) });
    } catch (e) {
      send("answer", { id, error: e?.message ?? String(e) });
    }
  });
})();
