package native

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/webport/webport"
)

// handlerGrace is how long Main waits, once the browser is gone, for a handler that does not return. It is less than
// the 2 s after which Chromium kills an app, and there for the apps that no browser kills: those of one that crashed.
const handlerGrace = time.Second

// Main makes the program a native app: it runs handler on the port to the extension that the browser started the
// program for, and returns the exit status for os.Exit. That is 0 when handler returned nil, ended because the extension
// disconnected (see [Serve]) or was left behind then, and 1 otherwise, with the error on standard error.
//
// Only messages reach the browser: whatever the program prints to os.Stdout, and on Unix its C code and children too,
// goes to standard error instead, from the call of Main on; os.Stdin is empty. All that was posted is written before
// Main returns. When the browser closes standard input, the messages that came before can still be received, the port is
// disconnected, ctx ends and Main returns as soon as handler does; a handler that has not returned a second later is
// left behind.
//
// See [Serve] for what handler gets. Main is called once, by main.
func Main(handler func(ctx context.Context, port *webport.Port) error) int {
	in, out, restore, err := takeStdio()
	if err != nil {
		return failed(fmt.Errorf("take standard input and output for messages: %w", err))
	}
	defer restore()
	a := newApp(in, out, os.Args[1:])
	served := make(chan error, 1)
	go func() { served <- a.serve(context.Background(), handler) }()
	select {
	case err = <-served:
	case <-a.conn.over:
		select {
		case err = <-served:
		case <-a.returned: // what it posted is still being written
			err = <-served
		case <-time.After(handlerGrace):
			err = a.port.Err()
			warn(fmt.Errorf("the port is disconnected, and the handler has not returned within %v: exiting without it", handlerGrace))
		}
	}
	if err != nil {
		return failed(err)
	}
	return 0
}

func failed(err error) int {
	warn(err)
	return 1
}

func warn(err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
}

// Serve runs handler as a native app whose browser writes to r and reads from w, and returns when handler has
// returned and all that it posted is written to w. args are the program's arguments without its name: from them the
// port's Sender is filled in, with ID and, in Chromium, Origin and URL, and from Firefox's the port's name. Without a
// caller in args Sender is nil.
//
// Post takes messages of up to 1 MiB, the most that browsers accept, and returns a *webport.TooLargeError beyond.
// When r ends, the messages that came before can still be received, then the port is disconnected and ctx ends; io.EOF,
// webport.ErrDisconnected and context.Canceled are no errors then if handler returns them, nor is the last once the ctx
// of Serve was canceled. If r has anything but whole frames of one JSON value each, of 64 MiB at most, that ends the
// port too, and Serve returns an error that says what arrived.
//
// r and w are not used after Serve has returned, except that a Read that is in progress by then, because handler
// returned first, is left behind if it cannot be interrupted: by a deadline, or by Close.
func Serve(ctx context.Context, r io.Reader, w io.Writer, args []string, handler func(ctx context.Context, port *webport.Port) error) error {
	return newApp(r, w, args).serve(ctx, handler)
}

// app is one run of a native app.
type app struct {
	conn     *appConn
	port     *webport.Port
	returned chan struct{} // closed when the handler has returned
}

func newApp(r io.Reader, w io.Writer, args []string) *app {
	caller := callerOf(args)
	conn := newAppConn(r, w)
	port := webport.NewPort(conn, webport.PortInfo{
		Name: caller.application, Sender: caller.sender, Dialect: caller.dialect, MaxMessage: maxFromApp, ReadsOn: true,
	})
	return &app{conn: conn, port: port, returned: make(chan struct{})}
}

func (a *app) serve(ctx context.Context, handler func(context.Context, *webport.Port) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-a.port.Done():
		case <-a.conn.broken:
		}
		cancel()
	}()
	err := handler(ctx, a.port)
	cause := a.port.Err()
	ended, canceled := isClosed(a.port.Done()), ctx.Err() != nil
	close(a.returned)
	a.port.Disconnect(nil)
	writeErr := a.conn.finish(a.port)
	<-watched
	switch {
	case cause != nil:
		return cause
	case ended && isEnd(err) && a.conn.gone:
		return nil // nor is it an error that nobody reads any more
	case ended && isEnd(err), canceled && errors.Is(err, context.Canceled):
		return writeErr
	}
	return errors.Join(err, writeErr)
}

// isEnd reports whether a handler that returns err when its port has ended may say no more than that.
func isEnd(err error) bool {
	return err == nil || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) || errors.Is(err, webport.ErrDisconnected)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
