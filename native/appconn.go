package native

import (
	"context"
	"encoding/json"
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
	ready  chan struct{} // closed when port is set
	port   *webport.Port
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
		ready:  make(chan struct{}),
		broken: make(chan struct{}),
		closed: make(chan struct{}),
	}
}

// ReadMessage implements webport.Conn.
func (c *appConn) ReadMessage() (json.RawMessage, error) {
	body, err := c.in.next()
	if err == io.EOF {
		c.settle()
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

// settle waits until what was posted so far is written: a port drops it when it learns of the end.
func (c *appConn) settle() {
	<-c.ready
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-c.broken:
			cancel()
		case <-stop:
		}
	})
	c.port.Flush(ctx)
	close(stop)
	watch.Wait()
}

// WriteMessage implements webport.Conn.
func (c *appConn) WriteMessage(m json.RawMessage) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.err != nil {
		return c.err
	}
	err := c.out.add(m)
	if err == nil {
		err = c.out.flush()
	}
	if err != nil {
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
