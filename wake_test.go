package webport_test

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
)

// TestWake suspends a background and connects to it.
func TestWake(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		var ready func()
		b.Wake = func(extension string, r func()) bool {
			if extension != ext {
				t.Errorf("asked to wake %q", extension)
			}
			ready = r
			return true
		}
		script := attach(t, b, contentScript(1, 0))

		p := connect(t, script, webport.ConnectInfo{})
		post(t, p, "a")
		flushed := make(chan error, 1)
		go func() { flushed <- p.Flush(t.Context()) }()
		synctest.Wait()
		post(t, p, "b")
		p.Close()
		bg, l := background(t, b)
		ready()
		receiver := accept(t, l)
		if m, _ := receiver.Receive(t.Context()); string(m) != `"a"` {
			t.Errorf("received %s", m)
		}
		if err := <-flushed; err != nil {
			t.Errorf("Flush: %v", err)
		}
		wantRest(t, receiver, io.EOF, `"b"`)
		bg.Close()

		failed := connect(t, script, webport.ConnectInfo{})
		post(t, failed, "nobody will read this")
		go func() { flushed <- failed.Flush(t.Context()) }()
		synctest.Wait()
		ready()
		wantDone(t, failed, webport.ErrNoReceiver)
		if err := <-flushed; !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("Flush: %v", err)
		}
	})
}

func TestBacklogWhileOpening(t *testing.T) {
	var ready func()
	b := &webport.Broker{MaxQueue: 4, Wake: func(_ string, r func()) bool { ready = r; return true }}
	p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
	post(t, p, 1234)
	if err := p.Post(5); !errors.Is(err, webport.ErrBacklog) {
		t.Errorf("post: %v", err)
	}
	first, second := attach(t, b, page(2)), attach(t, b, page(3))
	l1, l2 := listen(t, first), listen(t, second)
	ready()
	p.Close()
	wantRest(t, accept(t, l1), io.EOF, "1234")
	wantRest(t, accept(t, l2), io.EOF, "1234")
}
