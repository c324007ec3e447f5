package main

import (
	"context"
	"fmt"
	"io"
)

// commandSource is where commands come from.
type commandSource interface {
	// next returns nil when there are no more, or when ctx ends.
	next(ctx context.Context) (*command, error)
	// echoes reports whether commands are shown as they are carried out.
	echoes() bool
	// failed is told how a command ended. It returns the error that ends the
	// session, if this one does.
	failed(c *command, err error) error
}

// scriptSource is --script FILE, which was read and checked as a whole.
type scriptSource struct {
	failing
	commands []*command
}

func (s *scriptSource) next(context.Context) (*command, error) {
	if len(s.commands) == 0 {
		return nil, nil
	}
	c := s.commands[0]
	s.commands = s.commands[1:]
	return c, nil
}

// pipeSource reads commands from a pipe as they come.
type pipeSource struct {
	failing
	name  string
	lines <-chan string
	end   <-chan error // has one value when lines is closed
	line  int
}

// newPipeSource starts reading r. A read that is in progress when nobody wants
// lines any more cannot be interrupted and is left behind.
func newPipeSource(ctx context.Context, name string, r io.Reader, p *printer) *pipeSource {
	lines, end := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		scanner := newLineScanner(r)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				end <- nil
				return
			}
		}
		end <- scanner.Err()
	}()
	return &pipeSource{failing: failing{p}, name: name, lines: lines, end: end}
}

func (s *pipeSource) next(ctx context.Context) (*command, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case line, more := <-s.lines:
			if !more {
				if err := <-s.end; err != nil {
					return nil, lineError(s.name, s.line, err)
				}
				return nil, nil
			}
			s.line++
			c, err := parseCommand(line, fmt.Sprintf("%s:%d", s.name, s.line))
			if err != nil {
				return nil, &statusError{statusUsage, err}
			}
			if c != nil {
				return c, nil
			}
		}
	}
}

// failing ends the session with the first command that fails.
type failing struct{ printer *printer }

func (failing) echoes() bool { return true }

func (f failing) failed(c *command, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", c.verb.name, err)
	// The text goes to standard error, when the session has ended.
	f.printer.add(event{Event: eventError, Text: err.Error(), At: c.at, quiet: true})
	return &statusError{statusFailed, fmt.Errorf("%s: %w", c.at, err)}
}
