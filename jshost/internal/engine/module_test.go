package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/webport/webport/jshost/internal/engine"
)

func TestModules(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"imports", `import { a, both } from "./lib/a.mjs"; console.log(a, both(), import.meta.url)`, "log: a ab chrome-extension://abc/main.mjs; done <nil>"},
		{"cycle, top-level await", `import { late, other } from "/lib/b.mjs"; console.log(late, other())`, "log: late a; done <nil>"},
		{"await at the top", `console.log(1); await new Promise((r) => setTimeout(r, 1)); console.log(2)`, "log: 1; log: 2; done <nil>"},
		{"throws", "\n\nthrow new TypeError('x')", "done test: chrome-extension://abc/main.mjs:3:20: TypeError: x"},
		{"rejects later", "await null;\nawait Promise.reject(new Error('late'))", "done test: chrome-extension://abc/main.mjs:2:31: Error: late"},
		{"does not parse", "import {", "done test: chrome-extension://abc/main.mjs:1:9: SyntaxError: identifier expected"},
		{"import does not exist", `import "./none.mjs"`, "done test: TypeError: Failed to load chrome-extension://abc/none.mjs: file does not exist"},
		{"no such export", `import { none } from "./lib/a.mjs"`, "done test: SyntaxError: Could not find export 'none' in module 'chrome-extension://abc/lib/a.mjs'"},
		{"throws a primitive", `throw 5`, "done test: 5"},
		{"import of one that throws, handled", `await import("./lib/throws.js").catch((e) => console.log("caught", e.message))`, "log: caught from the imported script; done <nil>"},
		{"import of one that throws, not handled", `import("./lib/throws.js"); await new Promise((r) => setTimeout(r, 1))`, "uncaught: test: chrome-extension://abc/lib/throws.js:2:22: RangeError: from the imported script; done <nil>"},
		{"import of one that rejects later, not handled", `import("./lib/later.mjs"); await new Promise((r) => setTimeout(r, 1))`, "uncaught: test: chrome-extension://abc/lib/later.mjs:1:28: Error: later; done <nil>"},
		{"stopped", `await null; for (;;);`, "done test: InternalError: stopped: one turn ran for more than 100ms (Limits.Time)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newRealm(t, engine.Options{URL: "chrome-extension://abc/", Load: loadTestScript, Limits: limits})
			done := make(chan struct{})
			f.do(func() {
				f.RunModule("chrome-extension://abc/main.mjs", test.source, func(err error) {
					f.lines = append(f.lines, fmt.Sprintf("done %v", err))
					close(done)
				})
			})
			<-done
			f.do(func() {
				if got := strings.Join(f.lines, "; "); got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
			})
		})
	}
}
