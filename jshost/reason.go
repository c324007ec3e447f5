package jshost

import (
	"errors"
	"strconv"

	"github.com/webport/webport"
)

// errResponseLost ends the channel of a one-time message whose receiver said
// that it would answer later, and is gone.
var errResponseLost = errors.New("the receiver promised a response and is gone")

// listenerError is what a listener to runtime.onMessage failed with: its text
// goes to the script that asked.
type listenerError struct{ text string }

// Error is the text alone.
func (e *listenerError) Error() string { return e.text }

// codedError is a failure of an API function for which each dialect has a text.
type codedError struct{ code, detail string }

// Error names the code; scripts see the dialect's text.
func (e *codedError) Error() string { return e.code + " " + e.detail }

func noTab(id int) error    { return &codedError{"noTab", strconv.Itoa(id)} }
func noWindow(id int) error { return &codedError{"noWindow", strconv.Itoa(id)} }

// The keys of texts.reasons in js/*/texts.js for the errors of the root package.
var reasons = []struct {
	err  error
	code string
}{
	{webport.ErrNoReceiver, "noReceiver"},
	{webport.ErrFormatMismatch, "formatMismatch"},
	{webport.ErrFrozen, "frozen"},
	{webport.ErrNativeName, "nativeName"},
	{webport.ErrNativeNotFound, "nativeNotFound"},
	{webport.ErrNativeForbidden, "nativeForbidden"},
	{webport.ErrNativeStart, "nativeStart"},
	{webport.ErrNativeExited, "nativeExited"},
	{webport.ErrNativeProtocol, "nativeProtocol"},
	{webport.ErrEndpointClosed, "invalidated"},
	{errResponseLost, "asyncResponseLost"},
}

// reason says which text stands for err and what goes into it; nil, that there
// is nothing to say. p is the port that ended, if one did.
func reason(err error, p *port) (code, detail any) {
	var large *webport.TooLargeError
	var listener *listenerError
	var coded *codedError
	switch {
	case err == nil && p != nil && p.native:
		return "nativeExited", ""
	case err == nil:
		return nil, nil
	case errors.As(err, &coded):
		return coded.code, coded.detail
	case errors.As(err, &listener):
		return "listenerFailed", listener.text
	case errors.As(err, &large):
		return "nativeTooLarge", strconv.FormatInt(large.Size, 10)
	}
	name := ""
	if p != nil {
		name = p.Name()
	}
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.code, name
		}
	}
	return "other", err.Error()
}
