// What Go keeps: see the comment at the head of mirror.js.

installWindow();

return {
  load(text) { withoutTelling(() => buildChildren(theDocument, JSON.parse(text))); },
  snapshot: takeSnapshot,
  restore,
  apply,
  begin, orders, invoke, invokeAll, end,
  fire(id, text) {
    const record = known(id);
    return record === null || dispatch(record, buildEvent({ init: "{}", trusted: true, ...JSON.parse(text) }));
  },
  listens(type) { return host.hasListeners(globalThis, type); },
  find(selector) {
    const [node] = select(theDocument, selector, "querySelector", true);
    if (node === undefined) return 0;
    const record = recordOf(node);
    if (!record.shared) share(record);
    return record.id;
  },
  // The user presses and releases the button of the mouse: focus moves, then comes the click, all of it trusted.
  click(id) {
    const record = known(id);
    if (record === null || isDisabled(record)) return false;
    const mouse = (name, type, buttons) => fire(record, newEvent(name, type, { bubbles: true, cancelable: true, composed: true, view: globalThis, detail: 1, buttons }));
    mouse("PointerEvent", "pointerdown", 1);
    if (mouse("MouseEvent", "mousedown", 1)) {
      let target = record;
      while (target !== null && (target.type !== ELEMENT || !(target.node.tabIndex >= 0))) target = target.parent;
      setFocus(target);
    }
    mouse("PointerEvent", "pointerup", 0);
    mouse("MouseEvent", "mouseup", 0);
    return mouse("PointerEvent", "click", 0);
  },
  scripts() {
    const waiting = [...descendants(theDocument)].filter((r) => r.local === "script" && r.namespace === HTML && !r.started);
    return JSON.stringify(waiting.map(scriptOf).filter((script) => script !== null));
  },
  frames() { return JSON.stringify([...descendants(theDocument)].filter((r) => r.local === "iframe").map(frameOf)); },
  title() { return theDocument.node.title; },
  setState,
  enterScript(id) { currentScript = nodeOf(known(id)); },
  leaveScript() { currentScript = null; },
  popState(text) {
    setState("history", text);
    fire(windowRecord, newEvent("PopStateEvent", "popstate", { state: history.state }));
  },
};
