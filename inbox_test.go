package webport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
)

// events takes what is in the inbox, as text.
func events(i *webport.Inbox) string {
	var all []string
	for ev, ok := i.Next(); ok; ev, ok = i.Next() {
		switch ev.Kind {
		case webport.EventConnect:
			all = append(all, fmt.Sprintf("%v %s", ev.On, ev.Port.Name()))
		case webport.EventMessage:
			all = append(all, fmt.Sprintf("%s %s", ev.Port.Name(), ev.Message))
		case webport.EventDisconnect:
			all = append(all, fmt.Sprintf("%s gone %v", ev.Port.Name(), ev.Port.Err()))
		}
	}
	return strings.Join(all, ", ")
}

func inboxOf(t *testing.T, e *webport.Endpoint, notify func()) *webport.Inbox {
	t.Helper()
	i, err := e.Inbox(notify)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestInboxKeepsTheOrderOverAllPorts(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		notified := 0
		inbox := inboxOf(t, bg, func() { notified++ })
		listen(t, bg)
		script := attach(t, b, contentScript(1, 0))
		p := connect(t, script, webport.ConnectInfo{Name: "p"})
		post(t, p, 1)
		q := connect(t, script, webport.ConnectInfo{Name: "q"})
		post(t, q, 2)
		post(t, p, 3)
		p.Close()
		post(t, q, 4)
		if got, want := events(inbox), "onConnect p, p 1, onConnect q, q 2, p 3, p gone <nil>, q 4"; got != want {
			t.Errorf("events:\n got %s\nwant %s", got, want)
		}
		if notified != 1 {
			t.Errorf("notified %d times for one burst", notified)
		}
		post(t, q, 5)
		if got := events(inbox); got != "q 5" || notified != 2 {
			t.Errorf("got %s after %d notifications", got, notified)
		}
		lone := connect(t, bg, webport.ConnectInfo{Name: "lone"})
		if got, want := events(inbox), "lone gone "+webport.ErrNoReceiver.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if _, err := lone.Receive(t.Context()); err == nil {
			t.Error("a port whose messages go to an inbox received one")
		}
	})
}

func TestInboxSkipsWhatCameForAClosedPort(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d, MaxQueue: 4}
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		inbox := inboxOf(t, bg, func() {})
		listen(t, bg)
		p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{Name: "p"})
		ev, _ := inbox.Next()
		post(t, p, 1234)
		if err := p.Post(5); !errors.Is(err, webport.ErrBacklog) {
			t.Errorf("the bound holds for inboxes too: %v", err)
		}
		flushed := flushing(t, p)
		synctest.Wait()
		ev.Port.Close()
		if got := events(inbox); got != "" {
			t.Errorf("got %s", got)
		}
		if err := <-flushed; !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("Flush: %v", err)
		}
	})
}

func TestFlushToAnInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &webport.Broker{}
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		inbox := inboxOf(t, bg, func() {})
		listen(t, bg)
		p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{Name: "p"})
		post(t, p, 1)
		flushed := flushing(t, p)
		synctest.Wait()
		events(inbox)
		if err := <-flushed; err != nil {
			t.Errorf("Flush: %v", err)
		}
	})
}

// TestAnInboxThatNobodyReadsAnyMoreHoldsUpNobody closes an endpoint whose event
// loop has ended, or hangs, while others wait for it to catch up.
func TestAnInboxThatNobodyReadsAnyMoreHoldsUpNobody(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		app := newPipe()
		close(app.gone)
		b := &webport.Broker{Dialect: d, MaxQueue: 1}
		b.Native = func(context.Context, webport.Sender, string) (webport.Conn, error) { return app, nil }
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		inboxOf(t, bg, func() {})
		listen(t, bg)
		p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
		post(t, p, 1)
		flushed := flushing(t, p)
		if _, err := bg.ConnectNative("app"); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			app.in <- json.RawMessage(`1`)
		}
		synctest.Wait()
		bg.Close() // which waits for the app's port
		if err := <-flushed; !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("Flush: %v", err)
		}
	})
}

// TestFlushToAnInboxWaitsForItsOwn has several of them wait at one port.
func TestFlushToAnInboxWaitsForItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &webport.Broker{}
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		inbox := inboxOf(t, bg, func() {})
		listen(t, bg)
		p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
		ev, _ := inbox.Next()
		var flushed [3]error
		for i := range flushed {
			flushed[i] = errors.New("waits")
			post(t, p, i)
			go func() { flushed[i] = p.Flush(context.Background()) }()
			synctest.Wait()
		}
		inbox.Next() // 0
		inbox.Next() // 1, and before it the mark behind 0
		synctest.Wait()
		if flushed[0] != nil || flushed[1] == nil || flushed[2] == nil {
			t.Errorf("flushed after one message and another: %v", flushed)
		}
		if _, err := ev.Port.Receive(t.Context()); err == nil {
			t.Error("a port whose messages go to an inbox received one")
		}
		p.Close()
		if _, err := ev.Port.Receive(t.Context()); err == nil {
			t.Error("a port whose messages go to an inbox received one after its end")
		}
		if got, want := events(inbox), " 2,  gone <nil>"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		synctest.Wait()
		if flushed[1] != nil || flushed[2] != nil {
			t.Errorf("flushed after all: %v", flushed)
		}
	})
}

func TestWhenAnInboxIsRefused(t *testing.T) {
	b := &webport.Broker{}
	e, _ := background(t, b)
	if _, err := e.Inbox(func() {}); err == nil {
		t.Error("an endpoint that listens got an inbox")
	}
	opener := attach(t, b, contentScript(1, 0))
	connect(t, opener, webport.ConnectInfo{})
	if _, err := opener.Inbox(func() {}); err == nil {
		t.Error("an endpoint with a port got an inbox")
	}
	for name, had := range map[string]func(*webport.Endpoint) io.Closer{
		"a port":     func(e *webport.Endpoint) io.Closer { return connect(t, e, webport.ConnectInfo{}) },
		"a listener": func(e *webport.Endpoint) io.Closer { return listen(t, e) },
	} {
		e := attach(t, b, webport.EndpointInfo{Extension: ext})
		had(e).Close()
		if _, err := e.Inbox(func() {}); err == nil {
			t.Errorf("an endpoint that had %s got an inbox", name)
		}
	}
	f := attach(t, b, webport.EndpointInfo{})
	inboxOf(t, f, func() {})
	if _, err := f.Inbox(func() {}); err == nil {
		t.Error("an endpoint got two inboxes")
	}
}
