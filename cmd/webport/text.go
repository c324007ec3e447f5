package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Columns are as wide as the widest that was shown in them, within bounds.
const (
	nameColumnMin, nameColumnMax = 10, 32 // "background" is what there is nearly always
	portColumnMin, portColumnMax = 8, 28

	messageMax = 120 // bytes of a message that are shown where there is no terminal
	messageMin = 32  // and on the narrowest terminal
)

// textLayout renders events as lines for people:
//
//	background     hello                               what background wrote to its console
//	content 1   -> background  #1 greeting  connect
//	content 1   -> background  #1 greeting  {"a":1}    a message
//	background  -> content 1   #1 greeting  disconnect
//
// The wording is relied upon by scripts with expect. The printer's goroutine
// alone uses it.
type textLayout struct {
	from, to, port int // widths so far
}

// Colours, as the terminal's theme has them.
const (
	bold    = "1"
	dim     = "2"
	red     = "31"
	green   = "32"
	yellow  = "33"
	noStyle = ""
)

// paint wraps s in a style, if there is colour.
func paint(colour bool, style, s string) string {
	if !colour || style == noStyle || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// contextStyle is one colour for each kind of context.
func contextStyle(context string) string {
	switch kind, _, _ := strings.Cut(context, " "); {
	case strings.HasPrefix(kind, "background"):
		return "34;1" // blue
	case kind == "content":
		return green
	case kind == "page":
		return "35" // magenta
	case kind == "web":
		return yellow
	}
	return "36" // cyan: native apps
}

// render returns the event as one or more whole lines. Width is that of the
// terminal, 0 for none: then messages are shortened to a fixed length.
func (l *textLayout) render(e *event, colour bool, width int) string {
	switch e.Event {
	case eventConnect, eventMessage, eventDisconnect, eventDisconnected:
		return l.renderPort(e, colour, width)
	case eventConsole:
		style := map[string]string{"warn": yellow, "error": red, "debug": dim}[e.Level]
		text := e.Text
		if style == red || style == yellow {
			text = map[string]string{"warn": "warning: ", "error": "error: "}[e.Level] + text
		}
		return l.said(e.Context, text, style, colour)
	case eventUncaught:
		text := "uncaught " + e.Text
		if e.At != "" {
			text += "  (" + e.At + ")"
		}
		if e.Stack != "" {
			text += "\n" + e.Stack
		}
		return l.said(e.Context, text, red, colour)
	case eventNative:
		return l.said(e.Context, "stderr: "+e.Text, dim, colour)
	case eventResult:
		return l.said(e.Context, "= "+e.Text, bold, colour)
	case eventTab:
		text := e.Text
		if e.URL != "" {
			text = strings.TrimSpace(e.URL + "  " + text)
		}
		return l.said(fmt.Sprintf("tab %d", e.Tab), text, bold, colour)
	case eventExtension:
		return l.said("extension", e.Text, bold, colour)
	case eventCommand:
		return paint(colour, dim, "> "+visible(e.Text)) + "\n"
	case eventError:
		return lines(at(e)+e.Text, red, colour)
	}
	return lines(e.Text, noStyle, colour)
}

// lines are those of a text that nobody said.
func lines(text, style string, colour bool) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(paint(colour, style, visible(strings.TrimSuffix(line, "\n"))))
		b.WriteByte('\n')
	}
	return b.String()
}

func at(e *event) string {
	if e.At == "" {
		return ""
	}
	return e.At + ": "
}

// said is who wrote what; further lines stand below the first.
func (l *textLayout) said(who, text, style string, colour bool) string {
	var b strings.Builder
	l.column(&b, &l.from, who, nameColumnMin, nameColumnMax, contextStyle(who), colour)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", l.from+2))
		}
		b.WriteString(paint(colour, style, visible(line)))
		b.WriteByte('\n')
	}
	return b.String()
}

