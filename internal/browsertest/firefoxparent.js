// Runs once in the parent process, evaluated by Marionette with the source of firefoxcontent.js as its argument. What
// it offers is window.browsertest.
"use strict";
const [contentSource] = arguments;
const { AddonManager } = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
const { ExtensionParent } = ChromeUtils.importESModule("resource://gre/modules/ExtensionParent.sys.mjs");
const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
const { FileUtils } = ChromeUtils.importESModule("resource://gre/modules/FileUtils.sys.mjs");
const pause = ms => new Promise(resolve => window.setTimeout(resolve, ms));

// Lines are told in the order in which they were written, by their time. They come from each process in its order, but
// for exceptions, of which a process tells after the task that threw; settle is how long that is waited for.
const settle = 20;
let lines = [];
let ended = false;
let wake = () => {};
const takeLines = async () => {
  while (!lines.length && !ended) {
    await new Promise(resolve => { wake = resolve; });
  }
  await pause(settle);
  lines.sort((a, b) => a.time - b.time);
  const until = (Date.now() - settle / 2) * 1000;
  let n = lines.findIndex(line => line.time > until);
  if (n < 0 || ended) {
    n = lines.length;
  }
  return { lines: lines.splice(0, n), ended };
};

const pending = new Map(); // id of a call: {process, resolve, reject}
let calls = 0;
const call = (pid, method, argument) => new Promise((resolve, reject) => {
  for (let i = 0; i < Services.ppmm.childCount; i++) {
    const child = Services.ppmm.getChildAt(i);
    if (child.osPid === pid) {
      pending.set(++calls, { child, resolve, reject });
      child.sendAsyncMessage("browsertest:call", { id: calls, method, argument });
      return;
    }
  }
  reject(new Error("its process is gone"));
});
const settleCall = (id, { value, error }) => {
  const one = pending.get(id);
  pending.delete(id);
  error === undefined ? one?.resolve(value) : one?.reject(new Error(error));
};

const shown = new Set(); // functions that are called with the browserId of each top-level document that is shown
const receive = (name, f) => Services.ppmm.addMessageListener("browsertest:" + name, ({ data }) => f(data));
receive("line", line => { lines.push(line); wake(); });
receive("answer", answer => settleCall(answer.id, answer));
receive("shown", ({ browser }) => shown.forEach(f => f(browser)));
const onProcessGone = child => {
  for (const [id, one] of pending) {
    if (one.child === child) {
      settleCall(id, { error: "its process is gone" });
    }
  }
};
Services.obs.addObserver(onProcessGone, "message-manager-disconnect");

// Extensions.

const policyOf = id => {
  const policy = WebExtensionPolicy.getByID(id);
  if (!policy) {
    throw new Error("it is not loaded, or disabled");
  }
  return policy;
};
const addonOf = async id => {
  const addon = await AddonManager.getAddonByID(id);
  if (!addon) {
    throw new Error("it is not loaded");
  }
  return addon;
};
// started waits until the background has run once.
const started = async id => {
  const { extension } = policyOf(id);
  await extension.promiseBackgroundStarted?.();
  return { id, host: policyOf(id).mozExtensionHostname };
};
const load = async path => {
  let addon;
  try {
    addon = await AddonManager.installTemporaryAddon(new FileUtils.File(path));
  } catch (e) {
    throw new Error([e.message, ...e.additionalErrors ?? []].join("\n"));
  }
  return started(addon.id);
};
const unload = async id => { await (await addonOf(id)).uninstall(); };
const reload = async id => {
  const addon = await addonOf(id);
  await addon.reload();
  await started(id);
};
const setEnabled = async (id, enabled) => {
  const addon = await addonOf(id);
  if (!enabled) {
    await addon.disable();
    return;
  }
  await addon.enable();
  await started(id);
};
const action = async id => {
  const { extension } = policyOf(id);
  const { browserActionFor, pageActionFor } = ExtensionParent.apiManager.global;
  const button = browserActionFor?.(extension) ?? pageActionFor?.(extension);
  if (!button) {
    throw new Error("it has no button: its manifest.json has none of action, browser_action and page_action");
  }
  button.triggerAction(Services.wm.getMostRecentWindow("navigator:browser"));
};

// Contexts.

