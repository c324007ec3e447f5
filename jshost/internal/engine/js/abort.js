// AbortController and AbortSignal.
(function (host) {
  "use strict";
  const making = Symbol();
  let abort;

  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason = undefined;
    #following = []; // signals of AbortSignal.any that this one aborts
    constructor(key) {
      if (key !== making) throw new TypeError("Illegal constructor");
      super();
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
    static abort(reason) {
      const signal = new AbortSignal(making);
      abort(signal, reason);
      return signal;
    }
    static timeout(ms) {
      const signal = new AbortSignal(making);
      setTimeout(() => abort(signal, new host.DOMException("signal timed out", "TimeoutError")), ms);
      return signal;
    }
    static any(signals) {
      const all = [...signals];
      const signal = new AbortSignal(making);
      const first = all.find((s) => s.#aborted);
      if (first) abort(signal, first.#reason);
      else for (const s of all) s.#following.push(signal);
      return signal;
    }
    static {
      abort = (signal, reason = new host.DOMException("signal is aborted without reason", "AbortError")) => {
        if (signal.#aborted) return;
        signal.#aborted = true;
        signal.#reason = reason;
        host.dispatch(signal, new Event("abort"));
        for (const follower of signal.#following) abort(follower, reason);
      };
    }
  }
  host.tag(AbortSignal, "AbortSignal");
  host.handlers(AbortSignal.prototype, ["abort"]);

  class AbortController {
    #signal = new AbortSignal(making);
    get signal() { return this.#signal; }
    abort(reason) { abort(this.#signal, reason); }
  }
  host.tag(AbortController, "AbortController");

  Object.assign(host.globals, { AbortSignal, AbortController });
})
