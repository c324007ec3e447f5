package webport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/webport/webport"
)

// duplex is a StreamConn in memory, whose other side is the test.
type duplex struct {
	in        chan json.RawMessage // closed: the other side has ended
	interrupt chan struct{}
	untended  chan struct{}
	closed    chan struct{}

	mu       sync.Mutex // guards following
	busy     bool       // TryWrite refuses
	kept     []string   // written and not flushed
	sent     []string
	tries    int // of sent, those that TryWrite took
	reading  int
	mostRead int // at the same time
}

func newDuplex() *duplex {
	return &duplex{
		in: make(chan json.RawMessage, 10), interrupt: make(chan struct{}, 1), untended: make(chan struct{}, 1), closed: make(chan struct{}),
	}
}

func (d *duplex) ReadMessage() (json.RawMessage, error) {
	d.mu.Lock()
	d.reading++
	d.mostRead = max(d.mostRead, d.reading)
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.reading--
	}()
	select {
	case m, ok := <-d.in:
		if !ok {
			return nil, io.EOF
		}
		return m, nil
	case <-d.interrupt:
		return nil, nil
	case <-d.closed:
		return nil, errors.New("closed")
	}
}

func (d *duplex) WriteMessage(m json.RawMessage) error { return d.write(m, false) }

func (d *duplex) TryWrite(m json.RawMessage) bool { return d.write(m, true) == nil }

func (d *duplex) write(m json.RawMessage, try bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if try && d.busy {
		return errors.New("busy")
	}
	if try {
		d.tries++
	}
	d.kept = append(d.kept, string(m))
	return nil
}

func (d *duplex) Flush() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent = append(d.sent, d.kept...)
	d.kept = nil
	return nil
}

func (d *duplex) Interrupt() {
	select {
	case d.interrupt <- struct{}{}:
	default:
	}
}

func (d *duplex) Untended() <-chan struct{} { return d.untended }
func (d *duplex) Closing()                  {}
func (d *duplex) Close() error              { close(d.closed); return nil }

// inConversation returns a port whose Receive reads by itself: it has waited for a message before.
func inConversation(t *testing.T) (*duplex, *webport.Port) {
	t.Helper()
	d := newDuplex()
	p := webport.NewPort(d, webport.PortInfo{})
	t.Cleanup(func() { p.Close() })
	received := make(chan string, 1)
	go func() {
		m, err := p.Receive(t.Context())
		received <- string(m) + errorText(err)
	}()
	synctest.Wait()
	d.in <- json.RawMessage(`"hello"`)
	if got := <-received; got != `"hello"` {
		t.Fatal("received", got)
	}
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.reading != 0 {
		t.Fatal("the port reads on, although somebody receives")
	}
	return d, p
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestReceiveReadsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		for i := range 3 {
			d.in <- json.RawMessage(strconv.Itoa(i))
		}
		for i := range 3 {
			if m, err := p.Receive(t.Context()); string(m) != strconv.Itoa(i) || err != nil {
				t.Errorf("received %s, %v, want %d", m, err, i)
			}
		}
		close(d.in)
		wantRest(t, p, io.EOF)
		wantDone(t, p, nil)
	})
}

func TestReceiveThatGivesUpLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error)
		go func() {
			_, err := p.Receive(ctx)
			gaveUp <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-gaveUp; err != context.Canceled {
			t.Errorf("got %v", err)
		}
		d.in <- json.RawMessage(`1`)
		if m, err := p.Receive(t.Context()); string(m) != "1" || err != nil {
			t.Errorf("received %s, %v", m, err)
		}
	})
}

// values is a context of a type that has no ==.
type values struct {
	context.Context
	_ []string
}

func TestReceiveTakesAnyContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		parent, cancel := context.WithCancel(t.Context())
		for _, ctx := range []context.Context{values{Context: parent}, struct{ context.Context }{values{Context: parent}}} {
			for range 2 {
				d.in <- json.RawMessage(`1`)
				if m, err := p.Receive(ctx); string(m) != "1" || err != nil {
					t.Errorf("received %s, %v", m, err)
				}
			}
		}
		gaveUp := make(chan error)
		go func() {
			_, err := p.Receive(values{Context: parent})
			gaveUp <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-gaveUp; err != context.Canceled {
			t.Errorf("got %v", err)
		}
	})
}

func TestSeveralReceiveFromAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		var mu sync.Mutex
		var got []string
		var receiving sync.WaitGroup
		for range 4 {
			receiving.Go(func() {
				for m := range p.Messages() {
					mu.Lock()
					got = append(got, string(m))
					mu.Unlock()
				}
			})
		}
		for i := range 8 {
			d.in <- json.RawMessage(strconv.Itoa(i))
			synctest.Wait()
		}
		close(d.in)
		receiving.Wait()
		if slices.Sort(got); !slices.Equal(got, []string{"0", "1", "2", "3", "4", "5", "6", "7"}) {
			t.Errorf("received %q", got)
		}
		if d.mostRead != 1 {
			t.Errorf("%d calls of ReadMessage at the same time", d.mostRead)
		}
	})
}

func TestClosingEndsAReceiveThatReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := inConversation(t)
		ended := make(chan error)
		go func() {
			_, err := p.Receive(context.Background())
			ended <- err
		}()
		synctest.Wait()
		p.Disconnect(nil)
		if err := <-ended; err != webport.ErrDisconnected {
			t.Errorf("got %v", err)
		}
	})
}

// TestAConnThatClosesIsNotInterrupted has the context of the last Receive end
// while the conn says goodbye: it may read what the other side still sends.
func TestAConnThatClosesIsNotInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &lingering{newDuplex(), make(chan struct{})}
		p := webport.NewPort(d, webport.PortInfo{})
		ctx, cancel := context.WithCancel(t.Context())
		for range 2 {
			time.AfterFunc(time.Second, func() { d.in <- json.RawMessage(`1`) })
			if _, err := p.Receive(ctx); err != nil {
				t.Fatal(err)
			}
		}
		p.Disconnect(nil)
		synctest.Wait()
		select {
		case <-d.interrupt: // of a Receive that may have been reading
		default:
		}
		cancel()
		synctest.Wait()
		if len(d.interrupt) != 0 {
			t.Error("interrupted")
		}
		close(d.gone)
		p.Close()
	})
}

// lingering is a duplex whose Close waits.
type lingering struct {
	*duplex
	gone chan struct{}
}

func (l *lingering) Close() error {
	<-l.gone
	return l.duplex.Close()
}

func TestTheEndIsNoticedWhileNobodyReceives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		d.in <- json.RawMessage(`1`)
		close(d.in)
		d.untended <- struct{}{}
		<-p.Done()
		wantRest(t, p, io.EOF, "1")
	})
}

func TestReceiveReadsAgainAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		d.untended <- struct{}{} // the port reads
		synctest.Wait()
		received := make(chan string)
		go func() {
			for range 2 {
				m, err := p.Receive(t.Context())
				received <- string(m) + errorText(err)
			}
		}()
		for _, m := range []string{"1", "2"} {
			synctest.Wait()
			d.in <- json.RawMessage(m)
			if got := <-received; got != m {
				t.Errorf("received %s, want %s", got, m)
			}
		}
		synctest.Wait()
		if d.reading != 0 {
			t.Error("the port reads on, although somebody receives")
		}
	})
}

func TestPostWritesByItselfInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		var want []string
		for i := range 9 {
			d.mu.Lock()
			d.busy = i%3 == 1
			d.mu.Unlock()
			post(t, p, i)
			want = append(want, strconv.Itoa(i))
			if i%2 == 0 {
				synctest.Wait()
			}
		}
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if !slices.Equal(d.sent, want) {
			t.Errorf("sent %q", d.sent)
		}
		if d.tries == 0 || d.tries == len(want) {
			t.Errorf("Post has written %d of %d messages by itself, want some", d.tries, len(want))
		}
	})
}

func TestFlushSendsWhatAStreamKeepsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := inConversation(t)
		post(t, p, 1)
		if len(d.sent) != 0 {
			t.Fatal("nothing is kept back: the test is about nothing")
		}
		if err := p.Flush(t.Context()); err != nil || !slices.Equal(d.sent, []string{"1"}) {
			t.Errorf("flush: %v, sent %q", err, d.sent)
		}
		post(t, p, 2)
		p.Close()
		if !slices.Equal(d.sent, []string{"1", "2"}) {
			t.Errorf("sent %q before the close", d.sent)
		}
	})
}

func TestAReceiverThatKeepsUpWithABoundedQueueMissesNothing(t *testing.T) {
	const n = 20_000
	d := newDuplex()
	p := webport.NewPort(d, webport.PortInfo{MaxQueue: 1})
	defer p.Close()
	go func() {
		for i := range n {
			d.in <- json.RawMessage(strconv.Itoa(i))
		}
	}()
	for i := range n {
		m, err := p.Receive(t.Context())
		if err != nil || string(m) != strconv.Itoa(i) {
			t.Fatalf("message %d: got %q, %v", i, m, err)
		}
		if i%2 == 0 {
			select {
			case d.untended <- struct{}{}:
			default:
			}
		}
	}
}
