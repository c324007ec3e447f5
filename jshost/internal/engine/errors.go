package engine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What stopped a script, as errors.Is finds it in a [*ScriptError].
var (
	// ErrTime means that one turn ran longer than Limits.Time.
	ErrTime = errors.New("time limit passed")
	// ErrMemory means that a realm asked for more than Limits.Memory.
	ErrMemory = errors.New("memory limit passed")
	// ErrStack means that calls nested deeper than Limits.Stack.
	ErrStack = errors.New("stack limit passed")
	// ErrClosed means that the realm or its loop is closed, or was while the
	// script ran.
	ErrClosed = errors.New("realm is closed")
	// ErrBroken means that the engine itself failed. The realm is closed.
	ErrBroken = errors.New("JavaScript engine failed")
)

// ScriptError is what a script threw and nobody caught, or what stopped it.
type ScriptError struct {
	Realm string // Options.Name of the realm it happened in

	Name    string // "TypeError"; "" where something that is not an Error was thrown
	Message string // the error's message, or the thrown value as the console shows it

	// Where it was thrown: the innermost frame that is not a prelude's. Line
	// and Column count from 1; File is "" and both are 0 where no script is on
	// the stack.
	File   string
	Line   int
	Column int

	Stack     string // one "    at name (file:line:column)" a line, without preludes
	Rejection bool   // a promise was rejected and nobody handled it

	// Cause is nil for an ordinary error of the script. Otherwise it is one of
	// the errors above, or what a host function panicked with as a [*PanicError].
	Cause error
}

// Error names the realm, the place and what was thrown.
func (e *ScriptError) Error() string {
	var b strings.Builder
	if e.Realm != "" {
		b.WriteString(e.Realm)
		b.WriteString(": ")
	}
	if at := e.Position(); at != "" {
		b.WriteString(at)
		b.WriteString(": ")
	}
	b.WriteString(e.Text())
	return b.String()
}

// Text is the error alone as a console shows it: "TypeError: x is not a function".
func (e *ScriptError) Text() string {
	switch {
	case e.Name == "":
		return e.Message
	case e.Message == "":
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// Position is "file:line:column", or "" where no script is on the stack.
func (e *ScriptError) Position() string {
	if e.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
}

// Unwrap returns Cause.
func (e *ScriptError) Unwrap() error { return e.Cause }

// PanicError is a Go panic in a host function. The script that called it was
// stopped; its catch and finally blocks did not run.
type PanicError struct {
	Func  string // the name given to [Realm.Host]
	Value any    // what was panicked with
	Stack string // the stack of the goroutine, as debug.Stack gives it
}

// Error names the host function and the panic.
func (e *PanicError) Error() string {
	return fmt.Sprintf("host function %s panicked: %v", e.Func, e.Value)
}

// Exception is an error that a host function returns to have it thrown with
// this class: "TypeError", "RangeError", "SyntaxError", "Error", or the name of
// a DOMException such as "DataCloneError". Any other error is thrown as Error.
type Exception struct {
	Name    string
	Message string
}

// Error is the text that a console shows for it.
func (e *Exception) Error() string { return e.Name + ": " + e.Message }

// preludePrefix starts the file name of every prelude: what a user sees of a
// stack leaves those frames out.
const preludePrefix = "webport:"

// setStack fills Stack and the position from a stack as the engine writes it.
func (e *ScriptError) setStack(stack string) {
	var kept []string
	for line := range strings.Lines(stack) {
		line = strings.TrimRight(line, "\n")
		file, row, column, ok := parseFrame(line)
		if strings.HasPrefix(file, preludePrefix) || !ok && strings.HasSuffix(line, "(native)") && len(kept) == 0 {
			continue
		}
		if ok && e.File == "" {
			e.File, e.Line, e.Column = file, row, column
		}
		kept = append(kept, line)
	}
	e.Stack = strings.Join(kept, "\n")
}

// parseFrame reads "    at name (file:line:column)" or "    at file:line:column".
func parseFrame(line string) (file string, row, column int, ok bool) {
	at, found := strings.CutPrefix(strings.TrimSpace(line), "at ")
	if !found {
		return "", 0, 0, false
	}
	if open := strings.LastIndex(at, " ("); open >= 0 {
		at = strings.TrimSuffix(at[open+2:], ")")
	}
	rest, col, found1 := cutLast(at, ":")
	file, ln, found2 := cutLast(rest, ":")
	row, err1 := strconv.Atoi(ln)
	column, err2 := strconv.Atoi(col)
	if !found1 || !found2 || err1 != nil || err2 != nil {
		return "", 0, 0, false
	}
	return file, row, column, true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
