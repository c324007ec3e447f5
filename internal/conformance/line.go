package conformance

import (
	"fmt"
	"regexp"
	"strings"
)

// The prelude marks what it writes to the console.
const (
	lineMark  = "\x01" // CONTEXT: TEXT follows
	helloMark = "\x02" // CONTEXT follows, where a script begins to run
)

// cutLine takes what a script of a scenario has written apart; ok is false for what others have written.
func cutLine(written string) (context, text string, ok bool) {
	line, ok := strings.CutPrefix(written, lineMark)
	if !ok {
		return "", "", false
	}
	context, text, ok = strings.Cut(line, ": ")
	return context, text, ok
}

// stack is what follows an error's text in Chromium.
var stack = regexp.MustCompile(`(?m)\n +at .*$`)

// bracketed is a line that a browser writes by itself.
func bracketed(level, text string) string {
	return "[" + level + "] " + stack.ReplaceAllString(text, "")
}

// wrapped is the code of an eval step as it is evaluated: what it throws is a line.
func wrapped(code string) string {
	return fmt.Sprintf(`(async () => { try { %s
	} catch (e) { console.log("throws " + describe(e)); } })()`, code)
}
