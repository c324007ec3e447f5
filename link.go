package webport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"sync"
	"sync/atomic"
)

// link moves messages between far, the inner end of a channel, and a Conn. It
// has a goroutine for each direction. Where the conn is a StreamConn they only
// do what must not keep a caller of Receive or Post waiting.
type link struct {
	far     *Port
	readsOn bool // as PortInfo.ReadsOn
	opening context.Context
	cancel  context.CancelFunc // gives up on opening the conn
	failure chan error         // from a Receive whose ReadMessage failed to the reader
	ended   chan struct{}      // closed when both directions and the conn are done
	err     error              // of Conn.Close or of opening; read after ended

	// The following are guarded by far.channel.mu.
	stream  StreamConn      // nil until the conn is open, and if it is none
	reading bool            // somebody calls ReadMessage; true for ever where Receive may not
	watched context.Context // interrupts the stream when it is done; nil if none does, or one that has no ==
	unwatch func() bool
}

// newLink puts a link behind the channel of far; run has then to be called.
func newLink(far *Port, readsOn bool) *link {
	l := &link{far: far, readsOn: readsOn, failure: make(chan error, 1), ended: make(chan struct{}), reading: true}
	l.opening, l.cancel = context.WithCancel(context.Background())
	far.opener.link = l
	return l
}

func (l *link) run(open func(context.Context) (Conn, error)) {
	defer close(l.ended)
	defer l.cancel()
	conn, err := open(l.opening)
	if err != nil {
		l.refused(err)
		return
	}
	var closing atomic.Bool
	closed := make(chan struct{})
	closeConn := func() {
		if closing.CompareAndSwap(false, true) {
			l.err = conn.Close()
			close(closed)
		}
		<-closed // and not a sync.Once: in a synctest bubble no time passes while somebody waits for its mutex
	}
	var working sync.WaitGroup
	if stream, ok := conn.(StreamConn); ok {
		l.setStream(stream)
		defer l.setStream(nil)
		working.Go(func() { <-l.far.Done(); stream.Closing() })
	}
	ended := make(chan struct{})
	working.Go(func() {
		defer close(ended)
		if l.read(conn) {
			closeConn() // also ends a write that the other side will never take
		}
	})
	if !l.write(conn) {
		// Whatever made the write fail, the reader hears of it too and knows
		// better why; until then the other side may have more to say.
		select {
		case <-ended:
		case <-l.far.Done():
		}
	}
	closeConn()
	l.far.Disconnect(nil) // nothing that lingers can be posted any more
	working.Wait()
}

// refused ends the port because the conn could not be opened. Where the near end
// was closed before, with something to deliver, Port.Close says why it is lost.
func (l *link) refused(cause error) {
	c := l.far.channel
	c.mu.Lock()
	if l.far.state == disconnected && !l.far.queue.empty() {
		l.err = cause
	}
	c.mu.Unlock()
	l.far.Disconnect(cause)
}

func (l *link) setStream(s StreamConn) {
	l.far.channel.mu.Lock()
	defer l.far.channel.mu.Unlock()
	l.stream = s
	if s == nil {
		l.reading = true
		l.watch(context.Background())
	}
}

// write sends what the near end posts until either side is gone. It reports
// false if conn took no more.
func (l *link) write(conn Conn) bool {
	flush := func() error { return nil }
	if c, ok := conn.(StreamConn); ok {
		flush = c.Flush
	}
	for {
		m, err := l.far.take(context.Background(), false)
		if err != nil {
			return flush() == nil
		}
		if m != nil && conn.WriteMessage(m) != nil || !l.far.hasMore() && flush() != nil {
			return false
		}
		l.far.settle()
		if !l.far.channel.traced() {
			reuse(m)
		}
	}
}

// written has the memory of large messages that a link has written, and nobody
// has any more: with it one of 1 MiB costs a third less.
var written sync.Pool

const worthReuse = 32 << 10

func reuse(m json.RawMessage) {
	if cap(m) >= worthReuse {
		written.Put(&m)
	}
}

// cloneForWriting returns a copy of m that reuse may get.
func cloneForWriting(m json.RawMessage) json.RawMessage {
	if len(m) >= worthReuse {
		if old, _ := written.Get().(*json.RawMessage); old != nil && cap(*old) >= len(m) {
			return append((*old)[:0], m...)
		}
	}
	return bytes.Clone(m)
}

// tryWrite sends m in the goroutine of Post, if nothing is before it and it need
// not wait.
func (l *link) tryWrite(m json.RawMessage) bool {
	c := l.far.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	return l.stream != nil && l.far.queue.empty() && !l.far.unsettled && !c.traced() &&
		l.far.opener.postable() == nil && l.stream.TryWrite(m)
}

