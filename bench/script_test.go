package bench

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
	"modernc.org/quickjs"
)

// smallObject is an expression for the small message.
const smallObject = `{type: "ping", id: 123456, body: "y".repeat(63)}`

// scripts is a background and a content script that talk over one port.
type scripts struct {
	background, content *jshost.Context
	done                chan struct{} // gets a token when a script writes to the console
}

func newScripts(b *testing.B, dialect webport.Dialect, background, content string) *scripts {
	b.Helper()
	broker := &webport.Broker{Dialect: dialect}
	extension, err := jshost.NewExtension(jshost.ExtensionInfo{
		ID: extension, BaseURL: "chrome-extension://" + extension + "/",
		Manifest: json.RawMessage(`{"manifest_version": 3, "name": "bench", "version": "1"}`),
	})
	if err != nil {
		b.Fatal(err)
	}
	s := &scripts{done: make(chan struct{}, 1)}
	start := func(kind jshost.Kind, info webport.EndpointInfo, source string) *jshost.Context {
		info.Extension = extension.ID()
		c, err := jshost.New(jshost.Options{
			Name: kind.String(), Kind: kind, Dialect: dialect, Extension: extension, Endpoint: broker.Attach(info),
			Console: func(jshost.Line) { s.done <- struct{}{} },
			Uncaught: func(err *jshost.ScriptError) {
				b.Error(err)
				s.done <- struct{}{}
			},
		})
		if err != nil {
			b.Fatal(err)
		}
		run(b, c, source)
		return c
	}
	s.background = start(jshost.Background, webport.EndpointInfo{}, background)
	s.content = start(jshost.ContentScript, webport.EndpointInfo{ContentScript: true, Tab: &webport.Tab{ID: 1}}, content)
	b.Cleanup(func() { s.content.Close(); s.background.Close(); extension.Close() })
	return s
}

func run(b *testing.B, c *jshost.Context, source string) {
	b.Helper()
	var err error
	if failed := c.Call(b.Context(), func() { err = c.Run("bench.js", source) }); failed != nil {
		err = failed
	}
	if err != nil {
		b.Fatal(err)
	}
}

var dialects = []webport.Dialect{webport.Chromium, webport.Firefox}

// BenchmarkScriptRoundTrip sends a 100 byte object from a content script to the
// background and back, and the same between two bare engines on two goroutines
// with two Go channels between them.
func BenchmarkScriptRoundTrip(b *testing.B) {
	for _, d := range dialects {
		b.Run(d.String(), func(b *testing.B) {
			s := newScripts(b, d,
				`chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener((m) => port.postMessage(m)));`,
				`let left = 0;
				const port = chrome.runtime.connect();
				port.onMessage.addListener((m) => { if (--left > 0) port.postMessage(m); else console.log("done"); });
				const go = (n) => { left = n; port.postMessage(`+smallObject+`); };`)
			b.ResetTimer()
			run(b, s.content, fmt.Sprintf("go(%d)", b.N))
			<-s.done
		})
	}
	b.Run("bare", func(b *testing.B) {
		a, z := newBare(b, `const echo = (text) => JSON.stringify(JSON.parse(text))`), newBare(b, `const echo = (text) => JSON.stringify(JSON.parse(text))`)
		there, back := make(chan string, 1), make(chan string, 1)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for text := range there {
				back <- z.call(b, "echo", text)
			}
		}()
		b.ResetTimer()
		text := string(small)
		for range b.N {
			there <- text
			text = a.call(b, "echo", <-back)
		}
		b.StopTimer()
		close(there)
		<-ended
	})
}

// stream is what BenchmarkScriptOneWay sends.
type stream struct {
	name    string
	message string // an expression
	bytes   int64  // its JSON text
	perTurn int    // messages posted in one turn
}

