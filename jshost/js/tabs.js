// chrome.tabs and chrome.windows.

const tabProperties = "active?: boolean, highlighted?: boolean, pinned?: boolean, status?: string, title?: string, url?: string | string[], windowId?: integer, index?: integer>=0, currentWindow?: boolean, lastFocusedWindow?: boolean, audible?: boolean, discarded?: boolean, muted?: boolean, autoDiscardable?: boolean, windowType?: string, groupId?: integer, cookieStoreId?: string, hidden?: boolean";

namespace("tabs", () => true, ({ mode, value, sync, async, event, absent }) => {
  value("TAB_ID_NONE", -1);
  sync("connect", "tabId: integer>=0, connectInfo?: {name?: string, frameId?: integer>=0, documentId?: string}", ([tabId, info]) => {
    const name = portName(info?.name ?? "");
    const unnamed = unnamedInfo(info);
    const id = go.connectTab(tabId, name, unnamed, info?.frameId ?? -1, info?.documentId ?? "", false);
    return makePort(id, unnamed ? null : name, undefined, false, true);
  });
  async("sendMessage", sendTabMessageArguments(mode), ([tabId, message, options], done, how) => {
    ask(() => go.connectTab(tabId, "", false, options?.frameId ?? -1, options?.documentId ?? "", true), message, encode, settle(how, done));
  });
  async("query", `queryInfo: {${tabProperties}}`);
  async("get", "tabId: integer>=0");
  async("getCurrent", "");
  async("create", "createProperties: {url?: string, active?: boolean, index?: integer>=0, windowId?: integer, pinned?: boolean, openerTabId?: integer>=0, selected?: boolean, cookieStoreId?: string, title?: string, discarded?: boolean}");
  async("update", "tabId?: integer>=0, updateProperties: {url?: string, active?: boolean, highlighted?: boolean, pinned?: boolean, muted?: boolean, selected?: boolean, openerTabId?: integer, autoDiscardable?: boolean, loadReplace?: boolean}");
  async("reload", "tabId?: integer>=0, reloadProperties?: {bypassCache?: boolean}");
  async("remove", "tabIds: integer | integer[]");
  if (world.manifestVersion < 3) absent("executeScript", "insertCSS", "removeCSS");
  absent("captureVisibleTab", "detectLanguage", "discard", "duplicate", "getZoom", "goBack", "goForward", "group", "highlight", "move", "setZoom", "ungroup");
  event("onCreated", "onUpdated", "onRemoved", "onActivated", "onReplaced", "onMoved", "onHighlighted", "onAttached", "onDetached");
});

namespace("windows", () => true, ({ value, async, event, absent }) => {
  value("WINDOW_ID_NONE", -1);
  value("WINDOW_ID_CURRENT", -2);
  const options = "{populate?: boolean, windowTypes?: string[]}";
  async("getCurrent", `queryOptions?: ${options}`);
  async("getLastFocused", `queryOptions?: ${options}`);
  async("get", `windowId: integer>=-2, queryOptions?: ${options}`);
  async("getAll", `queryOptions?: ${options}`);
  absent("create", "remove", "update");
  event("onCreated", "onRemoved", "onFocusChanged");
});
