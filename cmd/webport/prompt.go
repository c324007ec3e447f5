package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"golang.org/x/term"
)

// terminalOf returns the file behind r or w if that is a terminal.
func terminalOf(stream any) *os.File {
	f, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return f
}

// prompt reads commands from a terminal, with history, while output goes
// above the line that is being typed. All that is written to it is output.
type prompt struct {
	terminal    *term.Terminal
	out         io.Writer
	size        func() (width, height int, err error)
	restore     func() error // makes the terminal what it was
	printer     *printer
	stop        context.CancelCauseFunc // for Ctrl-C
	lines       chan string
	interrupted atomic.Bool // Ctrl-C was typed
}

// openPrompt puts the terminal into raw mode, until close.
func openPrompt(in, out *os.File, stop context.CancelCauseFunc) (*prompt, error) {
	cooked, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, err
	}
	p := newPrompt(in, out, stop)
	p.size = func() (int, int, error) { return term.GetSize(int(out.Fd())) }
	p.restore = func() error { return term.Restore(int(in.Fd()), cooked) }
	return p, nil
}

// newPrompt is a prompt on a terminal that is in raw mode.
func newPrompt(in io.Reader, out io.Writer, stop context.CancelCauseFunc) *prompt {
	p := &prompt{out: out, stop: stop, lines: make(chan string)}
	p.size = func() (int, int, error) { return 0, 0, nil }
	p.restore = func() error { return nil }
	p.terminal = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{interruptNoticer{in, &p.interrupted}, out}, "> ")
	p.terminal.AutoCompleteCallback = completeVerb
	return p
}

// Write prints above the line that is being typed.
func (p *prompt) Write(b []byte) (int, error) {
	if width, height, err := p.size(); err == nil && width > 0 {
		_ = p.terminal.SetSize(width, height) // the window may have been resized
	}
	return p.terminal.Write(b)
}

// read starts reading lines. The read that is in progress at the end cannot be
// interrupted and is left behind.
func (p *prompt) read(ctx context.Context) {
	go func() {
		defer close(p.lines)
		for {
			line, err := p.terminal.ReadLine()
			if err != nil {
				if p.interrupted.Load() {
					p.stop(&statusError{status: signalStatus(os.Interrupt)})
				}
				return // otherwise Ctrl-D, or the terminal is gone
			}
			select {
			case p.lines <- line:
			case <-ctx.Done():
				return
			}
		}
	}()
}

func (p *prompt) next(ctx context.Context) (*command, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case line, more := <-p.lines:
			if !more {
				return nil, nil
			}
			c, err := parseCommand(line, "")
			if err != nil {
				p.printer.add(event{Event: eventError, Text: err.Error()})
				continue
			}
			if c != nil {
				return c, nil
			}
		}
	}
}

func (*prompt) echoes() bool { return false }

// failed shows the error; the user goes on.
func (p *prompt) failed(c *command, err error) error {
	if err != nil {
		p.printer.add(event{Event: eventError, Text: c.verb.name + ": " + err.Error()})
	}
	return nil
}

// close gives the terminal back as it was.
func (p *prompt) close() error {
	_, _ = io.WriteString(p.out, "\r\x1b[K")
	return p.restore()
}

// interruptNoticer notices Ctrl-C, which a terminal in raw mode hands on as a
// byte and term.Terminal does not tell from Ctrl-D.
type interruptNoticer struct {
	io.Reader
	noticed *atomic.Bool
}

func (n interruptNoticer) Read(b []byte) (int, error) {
	const ctrlC = 3
	read, err := n.Reader.Read(b)
	if bytes.IndexByte(b[:read], ctrlC) >= 0 {
		n.noticed.Store(true)
	}
	return read, err
}

// completeVerb completes the first word of the line when Tab is typed.
func completeVerb(line string, pos int, key rune) (newLine string, newPos int, ok bool) {
	if key != '\t' || pos != len(line) || strings.ContainsAny(line, " \t") {
		return "", 0, false
	}
	completed := ""
	for _, v := range verbs() {
		if !strings.HasPrefix(v.name, line) {
			continue
		}
		if completed != "" {
			return "", 0, false
		}
		completed = v.name + " "
	}
	return completed, len(completed), completed != ""
}
