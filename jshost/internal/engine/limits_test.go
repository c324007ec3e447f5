package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/webport/webport/jshost/internal/engine"
)

// limits are small, so that the tests are short; race detection slows the
// engine down forty times.
var limits = engine.Limits{Time: 100 * time.Millisecond, Memory: 8 << 20, Stack: 500}

// TestRunaways runs scripts that never end or take too much. Each is stopped
// with an error that names realm and limit; the realm goes on.
func TestRunaways(t *testing.T) {
	for _, test := range []struct {
		name, source string
		cause        error
	}{
		{"endless loop", `for (;;);`, engine.ErrTime},
		{"endless loop that catches", `for (;;) { try { for (;;); } catch {} finally { continue; } }`, engine.ErrTime},
		{"endless promise job", `Promise.resolve().then(() => { for (;;); })`, engine.ErrTime},
		{"endless microtasks", `(function again() { Promise.resolve().then(again); })()`, engine.ErrTime},
		{"endless await", `(async () => { for (;;) await null; })()`, engine.ErrTime},
		{"endless await that catches", `(async () => { for (;;) try { await null; for (;;); } catch {} })()`, engine.ErrTime},
		{"endless timer", `setTimeout(() => { for (;;); })`, engine.ErrTime},
		{"endless getter in JSON", `JSON.stringify({ get a() { for (;;); } })`, engine.ErrTime},
		{"endless toString", `"" + { toString() { for (;;); } }`, engine.ErrTime},
		{"endless console argument", `console.log({ get [Symbol.toStringTag]() { for (;;); } })`, engine.ErrTime},
		{"regular expression", `/(a+)+$/.test("a".repeat(40) + "b")`, engine.ErrTime},
		{"endless generator", `for (const x of (function* () { for (;;) yield 1; })());`, engine.ErrTime},
		{"endless sort", `[1, 2, 3].sort(() => { for (;;); })`, engine.ErrTime},
		{"recursion", `(function f() { f(); })()`, engine.ErrStack},
		{"recursion through a getter", `const o = { get a() { return this.a; } }; o.a`, engine.ErrStack},
		{"recursion through toString", `const o = { toString() { return "" + this; } }; "" + o`, engine.ErrStack},
		{"recursion through toJSON", `const o = { toJSON() { return JSON.stringify(o); } }; JSON.stringify(o)`, engine.ErrStack},
		{"recursion through a proxy", `const p = new Proxy({}, { get(_, k) { return p[k]; } }); p.a`, engine.ErrStack},
		{"nested brackets", `eval("[".repeat(100000))`, engine.ErrStack},
		{"strings", `{ const a = []; for (;;) a.push("x".repeat(1000) + a.length); }`, engine.ErrMemory},
		{"array", `{ const a = []; for (;;) a.push({}); }`, engine.ErrMemory},
		{"typed arrays", `{ const a = []; for (;;) a.push(new Uint8Array(1 << 20)); }`, engine.ErrMemory},
		{"one large buffer", `new ArrayBuffer(1e9)`, engine.ErrMemory},
		{"promise of an array", `(async () => { const a = []; for (;;) a.push([1, 2, 3]); })()`, engine.ErrMemory},
	} {
		t.Run(test.name, func(t *testing.T) {
			limits := limits
			if test.cause != engine.ErrTime {
				limits.Time = time.Hour
			}
			var uncaught *engine.ScriptError
			reported := make(chan struct{}, 1)
			f := newRealm(t, engine.Options{Name: "runaway", Limits: limits})
			f.onUncaught = func(err *engine.ScriptError) {
				uncaught = err
				select {
				case reported <- struct{}{}:
				default:
				}
			}
			var err error
			f.do(func() { err = f.Run("run.js", test.source) })
			if err == nil { // it ran in a microtask or a timer
				<-reported
				f.do(func() { err = uncaught })
			}
			if !errors.Is(err, test.cause) {
				t.Fatalf("got %v, want %v", err, test.cause)
			}
			if !strings.HasPrefix(err.Error(), "runaway: ") || !strings.Contains(err.Error(), "Limits.") {
				t.Errorf("%q does not name the realm and the limit", err)
			}
			if got := f.eval("6 * 7"); got != "42" {
				t.Errorf("after it 6 * 7 is %s", got)
			}
		})
	}
}

// TestMemoryThatIsKept fills the heap for good: the realm is closed with an
// error, another one on the same loop is not.
func TestMemoryThatIsKept(t *testing.T) {
	f := newRealm(t, engine.Options{Name: "full", Limits: engine.Limits{Memory: 8 << 20}})
	var other *engine.Realm
	f.do(func() {
		var err error
		if other, err = engine.New(engine.Options{Name: "other", Loop: f.loop}); err != nil {
			t.Fatal(err)
		}
		f.Run("keep.js", `var kept = []; for (;;) kept.push({});`)
	})
	f.do(func() {}) // the realm is freed
	if got := f.eval("1"); !strings.Contains(got, engine.ErrClosed.Error()) {
		t.Errorf("the full realm still evaluates: %s", got)
	}
	if len(f.lines) == 0 || !strings.Contains(f.lines[0], "so the realm is closed") {
		t.Errorf("reported %q", f.lines)
	}
	if got, err := other.Eval(context.Background(), "1 + 1"); err != nil || got != "2" {
		t.Errorf("the other realm: %s, %v", got, err)
	}
}

