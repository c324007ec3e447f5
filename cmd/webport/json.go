package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

// renderJSON returns the event as one line of --json.
func renderJSON(e *event) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		// Only a Message can be at fault; what it was must not be lost.
		broken := *e
		broken.Message = nil
		broken.Error = fmt.Sprintf("message is not JSON (%v): %q", err, e.Message)
		b.Reset()
		_ = encoder.Encode(&broken)
	}
	return b.Bytes()
}

// newEventsTopic is "webport help events".
func newEventsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "events",
		Short: "The lines that run --json prints",
		Long: `With --json, "webport run" prints one JSON object a line for everything that
happens, in the order in which it happens. Fields that say nothing are left out.

  time        when, RFC 3339, on every line
  event       what, on every line: one of those below

  extension   an extension was loaded: extension (its id), name, text
  tab         a tab shows a document, or was closed: tab (its number), url, text
  console     a script wrote to its console: context, extension, level (log,
              info, warn, error, debug), text, at
  uncaught    a script threw and nothing caught it, or it was stopped: context,
              text, at (FILE:LINE:COLUMN), stack
  connect     a channel was opened: channel (its number), name (of the port),
              from, to, and oneTime for sendMessage. With error nobody was
              there, and to is missing. One line for each receiver
  message     something was posted: channel, name, oneTime, from, to, message
              (the JSON that was posted, whole)
  disconnect  from closed its port: channel, name, oneTime, from, to; or, with
              gone, it did not, but is gone; with error, why
  disconnected  from heard that the other end is gone: the same fields
  native      a native app wrote a line to its standard error: context, text
  command     a command is carried out: text, at (FILE:LINE)
  result      what eval gave: context, text
  error       a command failed: text, at (FILE:LINE)
  note        anything else worth knowing: text

context, from and to are names of contexts as "eval" takes them, such as
"background" and "content 1" (the content script in tab 1), or the name of a
native app. to is a list: a channel can have several receivers.`,
	}
}
