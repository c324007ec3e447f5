package engine_test

import (
	"context"
	"encoding/json"
	"testing"

	"modernc.org/quickjs"

	"github.com/webport/webport/jshost/internal/engine"
)

// message is 100 bytes of JSON.
const message = `{"type":"ping","id":123456,"body":"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}`

// BenchmarkBarePingPong is the raw thing to hold the engine against: two VMs of
// modernc.org/quickjs on two goroutines with two Go channels between them. One
// operation is a round trip, both ends parse and stringify.
func BenchmarkBarePingPong(b *testing.B) {
	there, back := make(chan string, 1), make(chan string, 1)
	end := func(in, out chan string) {
		vm, err := quickjs.NewVM()
		if err != nil {
			b.Error(err)
			return
		}
		defer vm.Close()
		if _, err := vm.Eval(`function echo(text) { return JSON.stringify(JSON.parse(text)) }`, quickjs.EvalGlobal); err != nil {
			b.Error(err)
			return
		}
		f, err := vm.EvalValue("echo", quickjs.EvalGlobal)
		if err != nil {
			b.Error(err)
			return
		}
		defer f.Free()
		for text := range in {
			result, err := f.Call(quickjs.UndefinedValue, text)
			if err != nil {
				b.Error(err)
				return
			}
			vm.ExecutePendingJobs()
			out <- result.(string)
		}
	}
	done := make(chan struct{})
	go func() { defer close(done); end(there, back) }()
	relay := make(chan string, 1)
	finished := make(chan struct{})
	go func() { defer close(finished); end(relay, there) }()
	b.ResetTimer()
	there <- message
	for range b.N {
		relay <- <-back
	}
	b.StopTimer()
	close(relay)
	<-finished
	<-back
	close(there)
	<-done
}

// BenchmarkPingPong is the same between two realms on two loops: the text of a
// message goes out through a host function and comes in as a parsed value.
func BenchmarkPingPong(b *testing.B) {
	left, right := newEnd(b), newEnd(b)
	defer left.loop.Close()
	defer right.loop.Close()
	finished := make(chan struct{})
	rounds := 0
	left.to, right.to = func(text string) {
		if rounds++; rounds == b.N {
			close(finished)
			return
		}
		right.deliver(text)
	}, left.deliver
	b.ResetTimer()
	right.deliver(message)
	<-finished
}

// BenchmarkOneWay posts b.N messages from one realm to the other.
func BenchmarkOneWay(b *testing.B) {
	left, right := newEnd(b), newEnd(b)
	defer left.loop.Close()
	defer right.loop.Close()
	finished := make(chan struct{})
	rounds := 0
	left.to = right.deliver
	right.to = func(string) {
		if rounds++; rounds == b.N {
			close(finished)
		}
	}
	b.ResetTimer()
	left.loop.Post(func() {
		if _, err := left.burst.Call(b.N, message); err != nil {
			b.Error(err)
		}
	})
	<-finished
}

// end is a realm that echoes what is delivered to it.
type end struct {
	loop    *engine.Loop
	receive *engine.Func
	burst   *engine.Func
	to      func(text string)
}

func newEnd(b *testing.B) *end {
	e := &end{loop: engine.NewLoop()}
	err := e.loop.Call(context.Background(), func() {
		r, err := engine.New(engine.Options{Name: "end", Loop: e.loop})
		if err != nil {
			b.Fatal(err)
		}
		r.Host("post", func(args []any) (any, error) { e.to(args[0].(string)); return nil, nil })
		funcs, err := r.Prelude("echo.js", `(host) => ({
			receive(message) { host.post(JSON.stringify(message)) },
			burst(count, text) { const message = JSON.parse(text); for (let i = 0; i < count; i++) host.post(JSON.stringify(message)) },
		})`)
		if err != nil {
			b.Fatal(err)
		}
		e.receive, e.burst = funcs["receive"], funcs["burst"]
	})
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func (e *end) deliver(text string) {
	e.loop.Post(func() { e.receive.Call(json.RawMessage(text)) })
}

// BenchmarkNew makes and closes a realm, all preludes from bytecode.
func BenchmarkNew(b *testing.B) {
	loop := engine.NewLoop()
	defer loop.Close()
	b.ReportAllocs()
	for range b.N {
		loop.Call(context.Background(), func() {
			r, err := engine.New(engine.Options{Name: "new", Loop: loop})
			if err != nil {
				b.Fatal(err)
			}
			r.Close()
		})
	}
}

// BenchmarkTurn is one call from Go into a function that does nothing.
func BenchmarkTurn(b *testing.B) {
	loop := engine.NewLoop()
	defer loop.Close()
	loop.Call(context.Background(), func() {
		r, err := engine.New(engine.Options{Name: "turn", Loop: loop})
		if err != nil {
			b.Fatal(err)
		}
		funcs, err := r.Prelude("nothing.js", `() => ({ nothing() {} })`)
		if err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		b.ReportAllocs()
		for range b.N {
			funcs["nothing"].Call()
		}
	})
}

// BenchmarkText makes the JSON text of a message, by the engine and as a plain
// value. The text becomes a JavaScript string in both.
func BenchmarkText(b *testing.B) {
	loop := engine.NewLoop()
	defer loop.Close()
	loop.Call(context.Background(), func() {
		r, err := engine.New(engine.Options{Name: "text", Loop: loop})
		if err != nil {
			b.Fatal(err)
		}
		funcs, err := r.Prelude("text.js", `(host) => ({
			stringify(n, text) { const message = JSON.parse(text); while (n-- > 0) JSON.stringify(message) },
			plain(n, text) { const message = JSON.parse(text); while (n-- > 0) host.plainText(message, false) },
		})`)
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"stringify", "plain"} {
			b.Run(name, func(b *testing.B) { funcs[name].Call(b.N, message) })
		}
	})
}
