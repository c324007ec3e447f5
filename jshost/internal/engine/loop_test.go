package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/webport/webport/jshost/internal/engine"
)

// TestTimers runs in a bubble: its clock goes on only when every goroutine waits.
func TestTimers(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{
			"order by time, then by creation", `
			setTimeout(() => log("c"), 20); setTimeout(() => log("a"), 10); setTimeout(() => log("b"), 10);`,
			"10 a, 10 b, 20 c",
		},
		{"arguments", `setTimeout((...args) => log(args), 5, 1, "x")`, "5 1,x"},
		{
			"interval", `let n = 0; const id = setInterval(() => { log("i"); if (++n === 3) clearInterval(id); }, 100);`,
			"100 i, 200 i, 300 i",
		},
		{
			"interval cleared by another", `const id = setInterval(() => log("i"), 100); setTimeout(clearInterval, 250, id);`,
			"100 i, 200 i",
		},
		{"cleared", `const id = setTimeout(() => log("no"), 5); clearTimeout(id); setTimeout(() => log("yes"), 6);`, "6 yes"},
		{
			"cleared by one due at the same time", `
			setTimeout(() => { log("first"); clearTimeout(second); }, 5); const second = setTimeout(() => log("second"), 5);`,
			"5 first",
		},
		{
			"nesting clamp", `let n = 0; (function next() { log(n); if (++n < 8) setTimeout(next, 0); })();`,
			"0 0, 0 1, 0 2, 0 3, 0 4, 0 5, 4 6, 8 7",
		},
		{"negative and enormous delays are none", `setTimeout(() => log("a"), -5); setTimeout(() => log("b"), 2 ** 31);`, "0 a, 0 b"},
		{
			"microtasks run between timers", `
			setTimeout(() => { Promise.resolve().then(() => log("m")); log("a"); }, 1); setTimeout(() => log("b"), 1);`,
			"1 a, 1 m, 1 b",
		},
		{
			"an exception does not stop the next", `setTimeout(() => { throw new Error("x"); }, 1); setTimeout(() => log("b"), 2);`,
			"uncaught, 2 b",
		},
		{
			"Date and performance follow the clock", `
			const d = Date.now(), p = performance.now();
			setTimeout(() => log([Date.now() - d, performance.now() - p, new Date() - d, new Date(d).getUTCFullYear()]), 1234);`,
			"1234 1234,1234,1234,2000",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var seen []string
				loop := engine.NewLoop()
				defer loop.Close()
				call(t, loop, func() {
					r, err := engine.New(engine.Options{
						Name: "timers", Loop: loop,
						Console: func(line engine.Line) {
							seen = append(seen, fmt.Sprintf("%d %s", time.Since(start).Milliseconds(), line.Text))
						},
						Uncaught: func(*engine.ScriptError) { seen = append(seen, "uncaught") },
					})
					if err != nil {
						t.Fatal(err)
					}
					if err := r.Run("t.js", "{ const log = (x) => console.log(String(x));"+test.source+"}"); err != nil {
						t.Error(err)
					}
				})
				time.Sleep(time.Minute)
				call(t, loop, func() {
					if got := strings.Join(seen, ", "); got != test.want {
						t.Errorf("got  %s\nwant %s", got, test.want)
					}
				})
			})
		})
	}
}

func call(t *testing.T, loop *engine.Loop, task func()) {
	t.Helper()
	if err := loop.Call(context.Background(), task); err != nil {
		t.Fatal(err)
	}
}

