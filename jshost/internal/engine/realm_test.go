package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/webport/webport/jshost/internal/engine"
)

// fixture is a realm on a loop of its own, and what it printed and reported.
type fixture struct {
	*engine.Realm
	t     testing.TB
	loop  *engine.Loop
	lines []string // written on the loop

	onUncaught func(*engine.ScriptError)
}

func newRealm(t testing.TB, options engine.Options) *fixture {
	t.Helper()
	f := &fixture{t: t, loop: engine.NewLoop()}
	t.Cleanup(func() { f.loop.Close() })
	options.Loop = f.loop
	if options.Name == "" {
		options.Name = "test"
	}
	options.Console = func(line engine.Line) { f.lines = append(f.lines, line.Level+": "+line.Text) }
	options.Uncaught = func(err *engine.ScriptError) {
		f.lines = append(f.lines, "uncaught: "+err.Error())
		if f.onUncaught != nil {
			f.onUncaught(err)
		}
	}
	f.do(func() {
		r, err := engine.New(options)
		if err != nil {
			t.Error(err)
			return
		}
		f.Realm = r
	})
	if t.Failed() {
		t.FailNow()
	}
	return f
}

// do runs task on the loop.
func (f *fixture) do(task func()) {
	f.t.Helper()
	if err := f.loop.Call(context.Background(), task); err != nil {
		f.t.Fatal(err)
	}
}

// eval is what the console shows for code.
func (f *fixture) eval(code string) string {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	text, err := f.Eval(ctx, code)
	if err != nil {
		return "throws " + err.Error()
	}
	return text
}

func TestErrorsNameThePlace(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"reference", "let x = 1;\n  foo.bar()", "test: a.js:2:3: ReferenceError: 'foo' is not defined"},
		{"syntax", "let y = 1;\n  foo bar", "test: a.js:2:7: SyntaxError: expecting ';'"},
		{"thrown string", "throw 'no error'", "test: no error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newRealm(t, engine.Options{})
			f.do(func() {
				err := f.Run("a.js", test.source)
				if err == nil || err.Error() != test.want {
					t.Errorf("got %v, want %s", err, test.want)
				}
			})
		})
	}
}