func (l *textLayout) renderPort(e *event, colour bool, width int) string {
	var b strings.Builder
	to := receivers(e.To)
	l.column(&b, &l.from, e.From, nameColumnMin, nameColumnMax, contextStyle(e.From), colour)
	b.WriteString(paint(colour, dim, "-> "))
	l.column(&b, &l.to, to, nameColumnMin, nameColumnMax, contextStyle(to), colour)
	l.column(&b, &l.port, portLabel(e), portColumnMin, portColumnMax, dim, colour)
	// "  " after each column, and "-> ".
	left := messageMax
	if width > 0 {
		left = max(width-l.from-l.to-l.port-9, messageMin)
	}
	lines := strings.Split(what(e, left), "\n")
	style := noStyle
	switch {
	case e.Error != "":
		style = red
	case e.Event == eventConnect:
		style = bold
	case e.Event != eventMessage:
		style = dim
	}
	for i, line := range lines {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", l.from+2))
		}
		b.WriteString(paint(colour, style, visible(line)))
		b.WriteByte('\n')
	}
	return b.String()
}

// what happened on the channel, in words or as the message; further lines are
// those of an error.
func what(e *event, left int) string {
	word := ""
	switch e.Event {
	case eventMessage:
		return shortJSON(e.Message, left)
	case eventConnect:
		word = "connect"
	case eventDisconnect:
		word = "disconnect"
	case eventDisconnected:
		word = "disconnected"
	}
	switch {
	case e.Error == "" && e.Gone:
		return word + ": " + e.From + " is gone"
	case e.Error == "":
		return word
	case e.OneTime:
		return e.Error // the port's label has the word
	}
	return word + ": " + e.Error
}

// receivers names those at the other end; "nobody" if there is no one.
func receivers(to []string) string {
	switch len(to) {
	case 0:
		return "nobody"
	case 1:
		return to[0]
	}
	if all := strings.Join(to, ", "); len(all) <= nameColumnMax {
		return all
	}
	return fmt.Sprintf("%d receivers", len(to))
}

// portLabel is "#3 greeting", or "#3" for a port without a name.
func portLabel(e *event) string {
	label := "#" + strconv.Itoa(e.Channel)
	switch {
	case e.OneTime && e.opener:
		return label + " message"
	case e.OneTime:
		return label + " answer"
	case e.Name == nil || *e.Name == "":
		return label
	case *e.Name == e.From || slices.Contains(e.To, *e.Name):
		return label // Firefox names the port to a native app by the app
	}
	name := *e.Name
	if len(name) > portColumnMax {
		cut := cutRunes(name, portColumnMax-len(label)-len("…")-1)
		name = cut + "…"
	}
	return label + " " + visible(strings.ReplaceAll(name, "\n", `\n`))
}

// column writes s, padded to the width of the column, and two blanks.
func (l *textLayout) column(b *strings.Builder, width *int, s string, least, most int, style string, colour bool) {
	n := utf8.RuneCountInString(s)
	*width = min(max(*width, n, least), most)
	b.WriteString(paint(colour, style, s))
	b.WriteString(strings.Repeat(" ", max(*width-n, 0)+2))
}

// shortJSON returns a message on one line of about most characters, with its
// size where it was cut.
func shortJSON(message []byte, most int) string {
	size := ""
	if len(message) > most*utf8.UTFMax || utf8.RuneCount(message) > most {
		size = "… (" + byteSize(len(message)) + ")"
		most -= utf8.RuneCountInString(size)
	}
	var b strings.Builder
	quoted, shown := false, 0
	for i := 0; i < len(message); i++ {
		c := message[i]
		if utf8.RuneStart(c) && shown >= most && size != "" {
			b.WriteString(size)
			break
		}
		switch {
		case quoted && c == '\\' && i+1 < len(message):
			b.WriteByte(c)
			shown++
			i++
			c = message[i]
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			continue
		}
		b.WriteByte(c)
		if utf8.RuneStart(c) {
			shown++
		}
	}
	return b.String()
}

// byteSize is a size for people.
func byteSize(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// cutRunes returns the first n bytes of s, or less: no rune is cut.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// visible replaces what would do something to a terminal instead of showing
// there: scripts of extensions decide what is printed.
func visible(s string) string {
	plain := func(r rune) bool { return r == '\t' || !unicode.IsControl(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if plain(r) {
			b.WriteRune(r)
		} else {
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}
