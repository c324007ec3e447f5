package conformance

import (
	"encoding/json"
	"io"
	"sync"
)

// echo is the connection to an app that answers every message with the message.
type echo struct {
	messages chan json.RawMessage
	closed   chan struct{}
	once     sync.Once
}

func newEcho() *echo {
	return &echo{messages: make(chan json.RawMessage), closed: make(chan struct{})}
}

// ReadMessage implements [webport.Conn].
func (e *echo) ReadMessage() (json.RawMessage, error) {
	select {
	case m := <-e.messages:
		return m, nil
	case <-e.closed:
		return nil, io.EOF
	}
}

// WriteMessage implements [webport.Conn].
func (e *echo) WriteMessage(m json.RawMessage) error {
	select {
	case e.messages <- append(json.RawMessage(nil), m...):
		return nil
	case <-e.closed:
		return io.ErrClosedPipe
	}
}

// Close implements [webport.Conn].
func (e *echo) Close() error {
	e.once.Do(func() { close(e.closed) })
	return nil
}
