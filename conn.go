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
	var reading sync.WaitGroup
	reading.Go(func() { l.read(conn) })
	if err := l.write(conn); err != nil {
		// Whatever made the write fail, the reader hears of it too and
		// knows better why: an app that exits breaks both pipes at once.
		l.writeFailed(conn, &reading)
	}
	l.err = closeConn()
	reading.Wait()
}

// write sends what the near end posts until it disconnects.
func (l *link) write(conn Conn) error {
	for {
		m, err := l.far.take(context.Background(), false)
		if err != nil {
			return nil
		}
		if err := conn.WriteMessage(m); err != nil {
			return err
		}
		l.far.settle()
	}
}

// writeFailed lets what the other side sent before it went be received: the
// reader ends the port. A near end that closes ends the wait.
func (l *link) writeFailed(conn Conn, reading *sync.WaitGroup) {
	ended := make(chan struct{})
	go func() { reading.Wait(); close(ended) }()
	for {
		select {
		case <-ended:
			return
		case <-l.far.Done():
			conn.Close()
			<-ended
			return
		}
	}
}

// read posts what conn gives to the near end until conn ends.
func (l *link) read(conn Conn) {
	for {
		m, err := conn.ReadMessage()
		if errors.Is(err, io.EOF) {
			err = nil
			l.far.Disconnect(nil)
			return
		}
		if err != nil {
			l.far.Disconnect(err)
			return
		}
		for err := l.far.post(m); err != nil; err = l.far.post(m) {
			// The near end is behind: read no further, which holds the other
			// side back too, until it has caught up or is gone.
			if !errors.Is(err, ErrBacklog) || l.far.Flush(context.Background()) != nil {
				return
			}
		}
	}
}
