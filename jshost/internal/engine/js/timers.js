// setTimeout, setInterval and queueMicrotask. The clock and the queue are in
// Go; callbacks and their arguments stay here.
(function (host) {
  "use strict";
  const pending = new Map(); // id -> { callback, args, every, nesting }
  const { apply } = Reflect;
  const then = Promise.prototype.then;
  const resolved = Promise.resolve();
  let lastId = 0;
  let nesting = 0; // of the timer that runs, 0 outside of one
  host.afterStop(() => { nesting = 0; });

  // A timer that timers nested this deep set off takes 4 ms at least, as the
  // HTML standard has it.
  const nestingLimit = 5;
  const delayOf = (delay, level) => {
    const ms = delay | 0; // the standard's long: 2^31 and more wrap around
    return Math.max(ms, level > nestingLimit ? 4 : 0);
  };

  const start = (name, callback, delay, args, repeat) => {
    if (typeof callback !== "function") {
      const kind = typeof callback === "string" ? "a string of code is not run: pass a function" : "the callback is not a function";
      throw new TypeError(`Failed to execute '${name}': ${kind}`);
    }
    const id = ++lastId;
    const level = nesting + 1;
    pending.set(id, { callback, args, delay, repeat, level });
    host.startTimer(id, delayOf(delay, level));
    return id;
  };
  const stop = (id) => {
    if (pending.delete(+id)) host.stopTimer(+id);
  };

  const globals = {
    setTimeout(callback, delay = 0, ...args) { return start("setTimeout", callback, delay, args, false); },
    setInterval(callback, delay = 0, ...args) { return start("setInterval", callback, delay, args, true); },
    clearTimeout(id) { stop(id); },
    clearInterval(id) { stop(id); },
    queueMicrotask(callback) {
      if (typeof callback !== "function") {
        throw new TypeError("Failed to execute 'queueMicrotask': the callback is not a function");
      }
      apply(then, resolved, [() => {
        try {
          callback();
        } catch (thrown) {
          host.report(thrown);
        }
      }]);
    },
    reportError(thrown) { host.report(thrown); },
  };
  for (const name in globals) {
    Object.defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true, enumerable: true });
  }

  return {
    // fire runs the callback of the timer id, which Go found due.
    fire(id) {
      const timer = pending.get(id);
      if (!timer) return;
      if (!timer.repeat) pending.delete(id);
      nesting = timer.level;
      try {
        apply(timer.callback, globalThis, timer.args);
      } catch (thrown) {
        host.report(thrown);
      } finally {
        nesting = 0;
      }
      if (timer.repeat && pending.has(id)) {
        timer.level++;
        host.startTimer(id, delayOf(timer.delay, timer.level));
      }
    },
  };
})
