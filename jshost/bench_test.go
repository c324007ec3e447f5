package jshost_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// pair is a background and a content script that talk over one port.
type pair struct {
	background, content *jshost.Context
	done                chan struct{}
}

func newPair(b *testing.B, dialect webport.Dialect, background, content string) *pair {
	b.Helper()
	broker := &webport.Broker{Dialect: dialect}
	extension, err := jshost.NewExtension(jshost.ExtensionInfo{
		ID: ownID, BaseURL: "chrome-extension://" + ownID + "/",
		Manifest: json.RawMessage(`{"manifest_version": 3, "name": "bench", "version": "1"}`),
	})
	if err != nil {
		b.Fatal(err)
	}
	p := &pair{done: make(chan struct{}, 1)}
	start := func(name string, kind jshost.Kind, info webport.EndpointInfo) *jshost.Context {
		info.Extension = ownID
		c, err := jshost.New(jshost.Options{
			Name: name, Kind: kind, Dialect: dialect, Extension: extension, Endpoint: broker.Attach(info),
			Console: func(jshost.Line) { p.done <- struct{}{} },
			Uncaught: func(err *jshost.ScriptError) {
				b.Error(err)
				p.done <- struct{}{}
			},
		})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.Close() })
		return c
	}
	p.background = start("background", jshost.Background, webport.EndpointInfo{})
	p.content = start("content", jshost.ContentScript, webport.EndpointInfo{ContentScript: true, Tab: &webport.Tab{ID: 1}})
	p.run(b, p.background, background)
	p.run(b, p.content, content)
	return p
}

func (p *pair) run(b *testing.B, c *jshost.Context, source string) {
	b.Helper()
	var err error
	if callErr := c.Call(b.Context(), func() { err = c.Run("bench.js", source) }); callErr != nil {
		err = callErr
	}
	if err != nil {
		b.Fatal(err)
	}
}

const message100 = `{type: "ping", id: 123456, body: "y".repeat(60)}`

func dialects(b *testing.B, run func(b *testing.B, d webport.Dialect)) {
	for _, d := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		b.Run(d.String(), func(b *testing.B) { run(b, d) })
	}
}

// BenchmarkRoundTrip is a 100 B object from a content script to the background
// and back, one at a time.
func BenchmarkRoundTrip(b *testing.B) {
	dialects(b, func(b *testing.B, d webport.Dialect) {
		p := newPair(b, d,
			`chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener((m) => port.postMessage(m)));`,
			`let left = 0;
			const message = `+message100+`;
			const port = chrome.runtime.connect();
			port.onMessage.addListener((m) => { if (--left > 0) port.postMessage(m); else console.log("done"); });
			const go = (n) => { left = n; port.postMessage(message); };`)
		b.ReportAllocs()
		b.ResetTimer()
		p.run(b, p.content, fmt.Sprintf("go(%d)", b.N))
		<-p.done
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "roundtrips/s")
	})
}

// BenchmarkOneWay is a stream of 100 B objects from the content script, a
// thousand in a turn.
func BenchmarkOneWay(b *testing.B) {
	dialects(b, func(b *testing.B, d webport.Dialect) {
		oneWay(b, d, message100, 1000)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	})
}

// BenchmarkOneWay64KB is a stream of strings of 64 KiB.
func BenchmarkOneWay64KB(b *testing.B) {
	dialects(b, func(b *testing.B, d webport.Dialect) {
		b.SetBytes(64 << 10)
		oneWay(b, d, `"x".repeat(64 << 10)`, 100)
	})
}

func oneWay(b *testing.B, d webport.Dialect, message string, perTurn int) {
	p := newPair(b, d,
		`let got = 0, want = 0;
		chrome.runtime.onConnect.addListener((port) => {
			port.onMessage.addListener((m) => { if (++got === want) { got = 0; console.log("done"); } });
		});`,
		fmt.Sprintf(`const message = %s;
		const port = chrome.runtime.connect();
		const go = (n) => {
			for (let i = 0; i < %d && n > 0; i++, n--) port.postMessage(message);
			if (n > 0) setTimeout(go, 0, n);
		};`, message, perTurn))
	p.run(b, p.background, fmt.Sprintf("want = %d", b.N))
	b.ResetTimer()
	p.run(b, p.content, fmt.Sprintf("go(%d)", b.N))
	<-p.done
}

// BenchmarkNew is a context with everything that scripts find in it.
func BenchmarkNew(b *testing.B) {
	dialects(b, func(b *testing.B, d webport.Dialect) {
		p := newPair(b, d, "", "")
		broker := &webport.Broker{Dialect: d}
		extension, err := jshost.NewExtension(jshost.ExtensionInfo{ID: ownID, Manifest: json.RawMessage(`{"manifest_version": 3}`)})
		if err != nil {
			b.Fatal(err)
		}
		loop := p.background.Loop()
		b.ReportAllocs()
		for b.Loop() {
			err := loop.Call(b.Context(), func() {
				c, err := jshost.New(jshost.Options{Endpoint: broker.Attach(webport.EndpointInfo{Extension: ownID}), Extension: extension, Dialect: d, Loop: loop})
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
	})
}
