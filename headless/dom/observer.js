// MutationObserver. Records are delivered in a microtask, those of changes made by other worlds too.

const observersWaiting = new Set();
let delivering = false;
const observing = new WeakMap(); // observer -> { callback, queue, records: Set of records }

class MutationObserver {
  constructor(callback) {
    if (typeof callback !== "function") throw new TypeError("Failed to construct 'MutationObserver': parameter 1 is not of type 'Function'.");
    observing.set(this, { observer: this, callback, queue: [], targets: new Set() });
  }
  observe(target, options = {}) {
    const me = observing.get(this);
    if (!isNode(target)) throw new TypeError("Failed to execute 'observe' on 'MutationObserver': parameter 1 is not of type 'Node'.");
    const o = {
      childList: Boolean(options.childList), subtree: Boolean(options.subtree),
      attributes: options.attributes ?? (options.attributeOldValue !== undefined || options.attributeFilter !== undefined),
      characterData: options.characterData ?? options.characterDataOldValue !== undefined,
      attributeOldValue: Boolean(options.attributeOldValue), characterDataOldValue: Boolean(options.characterDataOldValue),
      attributeFilter: options.attributeFilter && [...options.attributeFilter].map(String),
    };
    if (!o.childList && !o.attributes && !o.characterData) {
      throw new TypeError("Failed to execute 'observe' on 'MutationObserver': The options object must set at least one of 'attributes', 'characterData', or 'childList' to true.");
    }
    const record = recordOf(target);
    record.observers = (record.observers ?? []).filter((r) => r.me !== me).concat({ me, ...o });
    me.targets.add(record);
    observed = true;
  }
  disconnect() {
    const me = observing.get(this);
    for (const record of me.targets) record.observers = record.observers.filter((r) => r.me !== me);
    me.targets.clear();
    me.queue = [];
  }
  takeRecords() {
    const me = observing.get(this);
    const { queue } = me;
    me.queue = [];
    return queue;
  }
}

class MutationRecord {
  constructor() { throw new TypeError("Illegal constructor"); }
}

let observed = false; // somebody has ever observed

// observe queues a change for those who watch record or what is above it.
function observe(record, type, details) {
  if (!observed) return;
  const interested = new Map(); // me -> whether it wants the old value
  for (let r = record; r !== null; r = r.parent) {
    for (const o of r.observers ?? []) {
      if (r !== record && !o.subtree || !o[type]) continue;
      if (type === "attributes" && o.attributeFilter && !o.attributeFilter.includes(details.attributeName)) continue;
      interested.set(o.me, interested.get(o.me) || type === "attributes" && o.attributeOldValue || type === "characterData" && o.characterDataOldValue);
    }
  }
  for (const [me, wantsOld] of interested) {
    me.queue.push(Object.assign(Object.create(MutationRecord.prototype), {
      type, target: record.node, addedNodes: fixedList(NodeList, details.addedNodes ?? []), removedNodes: fixedList(NodeList, details.removedNodes ?? []),
      previousSibling: details.previousSibling ?? null, nextSibling: details.nextSibling ?? null,
      attributeName: details.attributeName ?? null, attributeNamespace: null, oldValue: wantsOld ? details.oldValue : null,
    }));
    observersWaiting.add(me);
  }
  if (interested.size > 0 && !delivering) {
    delivering = true;
    queueMicrotask(deliverMutations);
  }
}

function deliverMutations() {
  delivering = false;
  const waiting = [...observersWaiting];
  observersWaiting.clear();
  for (const me of waiting) {
    const { queue } = me;
    me.queue = [];
    if (queue.length === 0) continue;
    try {
      Reflect.apply(me.callback, me.observer, [queue, me.observer]);
    } catch (thrown) {
      host.report(thrown);
    }
  }
}
