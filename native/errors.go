package native

import (
	"fmt"
	"os"
	"strings"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// NotFoundError says that no usable native manifest names the app. It wraps webport.ErrNativeNotFound.
type NotFoundError struct {
	Name    string
	Dialect webport.Dialect
	Browser string             // as Launcher.Browser
	Tried   []manifest.Attempt // every place that was looked at, in order, and why it did not do
}

// Error lists every place on a line of its own.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	who := e.Dialect.String()
	if e.Browser != "" {
		who = e.Browser
	}
	fmt.Fprintf(&b, "native app %q not found as %s looks for it", e.Name, who)
	if len(e.Tried) == 0 {
		b.WriteString(": no directory of native manifests was given")
	}
	for _, t := range e.Tried {
		fmt.Fprintf(&b, "\n\t%v", t)
	}
	return b.String()
}

// Unwrap returns webport.ErrNativeNotFound.
func (e *NotFoundError) Unwrap() error { return webport.ErrNativeNotFound }

// ForbiddenError says that the native manifest does not let the caller use the app. It wraps
// webport.ErrNativeForbidden. Only Chromium knows it: to Firefox, such an app is not found.
type ForbiddenError struct {
	Name     string
	Caller   string // the origin that was refused
	Manifest *manifest.Manifest
}

// Error says what the native manifest has and what to add.
func (e *ForbiddenError) Error() string {
	return fmt.Sprintf("native app %q may not be used by %s: \"allowed_origins\" in %s is %q: add the caller there",
		e.Name, e.Caller, e.Manifest.File, e.Manifest.Allowed)
}

// Unwrap returns webport.ErrNativeForbidden.
func (e *ForbiddenError) Unwrap() error { return webport.ErrNativeForbidden }

// ExitError is Port.Err of a port whose app has exited by itself, or closed its standard output. It wraps
// webport.ErrNativeExited.
type ExitError struct {
	Name  string
	State *os.ProcessState // how the app has exited; nil where it was still there a moment after the end of its output
	Cut   bool             // its output ended in the middle of a message

	text string
}

// Error says how the app ended, with the last line on its standard error.
func (e *ExitError) Error() string {
	return fmt.Sprintf("%v: %q: %s", webport.ErrNativeExited, e.Name, e.text)
}

// Unwrap returns webport.ErrNativeExited.
func (e *ExitError) Unwrap() error { return webport.ErrNativeExited }
