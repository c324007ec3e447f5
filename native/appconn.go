package native

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/webport/webport"
)

// appConn carries an app's messages over its standard input and output: a webport.StreamConn.
type appConn struct {
	*stream
	broken chan struct{} // closed when a write failed: nobody reads any more
	over   chan struct{} // closed when the browser has ended it, or Close was called, with all that was posted written
	ended  sync.Once     // guards closing over
	gone   bool          // whether it was the browser; read after over

	close  sync.Once
	closed chan struct{} // closed by Close
}

func newAppConn(r io.Reader, w io.Writer) *appConn {
	c := &appConn{stream: newStream(r, maxToApp, w), broken: make(chan struct{}), over: make(chan struct{}), closed: make(chan struct{})}
	c.failed = func(err error) error {
		close(c.broken)
		return fmt.Errorf("write a message to the browser: %w", err)
	}
	if c.pipe == nil {
		c.r = &leavable{r, c.closed}
	}
	return c
}

// leavable is a stream whose Read is left behind when left is closed, for those that cannot be interrupted.
type leavable struct {
	r    io.Reader
	left <-chan struct{}
}

func (l *leavable) Read(b []byte) (int, error) {
	done := make(chan struct{})
	var read int
	var failed error
	go func() {
		defer close(done)
		read, failed = l.r.Read(b)
	}()
	select {
	case <-done:
		return read, failed
	case <-l.left:
		return 0, os.ErrClosed
	}
}

// ReadMessage implements webport.Conn.
func (c *appConn) ReadMessage() (json.RawMessage, error) {
	body, err := c.next()
	if err == nil && body != nil {
		err = checkBody(body)
	}
	if err == nil {
		return body, nil
	}
	c.end(!c.stopped.Load())
	if err == io.EOF {
		return nil, io.EOF
	}
	return nil, fmt.Errorf("the browser sent no message: %w", err)
}

func (c *appConn) end(gone bool) {
	c.ended.Do(func() {
		c.gone = gone
		close(c.over)
	})
}

// Close implements webport.Conn.
func (c *appConn) Close() error {
	c.close.Do(func() {
		c.stop()
		c.interrupt()
		c.end(false)
		close(c.closed)
	})
	return nil
}

// interrupt ends a Read that waits, where that can be done.
func (c *appConn) interrupt() {
	c.Interrupt()
	l, ok := c.r.(*leavable)
	if !ok {
		return
	}
	if file, _ := fileOf(l.r); file != nil {
		return // in blocking mode, it would not mind Close either
	}
	if closer, ok := l.r.(io.Closer); ok {
		closer.Close()
	}
}

// Closing implements webport.StreamConn: the browser ends what takes too long.
func (c *appConn) Closing() {}

// finish waits until what was posted on port, which is disconnected, is written, and returns the error of writing.
func (c *appConn) finish(port *webport.Port) error {
	port.Close()
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.err
}