// read posts what conn gives to the near end until either side is gone. It
// reports whether it was conn that ended the port.
func (l *link) read(conn Conn) bool {
	for {
		m, err := conn.ReadMessage()
		switch {
		case errors.Is(err, ErrSkipped):
			l.skipped()
			continue
		case err != nil:
			return l.readEnded(err)
		case m == nil && isDone(l.far):
			return false
		case m == nil:
			continue // interrupted for nothing
		}
		released, err := l.deliver(m)
		if err != nil {
			return false
		}
		if !released {
			continue
		}
		if goOn, ended := l.standBy(); !goOn {
			return ended
		}
	}
}

// skipped tells an inbox of a message that the conn has left out.
func (l *link) skipped() {
	l.far.channel.mu.Lock()
	defer l.far.channel.mu.Unlock()
	near := l.far.opener
	if near.state == open && near.endpoint != nil && near.endpoint.inbox != nil {
		near.endpoint.inbox.push(Event{Kind: EventSkipped, Port: near})
	}
}

// deliver posts m to the near end. If a Receive waits there it reports that it
// leaves the reading to that from now on.
func (l *link) deliver(m json.RawMessage) (released bool, err error) {
	c := l.far.channel
	for {
		c.mu.Lock()
		near, err := c.queue(l.far, m)
		waiting := near.waiter()
		if waiting != nil && l.stream != nil && l.stream.Untended() != nil {
			l.reading = false
		}
		released = !l.reading
		c.mu.Unlock()
		if waiting != nil {
			wake(waiting)
		}
		if err == nil {
			return released, nil
		}
		// The near end is behind: read no further, which holds the other
		// side back too, until it has caught up or is gone.
		if !errors.Is(err, ErrBacklog) || l.far.Flush(context.Background()) != nil {
			return false, err
		}
	}
}

// standBy waits, while Receive reads, until nobody does. If reading is over it
// reports whether it was the conn that ended the port.
func (l *link) standBy() (goOn, ended bool) {
	for {
		select {
		case <-l.stream.Untended():
			if l.beginReading() {
				return true, false
			}
		case err := <-l.failure:
			return false, l.readEnded(err)
		case <-l.far.Done():
			return false, false
		}
	}
}

func (l *link) beginReading() bool {
	c := l.far.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	began := !l.reading
	l.reading = true
	return began
}

// streams reports whether the conn is a StreamConn, which may keep messages back.
// The channel is locked.
func (l *link) streams() bool { return l != nil && l.stream != nil }

// receivable reports whether Receive may read. The channel is locked.
func (l *link) receivable() bool { return l != nil && !l.reading }

// receive reads a message for a Receive on the near end. It returns nil and no
// error if the caller should look again. The channel is locked, except while
// this reads.
func (l *link) receive(ctx context.Context) (json.RawMessage, error) {
	c, near, stream := l.far.channel, l.far.opener, l.stream
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.reading = true
	l.watch(ctx)
	c.mu.Unlock()
	m, err := stream.ReadMessage()
	c.mu.Lock()
	if err != nil && !errors.Is(err, ErrSkipped) {
		l.failure <- err // and nobody reads again
		return nil, nil
	}
	l.reading = false
	if m != nil && near.state == open {
		c.trace(TraceMessage, l.far, m, nil)
		near.wake() // another Receive may read on
		return m, nil
	}
	return nil, nil
}

// watch has the stream interrupted when ctx is done. One Receive after the other
// mostly comes with the same, and so it is kept. The channel is locked.
func (l *link) watch(ctx context.Context) {
	if ctx == l.watched || ctx.Done() == nil && l.unwatch == nil {
		return
	}
	if l.unwatch != nil {
		l.unwatch()
		l.watched, l.unwatch = nil, nil
	}
	if ctx.Done() == nil {
		return
	}
	l.unwatch = context.AfterFunc(ctx, l.stream.Interrupt)
	if reflect.ValueOf(ctx).Comparable() {
		l.watched = ctx
	}
}

// readEnded tells the near end that the conn gives nothing more, and reports
// whether that ended the port: an other side that reads on still gets what is
// posted.
func (l *link) readEnded(cause error) bool {
	if errors.Is(cause, io.EOF) {
		cause = nil
	}
	if l.readsOn {
		l.far.hangUp(cause)
		return false
	}
	return l.far.channel.close(l.far, cause, true)
}

func isDone(p *Port) bool {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	return p.state != open
}