// TestOneTurnOneLimit: calls nested across realms share the time of their turn.
func TestOneTurnOneLimit(t *testing.T) {
	f := newRealm(t, engine.Options{Name: "outer", Limits: limits})
	f.do(func() {
		inner, err := engine.New(engine.Options{Name: "inner", Loop: f.loop, Limits: limits})
		if err != nil {
			t.Fatal(err)
		}
		funcs, err := inner.Prelude("spin", `() => ({ spin() { for (;;); } })`)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		f.Host("spin", func([]any) (any, error) { calls++; return funcs["spin"].Call() })
		_, err = f.Prelude("outer", `(host) => { globalThis.spin = host.spin }`)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Run("outer.js", `for (;;) try { spin(); } catch {}`)
		if !errors.Is(err, engine.ErrTime) {
			t.Errorf("got %v, want ErrTime", err)
		}
		if calls > 2 {
			t.Errorf("the outer script went on for %d calls", calls)
		}
	})
}

// TestHostPanic: a panic of a host function stops the script that called it,
// past its catch and finally, and is an error; the realm goes on.
func TestHostPanic(t *testing.T) {
	f := newRealm(t, engine.Options{Name: "panicking"})
	f.do(func() {
		f.Host("explode", func([]any) (any, error) { panic("boom") })
		if _, err := f.Prelude("explode", `(host) => { globalThis.explode = host.explode }`); err != nil {
			t.Fatal(err)
		}
		err := f.Run("a.js", `try { explode() } catch { console.log("caught") } finally { console.log("finally") }`)
		var panicked *engine.PanicError
		if !errors.As(err, &panicked) || panicked.Value != "boom" || panicked.Func != "explode" || panicked.Stack == "" {
			t.Errorf("got %v, want the panic", err)
		}
		if len(f.lines) != 0 {
			t.Errorf("the script went on: %q", f.lines)
		}
		err = f.Run("b.js", `Promise.resolve().then(() => explode())`)
		if err != nil || len(f.lines) != 1 || !strings.Contains(f.lines[0], "host function explode panicked: boom") {
			t.Errorf("in a microtask: %v, reported %q", err, f.lines)
		}
	})
	if got := f.eval("1 + 1"); got != "2" {
		t.Errorf("after it 1 + 1 is %s", got)
	}
}

// TestCloseStopsWhatRuns: closing a loop from outside ends an endless script.
func TestCloseStopsWhatRuns(t *testing.T) {
	f := newRealm(t, engine.Options{Limits: engine.Limits{Time: time.Hour}})
	running := make(chan struct{})
	result := make(chan error, 1)
	f.do(func() {
		f.Host("running", func([]any) (any, error) { close(running); return nil, nil })
		f.Prelude("running", `(host) => { globalThis.running = host.running }`)
	})
	f.loop.Post(func() { result <- f.Run("a.js", `running(); for (;;);`) })
	<-running
	f.loop.Close()
	if err := <-result; !errors.Is(err, engine.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if f.loop.Post(func() {}) {
		t.Error("a closed loop takes a task")
	}
	if err := f.loop.Call(context.Background(), func() {}); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("Call on a closed loop: %v", err)
	}
}

// TestStopComesSoon: a script that makes calls that take long is stopped after few of them.
func TestStopComesSoon(t *testing.T) {
	f := newRealm(t, engine.Options{Limits: engine.Limits{Time: time.Hour}})
	calls := 0
	f.do(func() {
		f.Host("slow", func([]any) (any, error) {
			if calls == 0 {
				f.Close()
			}
			calls++
			return nil, nil
		})
		f.Prelude("slow", `(host) => { globalThis.slow = host.slow }`)
		if err := f.Run("a.js", `for (;;) slow();`); !errors.Is(err, engine.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	})
	if calls > 500 {
		t.Errorf("it made %d calls after it was to end", calls)
	}
}

// TestStopInErrorHandler: after an error handler that was stopped, the next error is given to it again.
func TestStopInErrorHandler(t *testing.T) {
	f := newRealm(t, engine.Options{Limits: limits})
	f.do(func() {
		f.Run("a.js", `addEventListener("error", (e) => {
			console.log(e.message);
			if (e.message === "Uncaught first") for (;;);
			e.preventDefault();
		})`)
		f.Run("b.js", `reportError("first")`)
		f.lines = nil
		f.Run("c.js", `reportError("second")`)
		if len(f.lines) != 1 || f.lines[0] != "log: Uncaught second" {
			t.Errorf("it wrote %q", f.lines)
		}
	})
}
