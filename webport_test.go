package webport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ext = "aaaabbbbccccddddeeeeffffgggghhhh"

var dialects = []webport.Dialect{webport.Chromium, webport.Firefox}

// inBothDialects runs test in a bubble of fake time, in which a goroutine that
// waits for ever fails it, once for each dialect.
func inBothDialects(t *testing.T, test func(*testing.T, webport.Dialect)) {
	t.Helper()
	for _, d := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, d) })
		})
	}
}

func attach(t *testing.T, b *webport.Broker, info webport.EndpointInfo) *webport.Endpoint {
	t.Helper()
	e := b.Attach(info)
	t.Cleanup(func() { e.Close() })
	return e
}

func listen(t *testing.T, e *webport.Endpoint) *webport.Listener {
	t.Helper()
	l, err := e.Listen()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func background(t *testing.T, b *webport.Broker) (*webport.Endpoint, *webport.Listener) {
	t.Helper()
	e := attach(t, b, webport.EndpointInfo{Extension: ext, URL: "chrome-extension://" + ext + "/bg.js", Origin: "chrome-extension://" + ext})
	return e, listen(t, e)
}

func contentScript(tab, frame int) webport.EndpointInfo {
	return webport.EndpointInfo{
		Extension: ext, ContentScript: true, FrameID: frame, DocumentID: "D" + string(rune('0'+tab)) + string(rune('0'+frame)),
		Tab: &webport.Tab{ID: tab, URL: "https://example.com/"}, URL: "https://example.com/", Origin: "https://example.com",
	}
}

func page(tab int) webport.EndpointInfo {
	return webport.EndpointInfo{
		Extension: ext, Tab: &webport.Tab{ID: tab}, DocumentID: "P" + string(rune('0'+tab)),
		URL: "chrome-extension://" + ext + "/page.html", Origin: "chrome-extension://" + ext,
	}
}

func connect(t *testing.T, e *webport.Endpoint, info webport.ConnectInfo) *webport.Port {
	t.Helper()
	p, err := e.Connect(info)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func accept(t *testing.T, l *webport.Listener) *webport.Port {
	t.Helper()
	p, err := l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// joined returns the two ends of a channel from a content script to a background.
func joined(t *testing.T, d webport.Dialect) (opener, receiver *webport.Port) {
	t.Helper()
	b := &webport.Broker{Dialect: d}
	_, l := background(t, b)
	opener = connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{Name: "n"})
	return opener, accept(t, l)
}

func post(t *testing.T, p *webport.Port, v any) {
	t.Helper()
	if err := p.Post(v); err != nil {
		t.Fatal(err)
	}
}

// flushing flushes p meanwhile.
func flushing(t *testing.T, p *webport.Port) <-chan error {
	flushed := make(chan error, 1)
	go func() { flushed <- p.Flush(t.Context()) }()
	return flushed
}

// rest returns all that p still receives, as text, and what ends it.
func rest(p *webport.Port) (messages []string, end error) {
	for {
		m, err := p.Receive(context.Background())
		if err != nil {
			return messages, err
		}
		messages = append(messages, string(m))
	}
}

func wantRest(t *testing.T, p *webport.Port, end error, messages ...string) {
	t.Helper()
	got, err := rest(p)
	if !slices.Equal(got, messages) {
		t.Errorf("received %q, want %q", got, messages)
	}
	if !errors.Is(err, end) {
		t.Errorf("ended with %v, want %v", err, end)
	}
}

func wantOpen(t *testing.T, p *webport.Port) {
	t.Helper()
	select {
	case <-p.Done():
		t.Errorf("port is disconnected: %v", p.Err())
	default:
	}
}

func wantDone(t *testing.T, p *webport.Port, cause error) {
	t.Helper()
	<-p.Done()
	if err := p.Err(); !errors.Is(err, cause) {
		t.Errorf("Err is %v, want %v", err, cause)
	}
}

func TestConversation(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		post(t, opener, map[string]string{"greeting": "hello <from> content script"})
		post(t, receiver, json.RawMessage(`{"greeting": "hi there"}`))
		if got, _ := receiver.Receive(t.Context()); string(got) != `{"greeting":"hello <from> content script"}` {
			t.Errorf("receiver got %s", got)
		}
		if got, _ := opener.Receive(t.Context()); string(got) != `{"greeting": "hi there"}` {
			t.Errorf("opener got %s: a RawMessage must pass byte for byte", got)
		}
		if opener.Name() != "n" || receiver.Name() != "n" {
			t.Errorf("names are %q and %q", opener.Name(), receiver.Name())
		}
		if opener.Sender() != nil || receiver.Sender().ID != ext {
			t.Errorf("senders are %v and %v", opener.Sender(), receiver.Sender())
		}
		opener.Close()
		wantRest(t, receiver, io.EOF)
		wantDone(t, receiver, nil)
	})
}