// TestMicrotasksAfterTheOutermostCall: microtasks of every realm that a turn
// touched run when its outermost call has returned, not before.
func TestMicrotasksAfterTheOutermostCall(t *testing.T) {
	f := newRealm(t, engine.Options{Name: "outer"})
	var seen []string
	f.do(func() {
		inner, err := engine.New(engine.Options{Name: "inner", Loop: f.loop})
		if err != nil {
			t.Fatal(err)
		}
		note := func(args []any) (any, error) { seen = append(seen, args[0].(string)); return nil, nil }
		inner.Host("note", note)
		funcs, err := inner.Prelude("inner", `(host) => ({ f() { Promise.resolve().then(() => host.note("inner microtask")); host.note("inner") } })`)
		if err != nil {
			t.Fatal(err)
		}
		f.Host("note", note)
		f.Host("inner", func([]any) (any, error) { return funcs["f"].Call() })
		outer, err := f.Prelude("outer", `(host) => ({ f() {
			Promise.resolve().then(() => host.note("outer microtask")); host.inner(); host.note("outer") } })`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := outer["f"].Call(); err != nil {
			t.Error(err)
		}
		seen = append(seen, "returned")
	})
	want := "inner, outer, outer microtask, inner microtask, returned"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCallGivesUp(t *testing.T) {
	loop := engine.NewLoop()
	defer loop.Close()
	release := make(chan struct{})
	loop.Post(func() { <-release })
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("enough")
	cancel(reason)
	ran := false
	if err := loop.Call(ctx, func() { ran = true }); !errors.Is(err, reason) {
		t.Errorf("got %v, want the cause", err)
	}
	close(release)
	call(t, loop, func() {})
	if ran {
		t.Error("the task ran after Call gave up")
	}
}

// TestCloseFromAHostFunction: a script may close its own realm, as
// runtime.reload does; it ends there, and the loop goes on.
func TestCloseFromAHostFunction(t *testing.T) {
	f := newRealm(t, engine.Options{})
	f.do(func() {
		f.Host("close", func([]any) (any, error) { return nil, f.Close() })
		f.Prelude("close", `(host) => { globalThis.closeRealm = host.close }`)
		err := f.Run("a.js", `closeRealm(); for (;;);`)
		if !errors.Is(err, engine.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
		if err := f.Run("b.js", `1`); !errors.Is(err, engine.ErrClosed) {
			t.Errorf("run after Close: %v, want ErrClosed", err)
		}
	})
	f.do(func() {})
}

// TestClosedRealmTimers: a realm that closes takes its timers along and leaves
// those of others alone.
func TestClosedRealmTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loop := engine.NewLoop()
		defer loop.Close()
		var seen []string
		call(t, loop, func() {
			for _, name := range []string{"a", "b", "c"} {
				r, err := engine.New(engine.Options{Name: name, Loop: loop, Console: func(line engine.Line) { seen = append(seen, line.Text) }})
				if err != nil {
					t.Fatal(err)
				}
				if err := r.Run("t.js", `for (const ms of [30, 10, 20]) setTimeout(() => console.log("`+name+`", ms), ms)`); err != nil {
					t.Error(err)
				}
				if name == "b" {
					defer r.Close()
				}
			}
		})
		time.Sleep(time.Second)
		call(t, loop, func() {
			if got, want := strings.Join(seen, ", "), "a 10, c 10, a 20, c 20, a 30, c 30"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	})
}

// TestWaiting asks inside tasks whether something waits for their end.
func TestWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loop := engine.NewLoop()
		defer loop.Close()
		var r *engine.Realm
		call(t, loop, func() {
			var err error
			if r, err = engine.New(engine.Options{Name: "waiting", Loop: loop}); err != nil {
				t.Fatal(err)
			}
		})
		run := func(source string) {
			if err := r.Run("w.js", source); err != nil {
				t.Error(err)
			}
		}
		for _, test := range []struct {
			when   string
			before func()
			want   bool
		}{
			{"nothing", func() {}, false},
			{"a task posted meanwhile", func() { loop.Post(func() {}) }, true},
			{"a timer that is not due", func() { run("setTimeout(() => {}, 10)") }, false},
			{"a timer that is due", func() { run("setTimeout(() => {}, 0)") }, true},
			{"a timer that is due and held", func() { run("setTimeout(() => {}, 0)"); loop.HoldTimers(true) }, false},
			{"no longer held", func() { loop.HoldTimers(false) }, true},
			{"nothing again", func() {}, false},
		} {
			call(t, loop, func() {
				test.before()
				if got := loop.Waiting(); got != test.want {
					t.Errorf("%s: Waiting is %t", test.when, got)
				}
			})
			synctest.Wait()
		}

		var together []bool // tasks that are taken from the queue at the same time
		call(t, loop, func() {
			for range 3 {
				loop.Post(func() { together = append(together, loop.Waiting()) })
			}
		})
		synctest.Wait()
		if want := []bool{true, true, false}; !slices.Equal(together, want) {
			t.Errorf("of three tasks: %v, want %v", together, want)
		}
	})
}
