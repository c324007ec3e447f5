package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func name(s string) *string { return &s }

// conversation has every kind of event.
func conversation() []event {
	return []event{
		{Event: eventExtension, Text: "Greeting 1.0  (MV3 as in Chromium, id abc)"},
		{Event: eventTab, Tab: 1, URL: "https://example.com/"},
		{Event: eventConsole, Context: "background", Level: "log", Text: "ready\nto go"},
		{Event: eventConsole, Context: "content 1", Level: "warn", Text: "careful"},
		{Event: eventConsole, Context: "content 1", Level: "error", Text: "red \x1b[31m"},
		{Event: eventConnect, Channel: 1, Name: name("greeting"), From: "content 1", To: []string{"background"}},
		{Event: eventMessage, Channel: 1, Name: name("greeting"), From: "content 1", To: []string{"background"}, Message: json.RawMessage("{\"a\": \"b  c\",\n \"d\": 1}")},
		{Event: eventMessage, Channel: 1, Name: name("greeting"), From: "background", To: []string{"content 1"}, Message: json.RawMessage(`"` + strings.Repeat("é", 2000) + `"`)},
		{Event: eventConnect, Channel: 2, Name: name(""), From: "background", Error: "no receiver: nobody listens"},
		{Event: eventConnect, Channel: 3, Name: name(""), From: "background", To: []string{"ping_pong"}},
		{Event: eventNative, Context: "ping_pong", Text: "hm"},
		{Event: eventDisconnected, Channel: 3, Name: name(""), From: "background", To: []string{"ping_pong"}, Error: "native app has exited:\nstatus 1"},
		{Event: eventMessage, Channel: 4, Name: name(""), OneTime: true, opener: true, From: "content 1", To: []string{"background", "page 2"}, Message: json.RawMessage(`1`)},
		{Event: eventMessage, Channel: 4, Name: name(""), OneTime: true, From: "background", To: []string{"content 1"}, Message: json.RawMessage(`2`)},
		{Event: eventMessage, Channel: 5, Name: name("a name that is longer than a column"), From: "content 1", To: []string{"background", "background@other", "page 2"}, Message: json.RawMessage(`null`)},
		{Event: eventUncaught, Context: "content 1", Text: "TypeError: x is not a function", At: "ext/content.js:3:5"},
		{Event: eventUncaught, Context: "content 1", Text: "Error: boom", At: "ext/a.js:1:1", Stack: "    at f (ext/a.js:1:1)\n    at ext/a.js:9:2"},
		{Event: eventResult, Context: "background", Text: "42"},
		{Event: eventCommand, Text: "click #a"},
		{Event: eventError, Text: "click: no element"},
		{Event: eventNote, Text: "two\nlines"},
		{Event: eventDisconnect, Channel: 1, Name: name("greeting"), From: "content 1", To: []string{"background"}},
		{Event: eventTab, Tab: 1, URL: "https://example.com/", Text: "closed"},
	}
}

func TestText(t *testing.T) {
	want := strings.TrimPrefix(`
extension   Greeting 1.0  (MV3 as in Chromium, id abc)
tab 1       https://example.com/
background  ready
            to go
content 1   warning: careful
content 1   error: red \x1b[31m
content 1   -> background  #1 greeting  connect
content 1   -> background  #1 greeting  {"a":"b  c","d":1}
background  -> content 1   #1 greeting  "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé… (3.9 KiB)
background  -> nobody      #2           connect: no receiver: nobody listens
background  -> ping_pong   #3           connect
ping_pong   stderr: hm
background  -> ping_pong   #3           disconnected: native app has exited:
            status 1
content 1   -> background, page 2  #4 message   1
background  -> content 1           #4 answer    2
content 1   -> 3 receivers         #5 a name that is longer …  null
content 1   uncaught TypeError: x is not a function  (ext/content.js:3:5)
content 1   uncaught Error: boom  (ext/a.js:1:1)
                at f (ext/a.js:1:1)
                at ext/a.js:9:2
background  = 42
> click #a
click: no element
two
lines
content 1   -> background          #1 greeting                 disconnect
tab 1       https://example.com/  closed
`, "\n")
	var layout textLayout
	var got strings.Builder
	for _, e := range conversation() {
		got.WriteString(layout.render(&e, false, 0))
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

// TestTextInColour holds that colour changes nothing but the colours.
func TestTextInColour(t *testing.T) {
	var plain, colour textLayout
	for _, e := range conversation() {
		want := plain.render(&e, false, 0)
		got := colour.render(&e, true, 0)
		for _, style := range []string{"0", "1", "2", "31", "32", "33", "34;1", "35", "36"} {
			got = strings.ReplaceAll(got, "\x1b["+style+"m", "")
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMessageFitsTheTerminal(t *testing.T) {
	e := event{
		Event: eventMessage, Channel: 1, Name: name("greeting"), From: "content 1", To: []string{"background"},
		Message: json.RawMessage(`"` + strings.Repeat("x", 1000) + `"`),
	}
	for _, width := range []int{80, 100, 200} {
		var layout textLayout
		line := strings.TrimSuffix(layout.render(&e, false, width), "\n")
		if n := len([]rune(line)); n > width || n < width-3 {
			t.Errorf("width %d: the line has %d columns: %s", width, n, line)
		}
	}
}

func TestShortJSON(t *testing.T) {
	for _, test := range []struct{ message, want string }{
		{`{ "a" : [ 1 , 2 ] }`, `{"a":[1,2]}`},
		{"\"\\\" \\\\\" ", `"\" \\"`},
		{"{\n\t\"k\": \" \\\" { \"\r\n}", `{"k":" \" { "}`},
	} {
		if got := shortJSON([]byte(test.message), 100); got != test.want {
			t.Errorf("%q: got %s, want %s", test.message, got, test.want)
		}
	}
	long := []byte(`["` + strings.Repeat("日本", 100) + `"]`)
	for most := 20; most < 60; most++ {
		got := shortJSON(long, most)
		if !strings.HasSuffix(got, "… (604 bytes)") || strings.ContainsRune(got, '\uFFFD') {
			t.Errorf("most %d: %q", most, got)
		}
	}
}
