package webport_test

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
)

// three returns a channel from a content script to three pages of its extension.
func three(t *testing.T, d webport.Dialect) (opener *webport.Port, receivers [3]*webport.Port, pages [3]*webport.Endpoint) {
	t.Helper()
	b := &webport.Broker{Dialect: d}
	var ls [3]*webport.Listener
	for i := range pages {
		pages[i] = attach(t, b, page(i+2))
		ls[i] = listen(t, pages[i])
	}
	opener = connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
	for i := range ls {
		receivers[i] = accept(t, ls[i])
	}
	return opener, receivers, pages
}

func TestSeveralReceivers(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, r, _ := three(t, d)
		post(t, opener, "all")
		for i := range r {
			if m, _ := r[i].Receive(t.Context()); string(m) != `"all"` {
				t.Errorf("receiver %d got %s", i, m)
			}
			post(t, r[i], i)
		}
		for _, want := range []string{"0", "1", "2"} {
			if m, _ := opener.Receive(t.Context()); string(m) != want {
				t.Errorf("opener got %s, want %s", m, want)
			}
		}
		post(t, opener, "last")
		opener.Close()
		for i := range r {
			wantRest(t, r[i], io.EOF, `"last"`)
		}
	})
}

func TestEachReceiverOwnsItsMessage(t *testing.T) {
	opener, r, _ := three(t, webport.Chromium)
	post(t, opener, "abc")
	first, _ := r[0].Receive(t.Context())
	first[1] = 'X'
	if m, _ := r[1].Receive(t.Context()); string(m) != `"abc"` {
		t.Errorf("the second receiver got %s: what the first one wrote", m)
	}
}

func TestReceiverDisconnects(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, r, _ := three(t, d)
		post(t, r[1], "before")
		r[0].Close()
		wantRest(t, opener, io.EOF, `"before"`)
		if d == webport.Firefox {
			wantRest(t, r[1], io.EOF)
			wantRest(t, r[2], io.EOF)
			return
		}
		// Chromium leaves the others dangling: nothing tells them.
		err := r[1].Post("into the void")
		if !webport.IsSevered(err) || !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("post on a dangling port: %v", err)
		}
		synctest.Wait()
		wantOpen(t, r[1])
		wantOpen(t, r[2])
		r[1].Close()
	})
}

// TestFlushOnADanglingPort has the opener go away with what a receiver had
// posted before another one disconnected the channel.
func TestFlushOnADanglingPort(t *testing.T) {
	opener, r, _ := three(t, webport.Chromium)
	post(t, r[1], "lost")
	r[0].Close()
	opener.Close()
	if err := r[1].Flush(t.Context()); !errors.Is(err, webport.ErrDisconnected) {
		t.Errorf("Flush of what was lost: %v", err)
	}
}

func TestReceiversGoAway(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, r, pages := three(t, d)
		pages[0].Close()
		if d == webport.Firefox {
			wantDone(t, opener, nil)
			wantDone(t, r[1], nil)
			wantDone(t, r[2], nil)
			return
		}
		wantOpen(t, opener)
		pages[1].Close()
		wantOpen(t, opener)
		post(t, opener, "you are the last")
		wantOpen(t, r[2])
		pages[2].Close()
		wantDone(t, opener, nil)
	})
}

func TestOpenerGoesAway(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		_, l := background(t, b)
		script := attach(t, b, contentScript(1, 0))
		p := connect(t, script, webport.ConnectInfo{})
		receiver := accept(t, l)
		post(t, p, "goodbye")
		if err := script.Close(); err != nil {
			t.Fatal(err)
		}
		wantRest(t, receiver, io.EOF, `"goodbye"`)
		if _, err := script.Connect(webport.ConnectInfo{}); !errors.Is(err, webport.ErrEndpointClosed) {
			t.Errorf("connect from a closed endpoint: %v", err)
		}
		if _, err := script.Listen(); !errors.Is(err, webport.ErrEndpointClosed) {
			t.Errorf("listen on a closed endpoint: %v", err)
		}
	})
}

func TestBothEndsAtOnce(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		opener.Disconnect(errors.New("first"))
		receiver.Disconnect(errors.New("second"))
		if opener.Err() != nil {
			t.Errorf("the end that closed first has Err %v", opener.Err())
		}
	})
}

func TestDisconnectWithCause(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		post(t, receiver, 1)
		receiver.Disconnect(webport.ErrFrozen)
		wantRest(t, opener, webport.ErrFrozen, "1")
		wantDone(t, opener, webport.ErrFrozen)
	})
}

func TestEndpointDisconnectKeepsItListening(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		bg, l := background(t, b)
		script := attach(t, b, contentScript(1, 0))
		p := connect(t, script, webport.ConnectInfo{})
		bg.Disconnect(webport.ErrFrozen)
		wantDone(t, p, webport.ErrFrozen)
		accept(t, l) // the dead one
		connect(t, script, webport.ConnectInfo{Name: "again"})
		if got := accept(t, l).Name(); got != "again" {
			t.Errorf("accepted %q", got)
		}
	})
}

func TestOneTimeChannelWaitsForAnAnswer(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		var ls [2]*webport.Listener
		for i := range ls {
			ls[i], _ = attach(t, b, page(i+2)).ListenOn(webport.OnMessage)
		}
		script := attach(t, b, contentScript(1, 0))
		p := connect(t, script, webport.ConnectInfo{OneTime: true})
		post(t, p, "question")
		accept(t, ls[0]).Close() // has nothing to say
		wantOpen(t, p)
		answering := accept(t, ls[1])
		post(t, answering, "answer")
		answering.Close()
		wantRest(t, p, io.EOF, `"answer"`)

		silent := connect(t, script, webport.ConnectInfo{OneTime: true})
		for _, l := range ls {
			accept(t, l).Close()
		}
		wantDone(t, silent, nil)
	})
}

// TestTraceTellsWhyAPortEnds holds that a trace tells a port that was closed
// from one whose endpoint is gone.
func TestTraceTellsWhyAPortEnds(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		var ends []webport.Trace
		b.Trace = func(tr webport.Trace) {
			if tr.Kind == webport.TraceDisconnect {
				ends = append(ends, tr)
			}
		}
		background(t, b)
		script := attach(t, b, contentScript(1, 0))
		connect(t, script, webport.ConnectInfo{}).Close()
		connect(t, script, webport.ConnectInfo{}).Disconnect(webport.ErrFrozen)
		connect(t, script, webport.ConnectInfo{})
		script.Close()
		if len(ends) != 3 || ends[0].Gone || ends[1].Gone || ends[1].Err != webport.ErrFrozen || !ends[2].Gone || ends[2].Err != nil {
			t.Errorf("traced %+v", ends)
		}
	})
}
