package main

import (
	"bytes"
	"fmt"
	"io"
)

// visibleWriter writes what a native app prints, line by line, so that nothing of it does something to a terminal.
type visibleWriter struct {
	out  io.Writer
	line []byte // that has not ended yet
}

// forTerminal returns w, and what shows all that is written to it where w is a terminal.
func forTerminal(w io.Writer) (safe io.Writer, flush func()) {
	if terminalOf(w) == nil {
		return w, func() {}
	}
	v := &visibleWriter{out: w}
	return v, v.flush
}

// Write implements io.Writer.
func (v *visibleWriter) Write(b []byte) (int, error) {
	const longest = 64 << 10 // where a line is cut
	v.line = append(v.line, b...)
	for {
		line, rest, whole := bytes.Cut(v.line, []byte("\n"))
		if !whole && len(line) < longest {
			return len(b), nil
		}
		if _, err := fmt.Fprintln(v.out, visible(string(bytes.TrimRight(line, "\r")))); err != nil {
			return 0, err
		}
		v.line = rest
	}
}

// flush writes the last line, if that has no end.
func (v *visibleWriter) flush() {
	if len(v.line) > 0 {
		fmt.Fprintln(v.out, visible(string(v.line)))
		v.line = nil
	}
}
