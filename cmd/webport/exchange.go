package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// exchange is what connect does between its streams and the app's port.
type exchange struct {
	options  *connectOptions
	port     *webport.Port
	prompt   *prompt // nil where nothing is typed
	out, err io.Writer
	stop     context.CancelCauseFunc

	onTerminal bool // out is one, which a message must do nothing to

	heard chan struct{} // has a value when a message came
	ended chan struct{} // closed when none comes any more
}

// openPrompt shows everything above the line that is being typed.
func (c *exchange) openPrompt(in, out *os.File) error {
	p, err := openPrompt(in, out, c.stop)
	if err != nil {
		return fmt.Errorf("prepare the terminal for typing: %w", err)
	}
	p.terminal.AutoCompleteCallback = nil // there are no commands
	c.prompt, c.out = p, p
	if terminalOf(c.err) != nil {
		c.err = p
	}
	return nil
}

// run posts the lines of in and prints what the app sends, until one of them
// ends, or ctx. Then it closes the port.
func (c *exchange) run(ctx context.Context, in io.Reader) error {
	c.heard, c.ended = make(chan struct{}, 1), make(chan struct{})
	go c.print()
	err := c.post(ctx, in)
	if err == nil && ctx.Err() == nil {
		c.awaitSilence(ctx)
	}
	appErr := c.port.Err() // before Close: why the app ended by itself
	closeErr := c.port.Close()
	<-c.ended
	switch exit, exited := errors.AsType[*native.ExitError](appErr); {
	case exited && exit.State != nil && exit.State.Success() && !exit.Cut:
		if c.prompt != nil {
			fmt.Fprintf(c.err, "%s has exited.\n", exit.Name)
		}
	case appErr != nil:
		return appErr
	}
	if err != nil {
		return err
	}
	return closeErr
}

// print prints the messages until the port is disconnected.
func (c *exchange) print() {
	defer close(c.ended)
	for message := range c.port.Messages() {
		line := c.options.line(message)
		if c.onTerminal {
			line = []byte(lines(string(line), noStyle, false))
		}
		if _, err := c.out.Write(line); err != nil {
			c.stop(&statusError{statusFailed, fmt.Errorf("print a message: %w", err)})
			return
		}
		select {
		case c.heard <- struct{}{}:
		default:
		}
	}
}

// post posts the lines of in. It returns nil when they end, the app or ctx.
func (c *exchange) post(ctx context.Context, in io.Reader) error {
	var lines <-chan string
	var source *pipeSource
	if c.prompt != nil {
		c.prompt.read(ctx)
		lines = c.prompt.lines
	} else {
		source = newPipeSource(ctx, "stdin", in, nil)
		lines = source.lines
	}
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-c.ended:
			return nil
		case line, more := <-lines:
			if !more && source != nil {
				if err := <-source.end; err != nil {
					return lineError("stdin", n-1, err)
				}
			}
			if !more {
				return nil
			}
			err := c.postLine(ctx, []byte(line))
			switch {
			case errors.Is(err, webport.ErrDisconnected):
				fmt.Fprintf(c.err, "stdin:%d: not sent: the app is gone\n", n)
				return nil // the port says why
			case err != nil && c.prompt == nil:
				return fmt.Errorf("stdin:%d: %w", n, err)
			case err != nil:
				fmt.Fprintln(c.err, err)
			}
		}
	}
}

// postLine posts one message, when the app has taken enough of those before it.
func (c *exchange) postLine(ctx context.Context, line []byte) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	for {
		err := c.port.Post(json.RawMessage(line))
		if errors.Is(err, webport.ErrBacklog) {
			if err = c.port.Flush(ctx); err == nil {
				continue
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		return notSent(line, err)
	}
}

// notSent says of a line why it was not posted, without the port, of which there is one.
func notSent(line []byte, err error) error {
	if err == nil || errors.Is(err, webport.ErrDisconnected) {
		return err
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	if !json.Valid(line) {
		return fmt.Errorf(`not sent: %w (a message is JSON, such as "ping", with its quotes, or {"a": 1})`, err)
	}
	return fmt.Errorf("not sent: %w", err)
}

// awaitSilence returns when the app has taken everything and then sent nothing
// for a while, is gone, or ctx ends.
func (c *exchange) awaitSilence(ctx context.Context) {
	if c.port.Flush(ctx) != nil {
		// The app is gone, or going: its last messages are printed first.
		select {
		case <-c.ended:
		case <-ctx.Done():
		}
		return
	}
	if c.prompt != nil {
		return // who types has seen the answers
	}
	silence := time.NewTimer(c.options.linger)
	defer silence.Stop()
	for {
		select {
		case <-c.heard:
			silence.Reset(c.options.linger)
		case <-silence.C:
			return
		case <-c.ended:
			return
		case <-ctx.Done():
			return
		}
	}
}