// BenchmarkScriptOneWay streams messages from the content script to the
// background, in bursts, and the same between two bare engines.
func BenchmarkScriptOneWay(b *testing.B) {
	for _, s := range []stream{
		{"100B", smallObject, 100, 10_000},
		{"64KB", `"x".repeat((64 << 10) - 2)`, 64 << 10, 100},
	} {
		for _, d := range dialects {
			b.Run(s.name+"/"+d.String(), func(b *testing.B) { scriptOneWay(b, d, s) })
		}
		b.Run(s.name+"/bare", func(b *testing.B) { bareOneWay(b, s) })
	}
}

func scriptOneWay(b *testing.B, d webport.Dialect, of stream) {
	s := newScripts(b, d,
		`let got = 0, want = 0;
		chrome.runtime.onConnect.addListener((port) => {
			port.onMessage.addListener((m) => { if (++got === want) { got = 0; console.log("done"); } });
		});`,
		fmt.Sprintf(`const message = %s;
		const port = chrome.runtime.connect();
		const go = (n) => {
			for (let i = 0; i < %d && n > 0; i++, n--) port.postMessage(message);
			if (n > 0) setTimeout(go, 0, n);
		};`, of.message, of.perTurn))
	run(b, s.background, fmt.Sprintf("want = %d", b.N))
	b.SetBytes(of.bytes)
	b.ResetTimer()
	run(b, s.content, fmt.Sprintf("go(%d)", b.N))
	<-s.done
}

func bareOneWay(b *testing.B, of stream) {
	a := newBare(b, `const message = `+of.message+`; const next = () => JSON.stringify(message)`)
	z := newBare(b, `let got = 0; const take = (text) => { JSON.parse(text); return ++got }`)
	there, ended := make(chan string, 100), make(chan struct{})
	go func() {
		defer close(ended)
		for text := range there {
			z.call(b, "take", text)
		}
	}()
	b.SetBytes(of.bytes)
	b.ResetTimer()
	for range b.N {
		there <- a.call(b, "next")
	}
	close(there)
	<-ended
}

// BenchmarkContext makes a context with everything that scripts find in it.
func BenchmarkContext(b *testing.B) {
	for _, d := range dialects {
		b.Run(d.String(), func(b *testing.B) { newContexts(b, d) })
	}
}

func newContexts(b *testing.B, d webport.Dialect) {
	p := newScripts(b, d, "", "")
	broker := &webport.Broker{Dialect: d}
	installed, err := jshost.NewExtension(jshost.ExtensionInfo{ID: extension, Manifest: json.RawMessage(`{"manifest_version": 3}`)})
	if err != nil {
		b.Fatal(err)
	}
	loop := p.background.Loop()
	b.ReportAllocs()
	for b.Loop() {
		err := loop.Call(b.Context(), func() {
			c, err := jshost.New(jshost.Options{Endpoint: broker.Attach(webport.EndpointInfo{Extension: extension}), Extension: installed, Dialect: d, Loop: loop})
			if err != nil {
				b.Error(err)
				return
			}
			c.Realm().Close()
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// bare is an engine with nothing around it.
type bare struct {
	vm        *quickjs.VM
	functions map[string]quickjs.Value
}

func newBare(b *testing.B, source string) *bare {
	b.Helper()
	vm, err := quickjs.NewVM()
	if err != nil {
		b.Fatal(err)
	}
	e := &bare{vm: vm, functions: map[string]quickjs.Value{}}
	b.Cleanup(func() {
		for _, f := range e.functions {
			f.Free()
		}
		vm.Close()
	})
	if _, err := vm.Eval(source, quickjs.EvalGlobal); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"echo", "next", "take"} {
		if f, err := vm.EvalValue(name, quickjs.EvalGlobal); err == nil {
			e.functions[name] = f
		}
	}
	return e
}

func (e *bare) call(b *testing.B, name string, args ...any) string {
	result, err := e.functions[name].Call(quickjs.UndefinedValue, args...)
	if err != nil {
		b.Error(err)
	}
	if _, err := e.vm.ExecutePendingJobs(); err != nil {
		b.Error(err)
	}
	text, _ := result.(string)
	return text
}
