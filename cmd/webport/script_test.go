package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseCommand(t *testing.T) {
	type parsed struct {
		Verb, Text string
		Tab        int
		Wait       time.Duration
	}
	for _, test := range []struct {
		line string
		want parsed
	}{
		{"click", parsed{Verb: "click"}},
		{"click #id > a.b", parsed{Verb: "click", Text: "#id > a.b"}},
		{"click 2", parsed{Verb: "click", Tab: 2}},
		{"click 2 button", parsed{Verb: "click", Tab: 2, Text: "button"}},
		{"action", parsed{Verb: "action"}},
		{"action 3", parsed{Verb: "action", Tab: 3}},
		{"open https://example.com/?a=b c", parsed{Verb: "open", Text: "https://example.com/?a=b c"}},
		{"\t close  12 ", parsed{Verb: "close", Tab: 12}},
		{"navigate 1 https://example.com/#x", parsed{Verb: "navigate", Tab: 1, Text: "https://example.com/#x"}},
		{"back 1", parsed{Verb: "back", Tab: 1}},
		{"frame 1 about:blank", parsed{Verb: "frame", Tab: 1, Text: "about:blank"}},
		{"eval content 1 1 + 1", parsed{Verb: "eval", Text: "content 1 1 + 1"}},
		{"reload", parsed{Verb: "reload"}},
		{"reload 1", parsed{Verb: "reload", Tab: 1}},
		{"expect  a  # b", parsed{Verb: "expect", Text: "a  # b"}},
		{"wait", parsed{Verb: "wait"}},
		{"wait 250", parsed{Verb: "wait", Wait: 250 * time.Millisecond}},
		{"wait 0", parsed{Verb: "wait", Wait: 1}}, // not until nothing happens
		{"quit", parsed{Verb: "quit"}},
	} {
		c, err := parseCommand(test.line, "")
		if err != nil {
			t.Errorf("%q: %v", test.line, err)
			continue
		}
		if diff := cmp.Diff(test.want, parsed{c.verb.name, c.text, c.tab, c.wait}); diff != "" {
			t.Errorf("%q: %s", test.line, diff)
		}
	}
}

func TestParseCommandErrors(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"clik body", `unknown command "clik": there are click, action, open,`},
		{"open", "open: the URL is missing: use open URL"},
		{"open example.com", `"example.com" is no absolute URL: write it like https://example.com/`},
		{"close", "close: the tab is missing: use close TAB"},
		{"close one", `close: "one" is no tab: tabs are numbered from 1`},
		{"close 0", `"0" is no tab`},
		{"close -1", `"-1" is no tab`},
		{"navigate https://example.com/", `"https://example.com/" is no tab`},
		{"navigate 1", "navigate: the URL is missing: use navigate TAB URL"},
		{"action button", `"button" is no tab`},
		{"eval", "eval: the context is missing: use eval CONTEXT CODE"},
		{"eval background", "eval: the code is missing"},
		{"expect", "expect: the text is missing"},
		{"wait long", `wait: "long" is no number of milliseconds`},
		{"wait -5", `"-5" is no number`},
		{"quit now", `quit: it takes no argument, and "now" was given`},
	} {
		_, err := parseCommand(test.line, "f:3")
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "f:3: ") {
			t.Errorf("%q: got %v, want %s", test.line, err, test.want)
		}
	}
}

func TestParseScript(t *testing.T) {
	commands, err := parseScript("x.webport", strings.NewReader("# comment\n\n  click\r\n\texpect #1  \nquit"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range commands {
		got = append(got, c.at+" "+c.source)
	}
	want := []string{"x.webport:3 click", "x.webport:4 expect #1", "x.webport:5 quit"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseScriptNamesTheLine(t *testing.T) {
	_, err := parseScript("x.webport", strings.NewReader("click\n\nopne https://example.com/\n"))
	syntax, ok := errors.AsType[*syntaxError](err)
	if !ok || syntax.at != "x.webport:3" {
		t.Errorf("got %v, want a *syntaxError at x.webport:3", err)
	}
}

func TestALineThatIsTooLongIsNamed(t *testing.T) {
	script := "# comment\n" + strings.Repeat(" ", 65<<20)
	if _, err := parseScript("x.webport", strings.NewReader(script)); err == nil || err.Error() != "x.webport:2: the line is longer than 64 MiB" {
		t.Errorf("a script: %v", err)
	}
	if _, err := newPipeSource(t.Context(), "stdin", strings.NewReader(script), nil).next(t.Context()); err == nil || err.Error() != "stdin:2: the line is longer than 64 MiB" {
		t.Errorf("a pipe: %v", err)
	}
}

func TestCompleteVerb(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"na", "navigate "},
		{"b", "back "},
		{"c", ""},           // click and close
		{"x", ""},           // nothing
		{"open https:", ""}, // no verb
	} {
		if got, pos, ok := completeVerb(test.line, len(test.line), '\t'); got != test.want || pos != len(got) || ok != (got != "") {
			t.Errorf("%q: got %q, %d, %v, want %q", test.line, got, pos, ok, test.want)
		}
	}
	if _, _, ok := completeVerb("na", 2, 'v'); ok {
		t.Error("a letter completes")
	}
}

func TestParseScriptOfWindows(t *testing.T) {
	commands, err := parseScript("x.webport", strings.NewReader("\uFEFFwait 1\r\nexpect a\r\n"))
	if err != nil || len(commands) != 2 || commands[1].text != "a" {
		t.Errorf("got %v, %v", commands, err)
	}
}
