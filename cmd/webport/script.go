package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// command is one line of a script, or of what was typed.
type command struct {
	verb   *verb
	tab    int           // 0 where none was given
	text   string        // what follows the verb and the tab
	wait   time.Duration // of wait MS
	source string        // the line
	at     string        // FILE:LINE; "" when it was typed
}

// verb is what a command does.
type verb struct {
	name string
	args string // as help shows them
	help string
	// parse reads what follows the verb into c.
	parse func(c *command, rest string) error
	do    func(ctx context.Context, s *session, c *command) error
}

// verbs returns all of them in the order of help.
func verbs() []*verb {
	return []*verb{
		{"click", "[TAB] [SELECTOR]", "click the element, or the page's body (TAB: the active one)", parseClick, doClick},
		{"action", "[TAB]", "click the extensions' buttons while TAB is shown", parseOptionalTab, doAction},
		{"open", "URL", "open a tab", parseURL, doOpen},
		{"close", "TAB", "close a tab", parseTab, doClose},
		{"navigate", "TAB URL", "load another document into a tab, as a click on a link does", parseTabURL, doNavigate},
		{"back", "TAB", "go back to the document before", parseTab, doBack},
		{"frame", "TAB URL", "add a frame to the tab's document", parseTabURL, doFrame},
		{"eval", "CONTEXT CODE", `run JavaScript in a context: eval content 1 document.title`, parseEval, doEval},
		{"reload", "[TAB]", "load the extensions from disk again; with TAB the tab's document", parseOptionalTab, doReload},
		{"expect", "TEXT", "wait until TEXT has been printed, for 5 s at most; blanks of any length are alike", parseText, doExpect},
		{"wait", "[MS]", "wait that many milliseconds; alone, until nothing happens, for 5 s at most", parseWait, doWait},
		{"help", "", "list the commands, and the tabs and contexts there are", parseNothing, doHelp},
		{"quit", "", "end", parseNothing, nil},
	}
}

func verbNamed(name string) *verb {
	i := slices.IndexFunc(verbs(), func(v *verb) bool { return v.name == name })
	if i < 0 {
		return nil
	}
	return verbs()[i]
}

// usage is the verb with its arguments.
func (v *verb) usage() string { return strings.TrimSpace(v.name + " " + v.args) }

// syntaxError says that a line is no command.
type syntaxError struct {
	at  string
	err error
}

func (e *syntaxError) Error() string {
	if e.at == "" {
		return e.err.Error()
	}
	return e.at + ": " + e.err.Error()
}

// parseCommand reads one line. It returns nil for a blank line and a comment.
func parseCommand(line, at string) (*command, error) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil, nil
	}
	name, rest := cutWord(line)
	c := &command{verb: verbNamed(name), source: line, at: at}
	if c.verb == nil {
		var names []string
		for _, v := range verbs() {
			names = append(names, v.name)
		}
		return nil, &syntaxError{at, fmt.Errorf("unknown command %q: there are %s", name, strings.Join(names, ", "))}
	}
	if err := c.verb.parse(c, rest); err != nil {
		return nil, &syntaxError{at, fmt.Errorf("%s: %w: use %s", name, err, c.verb.usage())}
	}
	return c, nil
}

// parseScript reads a whole script, whose name is for errors.
func parseScript(name string, r io.Reader) ([]*command, error) {
	var commands []*command
	lines := newLineScanner(r)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Text()
		if n == 1 {
			line = strings.TrimPrefix(line, "\uFEFF") // with which editors on Windows begin a file
		}
		c, err := parseCommand(line, fmt.Sprintf("%s:%d", name, n))
		if err != nil {
			return nil, err
		}
		if c != nil {
			commands = append(commands, c)
		}
	}
	return commands, lineError(name, n, lines.Err())
}

// newLineScanner takes lines of up to 64 MiB and their ends: code for eval can be long, and a message for a native app
// as long as Chromium sends.
func newLineScanner(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 64<<20+len("\r\n"))
	return s
}

// lineError says why the line after the nth could not be read from what is called name.
func lineError(name string, n int, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s:%d: the line is longer than 64 MiB", name, n+1)
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err // it names the file, too
	}
	return fmt.Errorf("read line %d of %s: %w", n+1, name, err)
}

func cutWord(s string) (word, rest string) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

func parseNothing(_ *command, rest string) error {
	if rest != "" {
		return fmt.Errorf("it takes no argument, and %q was given", rest)
	}
	return nil
}

func parseText(c *command, rest string) error {
	if c.text = rest; rest == "" {
		return fmt.Errorf("the text is missing")
	}
	return nil
}

func parseURL(c *command, rest string) error {
	if c.text = rest; rest == "" {
		return fmt.Errorf("the URL is missing")
	}
	return checkURL(rest)
}

func parseTab(c *command, rest string) error {
	if rest == "" {
		return fmt.Errorf("the tab is missing")
	}
	if c.tab = tabNumber(rest); c.tab == 0 {
		return fmt.Errorf("%q is no tab: tabs are numbered from 1", rest)
	}
	return nil
}

func parseOptionalTab(c *command, rest string) error {
	if rest == "" {
		return nil
	}
	return parseTab(c, rest)
}

func parseTabURL(c *command, rest string) error {
	tab, url := cutWord(rest)
	if err := parseTab(c, tab); err != nil {
		return err
	}
	if url == "" {
		return fmt.Errorf("the URL is missing")
	}
	c.text = url
	return nil
}

// parseClick tells a tab from a selector by the digit, which no selector
// begins with.
func parseClick(c *command, rest string) error {
	c.text = rest
	first, selector := cutWord(rest)
	if n := tabNumber(first); n > 0 {
		c.tab, c.text = n, selector
	}
	return nil
}

// parseEval leaves the text whole: which contexts there are shows when it runs,
// and their names have blanks.
func parseEval(c *command, rest string) error {
	c.text = rest
	if context, code := cutWord(rest); context == "" {
		return fmt.Errorf("the context is missing")
	} else if code == "" {
		return fmt.Errorf("the code is missing")
	}
	return nil
}

func parseWait(c *command, rest string) error {
	if rest == "" {
		return nil
	}
	ms, err := strconv.ParseInt(rest, 10, 32)
	if err != nil || ms < 0 {
		return fmt.Errorf("%q is no number of milliseconds", rest)
	}
	c.wait = max(time.Duration(ms)*time.Millisecond, 1)
	return nil
}

// tabNumber returns 0 for what is no tab's number.
func tabNumber(s string) int {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}
