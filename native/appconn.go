package native

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/webport/webport"
)

// appConn carries an app's messages over its standard input and output.
type appConn struct {
	in     frameReader
	broken chan struct{} // closed when a write failed: nobody reads any more

	close         sync.Once
	closed        chan struct{} // closed by Close
	interruptible bool          // whether Close could end a Read; read after closed

	writing sync.Mutex // guards following
	out     frameWriter
	err     error // of the first write that failed
}

func newAppConn(r io.Reader, w io.Writer) *appConn {
	return &appConn{
		in:     frameReader{r: r, limit: maxToApp},
		out:    frameWriter{w: w},
		broken: make(chan struct{}),
		closed: make(chan struct{}),
	}
}

// ReadMessage implements webport.Conn.
func (c *appConn) ReadMessage() (json.RawMessage, error) {
	body, err := c.in.next()
	if err == io.EOF {
		return nil, io.EOF
	}
	if err == nil {
		err = checkBody(body)
	}
	if err != nil {
		return nil, fmt.Errorf("the browser sent no message: %w", err)
	}
	return body, nil
}

// WriteMessage implements webport.Conn.
func (c *appConn) WriteMessage(m json.RawMessage) error {
	return errors.Join(c.BufferMessage(m), c.Flush())
}

// BufferMessage is WriteMessage for a message that may wait for the next Flush.
func (c *appConn) BufferMessage(m json.RawMessage) error {
	return c.write(func() error { return c.out.add(m) })
}

// Flush writes what BufferMessage has kept back.
func (c *appConn) Flush() error { return c.write(c.out.flush) }

func (c *appConn) write(write func() error) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.err != nil {
		return c.err
	}
	if err := write(); err != nil {
		c.err = fmt.Errorf("write a message to the browser: %w", err)
		close(c.broken)
	}
	return c.err
}

// Close implements webport.Conn: it makes ReadMessage return, where that can be done.
func (c *appConn) Close() error {
	c.close.Do(func() {
		c.interruptible = c.interrupt()
		close(c.closed)
	})
	return nil
}

// interrupt ends a Read that waits, and reports whether it can.
func (c *appConn) interrupt() bool {
	switch r := c.in.r.(type) {
	case *os.File: // a blocking one, as standard input mostly is, has no deadlines and would not mind Close either
		return r.SetReadDeadline(time.Unix(1, 0)) == nil
	case io.Closer:
		return r.Close() == nil
	}
	return false
}

// ReadsOn tells webport.Port that the browser may still read when it, or whoever plays it, has ended standard input.
func (c *appConn) ReadsOn() bool { return true }

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
