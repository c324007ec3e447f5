package native

import (
	"encoding/json"
	"fmt"
	"io"
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

	close         sync.Once
	closed        chan struct{} // closed by Close
	interruptible bool          // whether Close could end a Read; read after closed
}

func newAppConn(r io.Reader, w io.Writer) *appConn {
	c := &appConn{stream: newStream(r, maxToApp, w), broken: make(chan struct{}), over: make(chan struct{}), closed: make(chan struct{})}
	c.failed = func(err error) error {
		close(c.broken)
		return fmt.Errorf("write a message to the browser: %w", err)
	}
	return c
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

// Close implements webport.Conn: it makes ReadMessage return, where that can be done.
func (c *appConn) Close() error {
	c.close.Do(func() {
		c.stop()
		c.interruptible = c.interrupt()
		c.end(false)
		close(c.closed)
	})
	return nil
}

// interrupt ends a Read that waits, and reports whether it can.
func (c *appConn) interrupt() bool {
	if c.pipe != nil {
		c.Interrupt()
		return true
	}
	if file, _ := fileOf(c.r); file != nil {
		return false // a blocking one would not mind Close either
	}
	closer, ok := c.r.(io.Closer)
	return ok && closer.Close() == nil
}

// Closing implements webport.StreamConn: the browser ends what takes too long.
func (c *appConn) Closing() {}

// finish waits until what was posted on port, which is disconnected, is written, and returns the error of writing.
func (c *appConn) finish(port *webport.Port) error {
	<-c.closed
	if c.interruptible {
		port.Close()
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.err
}