const documents = () => {
  const contexts = new Set();
  const add = browser => {
    for (const context of browser?.browsingContext?.getAllBrowsingContextsInSubtree() ?? []) {
      contexts.add(context);
    }
  };
  for (const { gBrowser } of Services.wm.getEnumerator("navigator:browser")) {
    gBrowser?.browsers.forEach(add);
  }
  const backgrounds = new Set();
  for (const { extension, temporarilyInstalled } of WebExtensionPolicy.getActiveExtensions()) {
    if (!temporarilyInstalled) {
      continue; // Firefox's own
    }
    for (const view of extension.views) {
      add(view.xulBrowser);
      if (view.viewType === "background") {
        backgrounds.add(view.xulBrowser.browsingContext);
      }
    }
  }
  const found = [];
  for (const context of contexts) {
    const global = context.currentWindowGlobal;
    const principal = global?.documentPrincipal;
    if (!global || global.isInitialDocument || principal.isSystemPrincipal || principal.isNullPrincipal) {
      continue;
    }
    const extension = principal.addonId;
    const url = global.documentURI.spec;
    const kind = backgrounds.has(context) ? "background" : extension ? "page" : "web";
    found.push({ kind, extension, url: kind === "background" ? "" : url, inner: global.innerWindowId, pid: global.osPid });
  }
  return found;
};

const contexts = async () => {
  const found = documents();
  await Promise.all([...new Set(found.map(document => document.pid))].map(async pid => {
    const here = found.filter(document => document.pid === pid);
    try {
      const told = await call(pid, "contents", here.map(document => document.inner));
      here.forEach((document, i) => Object.assign(document, told[i]));
    } catch (e) {
      // The process ended meanwhile, and its documents with it.
      here.forEach(document => Object.assign(document, { gone: true }));
    }
  }));
  const all = [];
  for (const { extensions, ...document } of found.filter(document => !document.gone)) {
    all.push(document);
    for (const extension of extensions) {
      if (document.kind === "web") {
        all.push({ ...document, kind: "content", extension });
      }
    }
  }
  return all.sort((a, b) => a.begun - b.begun);
};
// evaluate waits as many milliseconds as patience for a context that is not there yet.
const evaluate = async ({ kind, extension, url }, code, patience) => {
  for (const until = Date.now() + patience; ; await pause(20)) {
    const all = await contexts();
    const context = all.findLast(one => one.kind === kind && (kind === "web" || one.extension === extension) &&
      (kind === "background" || one.url === url));
    if (context) {
      return { value: await call(context.pid, "evaluate", { context, code }) };
    }
    if (Date.now() >= until) {
      return { others: all };
    }
  }
};

const collect = async () => {
  const pids = new Set(Array.from({ length: Services.ppmm.childCount }, (_, i) => Services.ppmm.getChildAt(i).osPid));
  await Promise.all([...pids].map(pid => call(pid, "collect").catch(() => {}))); // it may have ended meanwhile
};

// Tabs.

// settled waits until a tab's document has no request open, as long as that takes a second at most, and then a little:
// of documents left sooner after a load or a click, one in twenty is kept out of the bfcache for "requests in the
// loadgroup" (MOZ_LOG=SHIPBFCache:5), although its process has told that it has none. Why is not known, nor whether the
// wait is enough in all cases.
const settled = async navigable => {
  const global = NavigableManager.getBrowsingContextById(navigable)?.currentWindowGlobal;
  if (global) {
    try {
      await call(global.osPid, "quiet", { inner: global.innerWindowId, patience: 1000 });
    } catch {
      return; // its process has crashed
    }
    await pause(150);
  }
};

// traverse goes through a tab's history and waits until the document is shown, which BiDi's command of that name does
// not.
const traverse = async (navigable, by) => {
  await settled(navigable);
  const context = NavigableManager.getBrowsingContextById(navigable);
  const history = context?.sessionHistory;
  const to = history?.index + by;
  if (!(to >= 0 && to < history.count)) {
    throw new Error(`its history has ${history?.count} entries, and this is number ${history?.index + 1}`);
  }
  if (history.getEntryAtIndex(to).sharesDocumentWith(history.getEntryAtIndex(history.index))) {
    context.goToIndex(to);
    while (history.index !== to) {
      await pause(5);
    }
    return;
  }
  const { browserId } = context;
  await new Promise(resolve => {
    const f = id => {
      if (id === browserId) {
        shown.delete(f);
        resolve();
      }
    };
    shown.add(f);
    context.goToIndex(to);
  });
};

// processOf returns the id of the process that a tab's document is in; crashed waits until the document is in none.
const processOf = async navigable => NavigableManager.getBrowsingContextById(navigable).currentWindowGlobal.osPid;
const crashed = async (navigable, pid) => {
  while (NavigableManager.getBrowsingContextById(navigable)?.currentWindowGlobal?.osPid === pid) {
    await pause(5);
  }
};

const end = async () => { ended = true; wake(); };

const methods = { takeLines, load, unload, reload, setEnabled, action, contexts, evaluate, collect, settled, traverse, processOf, crashed, end };
window.browsertest = async (method, ...args) => {
  try {
    return JSON.stringify({ value: await methods[method](...args) });
  } catch (e) {
    return JSON.stringify({ error: e?.message ?? String(e) });
  }
};
Services.ppmm.loadProcessScript("data:text/javascript;charset=utf-8," + encodeURIComponent(contentSource), true);
