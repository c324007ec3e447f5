package webport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/webport/webport"
)

// unruly is a StreamConn in memory that does, at random, all that one may do.
type unruly struct {
	untended chan struct{}

	mu          sync.Mutex // guards following
	changed     *sync.Cond
	in          []string // what the other side sends; "" is no message
	ended       bool     // the other side sends no more
	interrupted bool
	closed      bool
	reads       int
	reading     int
	kept, sent  []string
}

func newUnruly() *unruly {
	u := &unruly{untended: make(chan struct{}, 1)}
	u.changed = sync.NewCond(&u.mu)
	return u
}

func (u *unruly) change(f func()) {
	u.mu.Lock()
	f()
	u.mu.Unlock()
	u.changed.Broadcast()
}

func (u *unruly) ReadMessage() (json.RawMessage, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.reading++; u.reading > 1 {
		panic("two calls of ReadMessage at the same time")
	}
	u.reads++
	defer func() {
		u.reading--
		last := u.reads
		time.AfterFunc(time.Millisecond, func() { u.tick(last) })
	}()
	for !u.closed && !u.interrupted && len(u.in) == 0 && !u.ended {
		u.changed.Wait()
	}
	switch {
	case u.closed:
		return nil, errors.New("closed")
	case u.interrupted:
		u.interrupted = false
		return nil, nil
	case len(u.in) == 0:
		return nil, io.EOF
	}
	m := u.in[0]
	if u.in = u.in[1:]; m == "" {
		return nil, webport.ErrSkipped
	}
	return json.RawMessage(m), nil
}

// tick says that nobody has read since the last call of ReadMessage returned.
func (u *unruly) tick(last int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.reads == last && !u.closed {
		select {
		case u.untended <- struct{}{}:
		default:
		}
	}
}

func (u *unruly) WriteMessage(m json.RawMessage) error {
	pauseSometimes()
	u.change(func() { u.kept = append(u.kept, string(m)) })
	return nil
}

func (u *unruly) TryWrite(m json.RawMessage) bool {
	return rand.IntN(3) > 0 && u.WriteMessage(m) == nil
}

func (u *unruly) Flush() error {
	pauseSometimes()
	u.change(func() { u.sent, u.kept = append(u.sent, u.kept...), nil })
	return nil
}

func (u *unruly) Interrupt()                { u.change(func() { u.interrupted = true }) }
func (u *unruly) Untended() <-chan struct{} { return u.untended }
func (u *unruly) Closing()                  {}
func (u *unruly) Close() error              { u.change(func() { u.closed = true }); return nil }

func pauseSometimes() {
	switch rand.IntN(100) {
	case 0:
		time.Sleep(2 * time.Millisecond) // long enough for the port to read by itself
	case 1, 2, 3, 4, 5:
		time.Sleep(time.Duration(rand.IntN(100)) * time.Microsecond)
	}
}

// TestEverythingAtOnceOverAStream has several receive, with contexts that end,
// while others post and flush, and holds that nothing is lost and all in order.
func TestEverythingAtOnceOverAStream(t *testing.T) {
	const messages = 100
	for round := range 60 {
		u := newUnruly()
		p := webport.NewPort(u, webport.PortInfo{MaxQueue: []int{0, 1, 10, 100}[round%4], ReadsOn: true})
		var working sync.WaitGroup
		working.Go(func() {
			for i := range messages {
				pauseSometimes()
				u.change(func() { u.in = append(u.in, strconv.Itoa(i)) })
				if rand.IntN(20) == 0 {
					u.change(func() { u.in = append(u.in, "") })
				}
			}
			u.change(func() { u.ended = true })
		})
		var got sync.Map
		for range 1 + round%3 {
			working.Go(func() { receiveAll(t, p, &got) })
		}
		working.Go(func() {
			for i := range messages {
				pauseSometimes()
				for p.Post(i) != nil && p.Flush(context.Background()) == nil {
				}
				if rand.IntN(20) > 0 || p.Flush(context.Background()) != nil {
					continue
				}
				u.change(func() {
					if len(u.sent) != i+1 {
						t.Errorf("flushed %d messages, and %d are sent", i+1, len(u.sent))
					}
				})
			}
		})
		working.Wait()
		p.Close()
		for i := range messages {
			if _, ok := got.Load(i); !ok {
				t.Errorf("message %d was not received", i)
			}
			if i >= len(u.sent) || u.sent[i] != strconv.Itoa(i) {
				t.Fatalf("sent %q", u.sent)
			}
		}
	}
}

// receiveAll receives until the end and holds that each message is there once, in order.
func receiveAll(t *testing.T, p *webport.Port, got *sync.Map) {
	last := -1
	for {
		ctx, cancel := context.Background(), func() {}
		if rand.IntN(2) == 0 {
			ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(300))*time.Microsecond)
		}
		m, err := p.Receive(ctx)
		cancel()
		pauseSometimes()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			continue
		case err != nil:
			if err != io.EOF {
				t.Errorf("receive: %v", err)
			}
			return
		}
		i, err := strconv.Atoi(string(m))
		if _, twice := got.LoadOrStore(i, true); err != nil || twice || i <= last {
			t.Errorf("received %q after %d", m, last)
		}
		last = i
	}
}
