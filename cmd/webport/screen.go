package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// screen is where a session is shown, and typed, if that is a terminal.
type screen struct {
	printer *printer
	prompt  *prompt // nil where nothing is typed
}

// newScreen finds out what the streams are. When nothing can be written any
// more it calls stop.
func newScreen(o *runOptions, std streams, stop context.CancelCauseFunc) (*screen, error) {
	s := &screen{}
	in, out := terminalOf(std.in), terminalOf(std.out)
	colour := !o.asJSON && hasColour(out)
	var to io.Writer = std.out
	if in != nil && out != nil && o.script == "" {
		prompt, err := openPrompt(in, out, stop)
		if err != nil {
			return nil, fmt.Errorf("prepare the terminal for typing: %w", err)
		}
		s.prompt, to = prompt, prompt
	}
	width := func() int { return 0 }
	if out != nil {
		width = func() int {
			columns, _, err := term.GetSize(int(out.Fd()))
			if err != nil {
				return 0
			}
			return columns
		}
	}
	s.printer = newPrinter(to, o.asJSON, colour, width, func(err error) {
		stop(&statusError{statusFailed, fmt.Errorf("print what happens: %w", err)})
	})
	return s, nil
}

// hasColour reports whether to print colours to the terminal, nil for none.
func hasColour(terminal *os.File) bool {
	return terminal != nil && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && enableColour(terminal)
}

// commands returns where they come from.
func (s *screen) commands(ctx context.Context, o *runOptions, std streams) commandSource {
	switch {
	case o.script != "" && o.script != "-":
		return &scriptSource{failing{s.printer}, o.commands}
	case s.prompt == nil:
		return newPipeSource(ctx, "stdin", std.in, s.printer)
	}
	s.prompt.printer = s.printer
	s.prompt.read(ctx)
	return s.prompt
}

// close prints the rest and gives the terminal back.
func (s *screen) close() error {
	err := s.printer.close()
	if s.prompt == nil {
		return err
	}
	if restoreErr := s.prompt.close(); err == nil {
		err = restoreErr
	}
	return err
}
