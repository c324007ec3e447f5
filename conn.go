package webport

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// Conn carries the messages of one port to and from another place: a native
// app, another process, another broker. It is the seam between this package,
// which does no I/O, and everything that does.
//
// ReadMessage and WriteMessage are each called by one goroutine at a time, the
// two at the same time.
//
// A Conn may have a method Closing() too. It is called once the port is
// disconnected, by either end, while messages may still be on their way through
// WriteMessage: the time to see to it that this does not take for ever.
//
// A Conn may have the methods BufferMessage and Flush() error too, which are then
// called in place of WriteMessage: BufferMessage as that, but it may keep a copy
// back, and Flush, which sends what was kept back, when nothing more is queued.
//
// A Conn may have a method ReadsOn() bool as well. It is called when ReadMessage
// has returned an error; true says that the other side, which will send nothing
// more, still reads. The port is disconnected, and what was posted is written
// all the same, and so is what is posted until Port.Close: the answers of a
// native app to what it was sent last.
type Conn interface {
	// ReadMessage waits for the next message and returns it: exactly one JSON
	// value, which the implementer has checked and does not touch again.
	// It returns io.EOF when the other side ended well, and otherwise the
	// error that becomes Port.Err. It must return soon once Close was called.
	ReadMessage() (json.RawMessage, error)

	// WriteMessage sends m, which it must neither change nor keep. It may
	// block for as long as the other side does not read, until Close. After
	// an error it is not called again.
	WriteMessage(m json.RawMessage) error

	// Close says goodbye to the other side, waits until it is gone, and frees
	// everything. What WriteMessage took is delivered first. Only the first
	// call counts; it may come at any time, from any goroutine.
	Close() error
}

// PortInfo describes a port whose other end is behind a [Conn].
type PortInfo struct {
	Name       string
	Sender     *Sender // nil on an opener's port
	Dialect    Dialect
	MaxMessage int // largest message Post takes, in bytes; 0: the dialect's limit, -1: none
	MaxQueue   int // as Broker.MaxQueue
}

// NewPort returns an open port whose other end is behind conn, and starts
// moving messages both ways. Port.Close closes conn after everything posted is
// written, and returns conn's error. When conn ends, the messages it gave are
// received first, then Port.Err is its error.
func NewPort(conn Conn, info PortInfo) *Port {
	p, far := newConnPair(info)
	p.link = newLink(func(context.Context) (Conn, error) { return conn, nil }, far)
	return p
}

func newConnPair(info PortInfo) (near, far *Port) {
	c := newPair(nil, info.Dialect, info.Name)
	c.maxQueue = queueBound(info.MaxQueue)
	switch {
	case info.MaxMessage > 0:
		c.maxMessage = info.MaxMessage
	case info.MaxMessage < 0:
		c.maxMessage = 0
	}
	c.near.sender = info.Sender
	c.receivers = append(c.receivers, &c.far)
	return &c.near, &c.far
}

// link moves messages between far, the inner end of a channel, and a Conn.
type link struct {
	far    *Port
	cancel context.CancelFunc // gives up on opening the conn
	ended  chan struct{}      // closed when both directions and the conn are done
	err    error              // of Conn.Close or of opening; read after ended
}

func newLink(open func(context.Context) (Conn, error), far *Port) *link {
	ctx, cancel := context.WithCancel(context.Background())
	l := &link{far: far, cancel: cancel, ended: make(chan struct{})}
	go l.run(ctx, open)
	return l
}

func (l *link) run(ctx context.Context, open func(context.Context) (Conn, error)) {
	defer close(l.ended)
	defer l.cancel()
	conn, err := open(ctx)
	if err != nil {
		l.far.Disconnect(err)
		return
	}
	closeConn := sync.OnceValue(conn.Close)
	var working sync.WaitGroup
	if c, ok := conn.(interface{ Closing() }); ok {
		working.Go(func() { <-l.far.Done(); c.Closing() })
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
	l.err = closeConn()
	l.far.Disconnect(nil) // nothing that lingers can be posted any more
	working.Wait()
}

// write sends what the near end posts until either side is gone. It reports
// false if conn took no more.
func (l *link) write(conn Conn) bool {
	send, flush := conn.WriteMessage, func() error { return nil }
	if c, ok := conn.(buffered); ok {
		send, flush = c.BufferMessage, c.Flush
	}
	for {
		m, err := l.far.take(context.Background(), false)
		if err != nil {
			return true
		}
		if send(m) != nil || !l.far.hasMore() && flush() != nil {
			return false
		}
		l.far.settle()
	}
}

// buffered is a Conn that sends several messages at once.
type buffered interface {
	BufferMessage(m json.RawMessage) error
	Flush() error
}

// read posts what conn gives to the near end until either side is gone. It
// reports whether it was conn that ended the port.
func (l *link) read(conn Conn) bool {
	for {
		m, err := conn.ReadMessage()
		if err != nil {
			return l.readEnded(conn, err)
		}
		for err := l.far.post(m); err != nil; err = l.far.post(m) {
			// The near end is behind: read no further, which holds the other
			// side back too, until it has caught up or is gone.
			if !errors.Is(err, ErrBacklog) || l.far.Flush(context.Background()) != nil {
				return false
			}
		}
	}
}

// readEnded tells the near end that conn gives nothing more, and reports whether
// that ended the port: an other side that reads on still gets what is posted.
func (l *link) readEnded(conn Conn, cause error) bool {
	if errors.Is(cause, io.EOF) {
		cause = nil
	}
	if c, ok := conn.(interface{ ReadsOn() bool }); ok && c.ReadsOn() {
		l.far.hangUp(cause)
		return false
	}
	return l.far.channel.close(l.far, cause, true)
}
