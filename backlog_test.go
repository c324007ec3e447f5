package webport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
)

func bounded(t *testing.T, d webport.Dialect, bound int) (opener, receiver *webport.Port) {
	t.Helper()
	b := &webport.Broker{Dialect: d, MaxQueue: bound}
	_, l := background(t, b)
	opener = connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
	return opener, accept(t, l)
}

func TestBacklog(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := bounded(t, d, 1000)
		hundred := json.RawMessage(`"` + strings.Repeat("x", 98) + `"`)
		for range 10 {
			post(t, opener, hundred)
		}
		if err := opener.Post(1); !errors.Is(err, webport.ErrBacklog) {
			t.Fatalf("post past the bound: %v", err)
		}
		post(t, receiver, "the other direction has a queue of its own")
		if _, err := receiver.Receive(t.Context()); err != nil {
			t.Fatal(err)
		}
		post(t, opener, 2)
		opener.Close()
		got, err := rest(receiver)
		if len(got) != 10 || got[9] != "2" || err != io.EOF {
			t.Errorf("received %d messages, the last %.10q, then %v", len(got), got[len(got)-1], err)
		}
	})
}

func TestBacklogOfOneReceiverHoldsBackAll(t *testing.T) {
	b := &webport.Broker{MaxQueue: 10}
	slow, fast := attach(t, b, page(2)), attach(t, b, page(3))
	ls, lf := listen(t, slow), listen(t, fast)
	opener := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
	s, f := accept(t, ls), accept(t, lf)
	post(t, opener, "12345678")
	if _, err := f.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := opener.Post(2); !errors.Is(err, webport.ErrBacklog) {
		t.Fatalf("post: %v", err)
	}
	opener.Close()
	wantRest(t, s, io.EOF, `"12345678"`)
	wantRest(t, f, io.EOF) // and not the 2 that one of them could not take
}

func TestAnEmptyQueueTakesAnyMessage(t *testing.T) {
	opener, receiver := bounded(t, webport.Chromium, 10)
	large := strings.Repeat("x", 1000)
	post(t, opener, large)
	opener.Close()
	wantRest(t, receiver, io.EOF, `"`+large+`"`)
}

func TestFlush(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, r, _ := three(t, d)
		flushed := make(chan error, 1)
		post(t, opener, 1)
		post(t, opener, 2)
		go func() { flushed <- opener.Flush(t.Context()) }()
		for i := range r {
			for range 2 {
				synctest.Wait()
				select {
				case err := <-flushed:
					t.Fatalf("flushed (%v) before receiver %d had all", err, i)
				default:
				}
				r[i].Receive(t.Context())
			}
		}
		if err := <-flushed; err != nil {
			t.Errorf("Flush: %v", err)
		}
		if err := opener.Flush(t.Context()); err != nil {
			t.Errorf("Flush of nothing: %v", err)
		}
		post(t, r[0], "to the opener")
		go func() { flushed <- r[0].Flush(t.Context()) }()
		synctest.Wait()
		opener.Receive(t.Context())
		if err := <-flushed; err != nil {
			t.Errorf("Flush by a receiver: %v", err)
		}
	})
}

// TestFlushWhenNobodyCanReceive closes a port that flushes, and then the endpoint
// at the other end, where nobody has looked yet.
func TestFlushWhenNobodyCanReceive(t *testing.T) {
	for _, inbox := range []bool{false, true} {
		inBothDialects(t, func(t *testing.T, d webport.Dialect) {
			b := &webport.Broker{Dialect: d}
			bg := attach(t, b, webport.EndpointInfo{Extension: ext})
			if inbox {
				inboxOf(t, bg, func() {})
			}
			listen(t, bg)
			p := connect(t, attach(t, b, contentScript(1, 0)), webport.ConnectInfo{})
			post(t, p, 1)
			flushed := flushing(t, p)
			synctest.Wait()
			p.Close()
			bg.Close()
			if err := <-flushed; !errors.Is(err, webport.ErrDisconnected) {
				t.Errorf("with an inbox %t: Flush: %v", inbox, err)
			}
		})
	}
}

func TestFlushThatCannotSucceed(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		opener, receiver := joined(t, d)
		post(t, opener, 1)
		ctx, cancel := context.WithCancel(t.Context())
		flushed := make(chan error, 1)
		go func() { flushed <- opener.Flush(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-flushed; !errors.Is(err, context.Canceled) {
			t.Errorf("Flush with a context that is done: %v", err)
		}
		go func() { flushed <- opener.Flush(t.Context()) }()
		synctest.Wait()
		receiver.Close()
		if err := <-flushed; !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("Flush of what was lost: %v", err)
		}
		if err := opener.Flush(t.Context()); !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("Flush on a dead port: %v", err)
		}
	})
}
