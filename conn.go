package webport

import (
	"context"
	"encoding/json"
)

// Conn carries the messages of one port to and from another place: a native
// app, another process, another broker. It is the seam between this package,
// which does no I/O, and everything that does.
//
// ReadMessage and WriteMessage are each called by one goroutine at a time, the
// two at the same time. A Conn may be a [StreamConn] too.
type Conn interface {
	// ReadMessage waits for the next message and returns it: exactly one JSON
	// value, which the implementer has checked, with [CheckMessage] where it is
	// not known, and does not touch again. It returns io.EOF when the other side
	// ended well, and otherwise the error that becomes Port.Err, unless that
	// wraps ErrSkipped, after which more may come. It must return soon once Close
	// was called.
	ReadMessage() (json.RawMessage, error)

	// WriteMessage sends m, which it must neither change nor keep, and which
	// is empty only where Port.Post takes that. It may block for as long as
	// the other side does not read, until Close. After an error it is not
	// called again.
	WriteMessage(m json.RawMessage) error

	// Close says goodbye to the other side, waits until it is gone, and frees
	// everything. What WriteMessage took is delivered first. Only the first
	// call counts; it may come at any time, from any goroutine.
	Close() error
}

// StreamConn is a Conn over two streams of bytes, such as the pipes of a native
// app. Its WriteMessage may keep a copy of a message back until Flush. A port
// uses it without goroutines in between where it can: Receive reads and Post
// writes, which is several times faster than to wake one who does.
//
// Methods other than ReadMessage and WriteMessage may come at any time, from any
// goroutine, and none but Flush, Closing and Close may block.
type StreamConn interface {
	Conn

	// Interrupt makes the ReadMessage that waits, or if none does the next
	// one, return nil and no error. Nothing is lost by it.
	Interrupt()

	// Untended returns a channel that holds a token when for some milliseconds
	// after a ReadMessage has returned there was no other: whoever received is
	// busy, and the port reads on by itself, to notice the end in time. It
	// returns nil, always, if ReadMessage cannot be interrupted: then the port
	// reads by itself from the beginning.
	Untended() <-chan struct{}

	// TryWrite is WriteMessage for a message that can be sent, or kept back
	// for some milliseconds, without waiting. It returns false, and has done
	// nothing, if it cannot, or after an error, which WriteMessage returns.
	TryWrite(m json.RawMessage) bool

	// Flush sends what was kept back.
	Flush() error

	// Closing is called once the port is disconnected, by either end, while
	// messages may still be on their way through WriteMessage: the time to see
	// to it that this does not take for ever. It may block until Close.
	Closing()
}

// PortInfo describes a port whose other end is behind a [Conn].
type PortInfo struct {
	Name       string
	Sender     *Sender // nil on an opener's port
	Dialect    Dialect
	MaxMessage int // largest message Post takes, in bytes; 0: the dialect's limit, -1: none
	MaxQueue   int // as Broker.MaxQueue

	// ReadsOn says that the other side may still read when ReadMessage has
	// returned an error, and so will send nothing more. The port is
	// disconnected then, and what was posted is written all the same, and so
	// is what is posted until Port.Close, with Port.Flush as before: the
	// answers of a native app to what it was sent last.
	ReadsOn bool
}

// NewPort returns an open port whose other end is behind conn, and starts
// moving messages both ways. Port.Close closes conn after everything posted is
// written, and returns conn's error. When conn ends, the messages it gave are
// received first, then Port.Err is its error.
func NewPort(conn Conn, info PortInfo) *Port {
	p, far := newConnPair(info)
	go newLink(far, info.ReadsOn).run(func(context.Context) (Conn, error) { return conn, nil })
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
