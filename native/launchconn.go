package native

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/webport/webport"
)

// exitGrace is how long the end of an app's output waits for the exit that mostly comes with it, to say how it was.
const exitGrace = 100 * time.Millisecond

// launchConn carries the messages of a port to and from an app that was started for it.
type launchConn struct {
	launcher *Launcher
	name     string
	process  *process
	errors   *stderr

	closing chan struct{} // closed when Close begins
	close   func() error

	*stream
	torn bool // Close came before the app had taken a message; guarded by writing

	receiving sync.Mutex // held by who reads the app's output
}

func newLaunchConn(l *Launcher, name string, p *process) *launchConn {
	c := &launchConn{
		launcher: l, name: name, process: p,
		errors:  readStderr(p.stderr, l.stderrOf(name)),
		stream:  newStream(p.stdout, maxFromApp, p.stdin),
		closing: make(chan struct{}),
	}
	c.failed = func(err error) error {
		c.torn = isClosed(c.closing)
		return fmt.Errorf("write to native app %q: %w", name, err)
	}
	c.close = sync.OnceValue(c.end)
	return c
}

// ReadMessage implements webport.Conn. What browsers do with a message that is no JSON is the dialect's.
func (c *launchConn) ReadMessage() (json.RawMessage, error) {
	c.receiving.Lock()
	defer c.receiving.Unlock()
	body, err := c.next()
	if err != nil {
		return nil, c.ended(err)
	}
	if body == nil {
		return nil, nil
	}
	if err = checkBody(body); err != nil {
		body = mend(body, c.launcher.Dialect)
		err = checkBody(body)
	}
	if err == nil {
		return body, nil
	}
	err = fmt.Errorf("%w: %q sent %w", webport.ErrNativeProtocol, c.name, err)
	if c.launcher.Dialect == webport.Chromium {
		c.skipped(err)
		err = fmt.Errorf("%w: %w", webport.ErrSkipped, err)
	}
	return nil, err
}

// mend does what browsers do before they parse: bytes that are not UTF-8 become U+FFFD, one for each that begins no
// character and one for each character that is cut off, and Firefox takes a byte order mark.
func mend(body []byte, d webport.Dialect) []byte {
	if d == webport.Firefox {
		body = bytes.TrimPrefix(body, []byte("\ufeff"))
	}
	if utf8.Valid(body) {
		return body
	}
	mended := make([]byte, 0, len(body)+utf8.UTFMax)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		for r == utf8.RuneError && size < len(body) && !utf8.FullRune(body[:size+1]) {
			size++ // so far this could have become a character
		}
		mended = utf8.AppendRune(mended, r)
		body = body[size:]
	}
	return mended
}

func (c *launchConn) skipped(err error) {
	if c.launcher.Skipped != nil {
		c.launcher.Skipped(c.name, err)
		return
	}
	fmt.Fprintf(os.Stderr, "%v: message skipped, as Chromium does\n", err)
}

// ended turns the end of the app's output, and whatever went wrong with it, into the error of the port.
func (c *launchConn) ended(err error) error {
	cut := errors.Is(err, errCut)
	switch {
	case isClosed(c.closing):
		return fmt.Errorf("native app %q: %w", c.name, os.ErrClosed)
	case err != io.EOF && !cut:
		return fmt.Errorf("%w: output of %q: %w", webport.ErrNativeProtocol, c.name, err)
	}
	text := "it closed its standard output"
	if c.awaitExit() {
		text = c.process.cmd.ProcessState.String()
	}
	if cut {
		text += ", in the middle of a message: " + err.Error()
	}
	if last := c.errors.lastLine(); last != "" {
		text += fmt.Sprintf("; the last line on its standard error was %q", last)
	}
	return &ExitError{Name: c.name, State: c.process.state(), Cut: cut, text: text}
}

// awaitExit reports whether the app exits about now; by then its last line on standard error is known, too.
func (c *launchConn) awaitExit() bool {
	t := time.NewTimer(exitGrace)
	defer t.Stop()
	select {
	case <-c.process.exited:
	case <-c.closing:
		return false
	case <-t.C:
		return false
	}
	select {
	case <-c.errors.done:
	case <-c.closing:
	case <-t.C: // a child of the app holds it open
	}
	return true
}

// WriteMessage implements webport.Conn.
func (c *launchConn) WriteMessage(m json.RawMessage) error {
	limit := int64(maxToApp)
	if c.launcher.Dialect == webport.Firefox {
		limit = math.MaxUint32
	}
	if int64(len(m)) > limit {
		return fmt.Errorf("native app %q: %w", c.name, &webport.TooLargeError{Size: int64(len(m)), Limit: limit})
	}
	return c.stream.WriteMessage(m)
}

// Closing implements webport.StreamConn. It bounds how long an app that does not read can hold up a port that is
// disconnected: as long as it may take to exit.
func (c *launchConn) Closing() {
	if !within(c.ladder()[0].wait, c.closing) {
		c.Close()
	}
}

func (c *launchConn) ladder() []rung {
	if c.launcher.ladder != nil {
		return c.launcher.ladder
	}
	return ladderOf(c.launcher.Dialect)
}

// Close implements webport.Conn: it ends the app by the ladder of its dialect and waits until nothing of it is left.
// The error says that the app had to be made to end.
func (c *launchConn) Close() error { return c.close() }

func (c *launchConn) end() error {
	close(c.closing)
	c.stop()
	c.process.stdin.Close()
	drained := c.endOutput()
	gone, stop := c.process.gone()
	last, ended := climb(c.process, c.ladder(), gone)
	stop()
	c.errors.stop()
	c.process.closeFiles()
	<-drained
	c.writing.Lock()
	defer c.writing.Unlock()
	switch {
	case !ended:
		return fmt.Errorf("native app %q is still there after %s", c.name, last.name)
	case last != nil:
		return fmt.Errorf("native app %q did not exit when its standard input was closed, and got %s", c.name, last.name)
	case c.torn:
		return fmt.Errorf("native app %q did not read all that was sent to it", c.name)
	}
	return nil
}

// endOutput makes ReadMessage return and does with the app's output what the dialect does: Chromium closes it, Firefox
// reads on, so that an app that still writes is not stopped by it. The channel is closed when nobody reads any more.
func (c *launchConn) endOutput() <-chan struct{} {
	drained := make(chan struct{})
	stdout := c.process.stdout
	if c.launcher.Dialect == webport.Chromium || stdout.SetReadDeadline(time.Unix(1, 0)) != nil {
		stdout.Close()
		close(drained)
		return drained
	}
	go func() {
		defer close(drained)
		c.receiving.Lock() // until ReadMessage has returned
		defer c.receiving.Unlock()
		err := os.ErrDeadlineExceeded
		for errors.Is(err, os.ErrDeadlineExceeded) { // again where a late Interrupt came in between
			if err = stdout.SetReadDeadline(time.Time{}); err == nil {
				_, err = io.Copy(io.Discard, stdout)
			}
		}
	}()
	return drained
}

// gone returns a channel that is closed when nothing of the app's process group is left, and what ends the wait for it.
func (p *process) gone() (gone <-chan struct{}, stop func()) {
	c, stopped := make(chan struct{}), make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		select {
		case <-p.exited:
		case <-stopped:
			return
		}
		for pause := time.Millisecond; p.alive(); pause = min(2*pause, 20*time.Millisecond) {
			if within(pause, stopped) {
				return
			}
		}
		close(c)
	})
	return c, func() { close(stopped); waiting.Wait() }
}
