package jshost_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// single is a background alone, with what it wrote and threw.
type single struct {
	*jshost.Context
	broker *webport.Broker
	log    transcript
	errs   chan *jshost.ScriptError
}

func newSingle(t *testing.T, o jshost.Options) *single {
	t.Helper()
	s := &single{broker: &webport.Broker{Dialect: o.Dialect}, errs: make(chan *jshost.ScriptError, 10)}
	extension, err := jshost.NewExtension(jshost.ExtensionInfo{
		ID: ownID, BaseURL: "chrome-extension://" + ownID + "/", Manifest: json.RawMessage(`{"manifest_version": 3, "permissions": ["nativeMessaging"]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Name, o.Extension, o.Endpoint = "background", extension, s.broker.Attach(webport.EndpointInfo{Extension: ownID})
	o.Console = func(line jshost.Line) { s.log.add("%s", line.Text) }
	o.Uncaught = func(err *jshost.ScriptError) { s.errs <- err }
	if s.Context, err = jshost.New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *single) run(t *testing.T, source string) {
	t.Helper()
	var err error
	if callErr := s.Call(t.Context(), func() { err = s.Run("script.js", source) }); callErr != nil {
		err = callErr
	}
	if err != nil {
		t.Fatal(err)
	}
}

// goPort connects to the context as a Go program of the same extension.
func (s *single) goPort(t *testing.T) *webport.Port {
	t.Helper()
	e := s.broker.Attach(webport.EndpointInfo{Extension: ownID})
	t.Cleanup(func() { e.Close() })
	p, err := e.Connect(webport.ConnectInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const echo = `chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener((m) => port.postMessage(m)));`

func TestGoProgramTalksToScript(t *testing.T) {
	for _, d := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(d.String(), func(t *testing.T) {
			s := newSingle(t, jshost.Options{Dialect: d})
			s.run(t, echo)
			p := s.goPort(t)
			for _, text := range []string{`{"a":[1,"é\ud800",null]}`, `"\u2028"`, `{"$":"not an envelope"}`} {
				if d == webport.Firefox && strings.Contains(text, "$") {
					continue // that is how clones travel
				}
				if err := p.Post(json.RawMessage(text)); err != nil {
					t.Fatal(err)
				}
				got, err := p.Receive(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if want := strings.ReplaceAll(text, `\u2028`, "\u2028"); string(got) != want {
					t.Errorf("posted %s, got %s", text, got)
				}
			}
		})
	}
}

// TestMessageNestedDeep: a message may nest as deep as Post takes it, which is
// deeper than calls may.
func TestMessageNestedDeep(t *testing.T) {
	s := newSingle(t, jshost.Options{})
	s.run(t, `
		chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener((m) => {
			let depth = 0;
			for (; Array.isArray(m); m = m[0]) depth++;
			port.postMessage(depth);
		}));`)
	p := s.goPort(t)
	const depth = 10_000
	if err := p.Post(json.RawMessage(strings.Repeat("[", depth+1) + strings.Repeat("]", depth+1))); err == nil {
		t.Error("what is deeper was taken")
	}
	if err := p.Post(json.RawMessage(strings.Repeat("[", depth) + strings.Repeat("]", depth))); err != nil {
		t.Fatal(err)
	}
	if got, err := webport.Decode[int](t.Context(), p); err != nil || got != depth {
		t.Errorf("the script saw %d levels, %v", got, err)
	}
}

// TestNoClone: what a Go program posts that looks like a clone and is none.
func TestNoClone(t *testing.T) {
	s := newSingle(t, jshost.Options{Dialect: webport.Firefox})
	s.run(t, echo)
	p := s.goPort(t)
	for _, text := range []string{`{"$":"nonsense"}`, `"next"`} {
		if err := p.Post(json.RawMessage(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := webport.Decode[string](t.Context(), p); err != nil || got != "next" {
		t.Errorf("after it: %q, %v", got, err)
	}
	if err := <-s.errs; !strings.Contains(err.Error(), "lost") {
		t.Errorf("error %q does not say what is lost", err)
	}
}

// TestListenerThatNeverEnds: it is stopped, and the next message is heard.
func TestListenerThatNeverEnds(t *testing.T) {
	s := newSingle(t, jshost.Options{Limits: jshost.Limits{Time: 50 * time.Millisecond}})
	s.run(t, `chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener((m) => {
		if (m === "loop") for (;;);
		port.postMessage(m);
	}));`)
	p := s.goPort(t)
	for _, m := range []string{"loop", "next"} {
		if err := p.Post(m); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := webport.Decode[string](t.Context(), p); err != nil || got != "next" {
		t.Errorf("after it: %q, %v", got, err)
	}
	if err := <-s.errs; !strings.Contains(err.Error(), "background") || !strings.Contains(err.Error(), "Limits.Time") {
		t.Errorf("error %q does not name the context and the limit", err)
	}
}

// TestErrorInListener: where it was thrown is in the error.
func TestErrorInListener(t *testing.T) {
	s := newSingle(t, jshost.Options{})
	s.run(t, "chrome.runtime.onConnect.addListener(() => {\n  throw new Error('boom');\n});")
	s.goPort(t)
	err := <-s.errs
	if err.Text() != "Error in event handler: Error: boom" || err.File != "script.js" || err.Line != 2 {
		t.Errorf("error %q at %s", err.Text(), err.Position())
	}
}

// TestCloseWithScriptRunning: a script that never ends cannot hold Close up.
func TestCloseWithScriptRunning(t *testing.T) {
	s := newSingle(t, jshost.Options{})
	started := make(chan struct{})
	s.Loop().Post(func() {
		close(started)
		if err := s.Run("endless.js", "for (;;);"); !errors.As(err, new(*jshost.ScriptError)) {
			t.Errorf("the script ended with %v", err)
		}
	})
	<-started
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestManyPorts: one wake-up and one task serve a burst over many ports, and
// timers run in between.
func TestManyPorts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSingle(t, jshost.Options{})
		s.run(t, `let got = 0, ticks = 0;
			chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener(() => {
				if (++got === 1) setTimeout(() => console.log("timer", got < 1000), 0);
				if (got === 1000) console.log("all");
			}));`)
		e := s.broker.Attach(webport.EndpointInfo{Extension: ownID})
		defer e.Close()
		err := s.Call(t.Context(), func() { // the loop is busy meanwhile
			for range 1000 {
				p, err := e.Connect(webport.ConnectInfo{})
				if err == nil {
					err = p.Post(1)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := s.log.text(); got != "timer true\nall" {
			t.Errorf("console: %s", got)
		}
		s.Close()
	})
}

func TestEval(t *testing.T) {
	s := newSingle(t, jshost.Options{})
	got, err := s.Eval(context.Background(), `Promise.resolve(chrome.runtime.id)`)
	if err != nil || !strings.Contains(got, ownID) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNewErrors(t *testing.T) {
	if _, err := jshost.New(jshost.Options{}); err == nil || !strings.Contains(err.Error(), "Endpoint") {
		t.Errorf("without an endpoint: %v", err)
	}
	broker := &webport.Broker{}
	e := broker.Attach(webport.EndpointInfo{Extension: ownID})
	defer e.Close()
	if _, err := jshost.New(jshost.Options{Endpoint: e}); err == nil || !strings.Contains(err.Error(), "Extension") {
		t.Errorf("without an extension: %v", err)
	}
	if _, err := jshost.NewExtension(jshost.ExtensionInfo{ID: ownID, Manifest: json.RawMessage(`{"`)}); err == nil {
		t.Error("a manifest that is no JSON passed")
	}
}

