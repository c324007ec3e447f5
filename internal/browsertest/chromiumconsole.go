package browsertest

import (
	"strings"

	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// logEntry tells an entry of the browser's log from all others.
type logEntry struct {
	time runtime.Timestamp
	text string
}

// again reports whether a world has already logged what it now tells. A document that comes out of the back/forward
// cache tells all of it again, before what it logged on its way into the cache, which nobody has heard yet.
func (w *world) again(at runtime.Timestamp) bool {
	if at <= w.heard {
		return true
	}
	w.last = at
	return false
}

// called returns the line of a call of console.log and the like.
func (c *chromium) called(t *chromiumTarget, e runtime.EventConsoleAPICalled) *Line {
	w := t.worlds[e.ExecutionContextID]
	if w == nil || w.again(e.Timestamp) {
		return nil
	}
	texts := make([]string, len(e.Args))
	for i, arg := range e.Args {
		texts[i] = text(arg)
	}
	return &Line{Level: level(string(e.Type)), Text: strings.Join(texts, " "), Context: w.context()}
}

// thrown returns the line of an exception that nobody caught.
func (c *chromium) thrown(t *chromiumTarget, e runtime.EventExceptionThrown) *Line {
	details := e.ExceptionDetails
	t.threw = true
	w := t.worlds[details.ExecutionContextID]
	if w != nil && w.again(e.Timestamp) {
		return nil
	}
	at := t.contextAt(t.url())
	if w != nil {
		at = w.context()
	}
	return &Line{Level: "uncaught", Text: exceptionText(details), Context: at}
}

// written returns the line of what the browser itself wrote.
func (c *chromium) written(t *chromiumTarget, e *log.Entry) *Line {
	entry := logEntry{e.Timestamp, e.Text}
	_, again := c.entries[entry]
	switch {
	case again:
		return nil
	case e.Source == log.EntrySourceWorker: // which tells of it too
		return nil
	case e.Source == log.EntrySourceNetwork && strings.HasSuffix(e.URL, "/favicon.ico"): // nobody asked for it
		return nil
	}
	c.entries[entry] = struct{}{}
	url := t.url()
	for _, frame := range t.frames {
		if frame == e.URL { // otherwise it may be that of a script or of a picture
			url = e.URL
		}
	}
	return &Line{Level: level(string(e.Level)), Text: e.Text, Context: t.contextAt(url)}
}

// level maps the names of console's methods and of the log's levels.
func level(name string) string {
	switch name {
	case "info", "warning", "error", "debug":
		return name
	case "assert":
		return "error"
	case "verbose":
		return "debug"
	default:
		return "log"
	}
}

// text returns a value as a console shows it in a line.
func text(value *runtime.RemoteObject) string {
	switch {
	case value.UnserializableValue != "":
		return string(value.UnserializableValue)
	case value.Type == runtime.RemoteObjectTypeString:
		var text string
		_ = jsonv2.Unmarshal(value.Value, &text, chromedp.DefaultUnmarshalOptions)
		return text
	case value.Type == runtime.RemoteObjectTypeUndefined:
		return "undefined"
	case value.Type == runtime.RemoteObjectTypeObject && value.Subtype == runtime.RemoteObjectSubtypeError:
		return withoutStack(value.Description)
	case value.ObjectID == "" && len(value.Value) > 0:
		return string(value.Value)
	default:
		return value.Description
	}
}

// exceptionText returns what String of the exception is.
func exceptionText(details *runtime.ExceptionDetails) string {
	if details.Exception == nil {
		return details.Text
	}
	return text(details.Exception)
}

// withoutStack returns what an error's stack says before it comes to the calls.
func withoutStack(stack string) string {
	message, _, _ := strings.Cut(stack, "\n    at ")
	return message
}
