package webport

import (
	"errors"
	"fmt"
)

var (
	// ErrNoReceiver is in Port.Err when nobody listened at the other end, or
	// whoever did may not be reached from here: the two look alike on purpose.
	// Browsers say "Could not establish connection. Receiving end does not exist."
	ErrNoReceiver = errors.New("no receiver: no endpoint that may be reached listens there")

	// ErrDisconnected is returned by the methods of a port that is
	// disconnected, whichever end did it.
	ErrDisconnected = errors.New("port is disconnected")

	// ErrBacklog is returned by Post when the other end has not received
	// enough of what was posted before, so that the message would pass
	// Broker.MaxQueue. The message was not taken: Flush, then post it again.
	ErrBacklog = errors.New("the other end is behind: its queue is full")

	// ErrTooLarge is what every *TooLargeError is.
	ErrTooLarge = errors.New("message too large")

	// ErrFormatMismatch is in Port.Err when the two ends are set to different
	// serialisation formats (manifest.json's "message_serialization").
	ErrFormatMismatch = errors.New("the receiving end uses another message serialization format")

	// ErrFrozen is in Port.Err when the document at the other end went into
	// the back/forward cache, which closes its channels in Chromium.
	ErrFrozen = errors.New("the page at the other end moved into the back/forward cache")

	// ErrEndpointClosed is returned by the methods of a closed Endpoint and of
	// its Listeners.
	ErrEndpointClosed = errors.New("endpoint is closed")

	// ErrListenerClosed is returned by the methods of a closed Listener.
	ErrListenerClosed = errors.New("listener is closed")
)

// Why a port to a native app ended, or never came to be. They are in Port.Err,
// wrapped in an error that says more; scripts see each dialect's own text.
var (
	// ErrNativeName says that the name cannot be that of a native app.
	ErrNativeName = errors.New("invalid native app name")
	// ErrNativeNotFound says that no usable native manifest names the app.
	ErrNativeNotFound = errors.New("native app not found")
	// ErrNativeForbidden says that the native manifest does not list the caller.
	ErrNativeForbidden = errors.New("native app may not be used by this extension")
	// ErrNativeStart says that the app's program could not be started.
	ErrNativeStart = errors.New("native app could not be started")
	// ErrNativeExited says that the app ended, or closed its output.
	ErrNativeExited = errors.New("native app has exited")
	// ErrSkipped says that the app sent what is no message, and that the port
	// goes on without it, as in Chromium: see Conn and EventSkipped.
	ErrSkipped = errors.New("message skipped")
	// ErrNativeProtocol says that the app sent what is no message.
	ErrNativeProtocol = errors.New("native app broke the protocol")
)

// TooLargeError says that a message was refused for its size. It is an
// [ErrTooLarge].
type TooLargeError struct {
	Size  int64 // of the message's JSON text, in bytes
	Limit int64 // the largest that is accepted, in bytes
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("message too large: %d bytes of JSON, and the limit is %d", e.Size, e.Limit)
}

// Is makes errors.Is(err, ErrTooLarge) true.
func (e *TooLargeError) Is(target error) bool { return target == ErrTooLarge }