// TestCloseWaitsForNativeApps whose ports ended before, by the script or by the
// app, while the app itself was still there.
func TestCloseWaitsForNativeApps(t *testing.T) {
	for _, end := range []string{
		`port.disconnect()`,
		`new Promise((gone) => { port.onDisconnect.addListener(() => gone()); port.postMessage("exit"); })`,
	} {
		s := newSingle(t, jshost.Options{})
		app := &slowExit{appConn{name: "exits", messages: make(chan json.RawMessage), closed: make(chan struct{})}, make(chan struct{})}
		s.broker.Native = func(context.Context, webport.Sender, string) (webport.Conn, error) { return app, nil }
		s.run(t, `const port = chrome.runtime.connectNative("app");`)
		if _, err := s.Eval(t.Context(), end); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, func() { close(app.exited) })
		if err := s.Close(); err != nil {
			t.Errorf("Close after %s: %v", end, err)
		}
		select {
		case <-app.exited:
		default:
			t.Errorf("Close after %s returned before the app had exited", end)
		}
	}
}

// slowExit is an app that takes its time to exit.
type slowExit struct {
	appConn
	exited chan struct{}
}

func (c *slowExit) Close() error {
	c.appConn.Close()
	<-c.exited
	return errors.New("exit status 3")
}

// TestDetachFromScript: a page that goes while its own script runs, as an
// iframe does that removes itself, delivers what was posted; native apps are
// waited for by Close.
func TestDetachFromScript(t *testing.T) {
	s := newSingle(t, jshost.Options{})
	app := &appConn{name: "echo", messages: make(chan json.RawMessage), closed: make(chan struct{})}
	s.broker.Native = func(context.Context, webport.Sender, string) (webport.Conn, error) { return app, nil }
	e := s.broker.Attach(webport.EndpointInfo{Extension: ownID})
	defer e.Close()
	l, err := e.Listen()
	if err != nil {
		t.Fatal(err)
	}
	err = s.Call(t.Context(), func() {
		err := s.Run("script.js", `chrome.runtime.connectNative("echo");
			chrome.runtime.connect().postMessage("last words");`)
		if err != nil {
			t.Error(err)
		}
		s.Detach()
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := webport.Decode[string](t.Context(), p); err != nil || got != "last words" {
		t.Errorf("%q, %v", got, err)
	}
	<-p.Done()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-app.closed:
	default:
		t.Error("Close returned before the native app was closed")
	}
}

// TestPostThatIsRefusedInTheTurnOfConnect: Firefox's ports hold what is posted then until the turn is over.
// What the queue does not take is reported, and takes nothing else with it.
func TestPostThatIsRefusedInTheTurnOfConnect(t *testing.T) {
	s := newSingle(t, jshost.Options{Dialect: webport.Firefox})
	s.broker.MaxQueue = 2000
	e := s.broker.Attach(webport.EndpointInfo{Extension: ownID})
	t.Cleanup(func() { e.Close() })
	listener, err := e.Listen()
	if err != nil {
		t.Fatal(err)
	}
	s.run(t, `
		const full = chrome.runtime.connect({ name: "full" });
		full.postMessage("first");
		full.postMessage("too much after the first ".repeat(100));
		full.postMessage("last");
		full.disconnect();
		chrome.runtime.connect({ name: "other" }).postMessage("other");`)
	s.run(t, "") // the turn before is over, and nobody has made room in the queue
	for _, want := range []string{"full: first last", "other: other"} {
		p, err := listener.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := p.Name() + ":"
		for range strings.Count(want, " ") {
			m, err := webport.Decode[string](t.Context(), p)
			if err != nil {
				t.Fatalf("after %q: %v", got, err)
			}
			got += " " + m
		}
		if got != want {
			t.Errorf("received %q, want %q", got, want)
		}
		if p.Name() == "full" {
			if _, err := p.Receive(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("after the disconnect: %v", err)
			}
		}
	}
	if err := <-s.errs; !strings.Contains(err.Error(), "is lost") {
		t.Errorf("error %q does not say what is lost", err)
	}
}

// TestLastErrorAfterStop: a callback that was stopped while there was a lastError leaves none to the others.
func TestLastErrorAfterStop(t *testing.T) {
	for _, d := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(d.String(), func(t *testing.T) {
			s := newSingle(t, jshost.Options{Dialect: d, Limits: jshost.Limits{Time: 50 * time.Millisecond}})
			s.run(t, `chrome.runtime.sendMessage("nobody hears", () => { void chrome.runtime.lastError; for (;;); });`)
			if err := <-s.errs; !strings.Contains(err.Error(), "Limits.Time") {
				t.Fatal(err)
			}
			got, err := s.Eval(t.Context(), `String(chrome.runtime.lastError ?? "none")`)
			if err != nil || got != "none" {
				t.Errorf("lastError is %s, %v", got, err)
			}
		})
	}
}