func TestOrderAndOneDisconnect(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		for _, fromOpener := range []bool{true, false} {
			from, to := joined(t, d)
			if !fromOpener {
				from, to = to, from
			}
			var want []string
			for i := range 1000 {
				post(t, from, i)
				b, _ := json.Marshal(i)
				want = append(want, string(b))
			}
			if err := from.Close(); err != nil {
				t.Fatal(err)
			}
			if err := from.Close(); err != nil {
				t.Errorf("second Close: %v", err)
			}
			wantRest(t, to, io.EOF, want...)
			wantRest(t, from, webport.ErrDisconnected)
			if err := from.Post(1); !errors.Is(err, webport.ErrDisconnected) {
				t.Errorf("post on the closed end: %v", err)
			}
			if err := to.Post(1); !errors.Is(err, webport.ErrDisconnected) {
				t.Errorf("post on the other end: %v", err)
			}
		}
	})
}

func TestCloseDropsWhatThisEndHasNotReceived(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		post(t, opener, 1)
		receiver.Close()
		wantRest(t, receiver, webport.ErrDisconnected)
	})
}

func TestPostedBeforeAccept(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		_, l := background(t, b)
		p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
		post(t, p, "a")
		post(t, p, "b")
		p.Close()
		wantRest(t, accept(t, l), io.EOF, `"a"`, `"b"`)
	})
}

func TestNobodyListens(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		e := attach(t, b, contentScript(1, 0))
		own := attach(t, b, webport.EndpointInfo{Extension: ext})
		listen(t, own)
		for name, p := range map[string]*webport.Port{
			"unknown extension": connect(t, e, webport.ConnectInfo{Extension: "nobody"}),
			"only itself":       connect(t, own, webport.ConnectInfo{}),
		} {
			wantDone(t, p, webport.ErrNoReceiver)
			wantRest(t, p, webport.ErrNoReceiver)
			if err := p.Post(1); !errors.Is(err, webport.ErrDisconnected) || !errors.Is(err, webport.ErrNoReceiver) {
				t.Errorf("%s: post says %v", name, err)
			}
		}
	})
}

func TestReceiveGivesUpWithItsContext(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { _, err := receiver.Receive(ctx); ended <- err }()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Receive returned %v", err)
		}
		post(t, opener, 1)
		opener.Close()
		wantRest(t, receiver, io.EOF, "1")
	})
}

func TestEveryWaitingReceiveReturns(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		const calls = 5
		ended := make(chan error)
		for range calls {
			go func() { _, err := receiver.Receive(context.Background()); ended <- err }()
		}
		synctest.Wait()
		post(t, opener, 1)
		post(t, opener, 2)
		opener.Close()
		var messages int
		for range calls {
			if err := <-ended; err == nil {
				messages++
			} else if err != io.EOF {
				t.Errorf("Receive returned %v", err)
			}
		}
		if messages != 2 {
			t.Errorf("%d calls got a message, want 2", messages)
		}
	})
}

func TestMessagesAndDecode(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		type point struct{ X, Y int }
		post(t, opener, point{1, 2})
		if got, err := webport.Decode[point](t.Context(), receiver); err != nil || got != (point{1, 2}) {
			t.Errorf("decoded %v, %v", got, err)
		}
		post(t, opener, "not a point")
		if _, err := webport.Decode[point](t.Context(), receiver); err == nil {
			t.Error("decoded a string as a point")
		}
		post(t, opener, 1)
		opener.Close()
		var got []string
		for m := range receiver.Messages() {
			got = append(got, string(m))
		}
		if !slices.Equal(got, []string{"1"}) || receiver.Err() != nil {
			t.Errorf("iterated over %q, then %v", got, receiver.Err())
		}
		if _, err := webport.Decode[point](t.Context(), receiver); err != io.EOF {
			t.Errorf("decode at the end: %v", err)
		}
	})
}

// contextThatIsDone lets a call take what is there and not wait for more.
func contextThatIsDone() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx, cancel
}
