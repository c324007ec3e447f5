package main

import (
	"encoding/json"
	"time"
)

// eventKind says what happened; it is the field "event" of a line of --json.
type eventKind string

const (
	eventExtension    eventKind = "extension"    // was loaded
	eventTab          eventKind = "tab"          // was opened, closed, or shows another document
	eventConsole      eventKind = "console"      // a script wrote to its console
	eventUncaught     eventKind = "uncaught"     // a script threw, and nobody caught it
	eventConnect      eventKind = "connect"      // a channel was opened, or nobody was there
	eventMessage      eventKind = "message"      // was posted
	eventDisconnect   eventKind = "disconnect"   // an end closed its port, or is gone
	eventDisconnected eventKind = "disconnected" // an end heard of it
	eventNative       eventKind = "native"       // a native app wrote to its standard error
	eventCommand      eventKind = "command"      // is carried out now
	eventResult       eventKind = "result"       // of eval
	eventError        eventKind = "error"        // a command failed
	eventNote         eventKind = "note"         // anything else worth knowing
)

// event is one thing that happened: one line of the output.
type event struct {
	Time  time.Time `json:"time"`
	Event eventKind `json:"event"`

	// Who: the context of a console line, an uncaught error or a result, the
	// native app of a line on its standard error.
	Context   string `json:"context,omitempty"`
	Extension string `json:"extension,omitempty"`
	Level     string `json:"level,omitempty"`
	Text      string `json:"text,omitempty"`
	At        string `json:"at,omitempty"`    // FILE:LINE:COLUMN of a script, or FILE:LINE of a command
	Stack     string `json:"stack,omitempty"` // one frame a line

	// Ports.
	Channel int             `json:"channel,omitempty"` // from 1, in the order in which they were opened
	Name    *string         `json:"name,omitempty"`    // of the port
	OneTime bool            `json:"oneTime,omitempty"` // sendMessage
	From    string          `json:"from,omitempty"`
	To      []string        `json:"to,omitempty"`
	Message json.RawMessage `json:"message,omitempty"`
	Gone    bool            `json:"gone,omitempty"` // From did not close its port: its context is gone
	Error   string          `json:"error,omitempty"`

	Tab int    `json:"tab,omitempty"`
	URL string `json:"url,omitempty"`

	opener bool // From is the channel's opener
	quiet  bool // the text output leaves it out: another line says it
}

// errorText is what Error is for err.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
