package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/webport/webport"
)

// traced runs a conversation in a broker and returns what is printed of it.
func traced(t *testing.T, dialect webport.Dialect, converse func(b *webport.Broker)) string {
	t.Helper()
	var out strings.Builder
	p := newTestPrinter(t, &out, false)
	converse(&webport.Broker{Dialect: dialect, Trace: p.addTrace})
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	return squeeze(out.String())
}

func attach(b *webport.Broker, name string, tab int) *webport.Endpoint {
	info := webport.EndpointInfo{Extension: "x", URL: name}
	if tab > 0 {
		info.ContentScript, info.Tab = true, &webport.Tab{ID: tab}
	}
	return b.Attach(info)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func diffLines(t *testing.T, got, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(got), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestTraceOfAConversation(t *testing.T) {
	got := traced(t, webport.Chromium, func(b *webport.Broker) {
		background, content := attach(b, "background", 0), attach(b, "content 1", 1)
		l := must(background.Listen())
		near := must(content.Connect(webport.ConnectInfo{Name: "greeting"}))
		far := must(l.Accept(t.Context()))
		check(near.Post("hello"))
		check(far.Post(json.RawMessage(`{"a": 1}`)))
		check(near.Close())
		check(far.Close())
	})
	diffLines(t, got, `
content 1 -> background #1 greeting connect
content 1 -> background #1 greeting "hello"
background -> content 1 #1 greeting {"a":1}
content 1 -> background #1 greeting disconnect`)
}

func TestTraceOfNobody(t *testing.T) {
	got := traced(t, webport.Chromium, func(b *webport.Broker) {
		content := attach(b, "content 1", 1)
		for range 2 {
			check(must(content.Connect(webport.ConnectInfo{Name: "greeting"})).Close())
		}
	})
	diffLines(t, got, `
content 1 -> nobody #1 greeting connect: `+webport.ErrNoReceiver.Error()+`
content 1 -> nobody #2 greeting connect: `+webport.ErrNoReceiver.Error())
}

// TestTraceOfSeveralReceivers shows who hears of a disconnect, and who does not.
func TestTraceOfSeveralReceivers(t *testing.T) {
	converse := func(b *webport.Broker) {
		background := attach(b, "background", 0)
		for _, name := range []string{"content 1", "content 1.1"} {
			l := must(attach(b, name, 1).Listen())
			defer l.Close()
		}
		near := must(background.ConnectTab(1, webport.ConnectInfo{Name: "all"}))
		check(near.Post(1))
		check(near.Close())
	}
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		diffLines(t, traced(t, dialect, converse), `
background -> content 1 #1 all connect
background -> content 1.1 #1 all connect
background -> content 1, content 1.1 #1 all 1
background -> content 1, content 1.1 #1 all disconnect
content 1 -> background #1 all disconnected
content 1.1 -> background #1 all disconnected`)
	}
}

func TestTraceOfOneTimeMessages(t *testing.T) {
	got := traced(t, webport.Chromium, func(b *webport.Broker) {
		background, content := attach(b, "background", 0), attach(b, "content 1", 1)
		l := must(background.ListenOn(webport.OnMessage))
		near := must(content.Connect(webport.ConnectInfo{OneTime: true}))
		check(near.Post("question"))
		far := must(l.Accept(t.Context()))
		check(far.Post("answer"))
		check(far.Close())
		check(near.Close())
	})
	diffLines(t, got, `
content 1 -> background #1 message "question"
background -> content 1 #1 answer "answer"`)
}

// TestTraceOfWaking posts before it is known who listens.
func TestTraceOfWaking(t *testing.T) {
	got := traced(t, webport.Chromium, func(b *webport.Broker) {
		var ready func()
		b.Wake = func(_ string, r func()) bool { ready = r; return true }
		background, content := attach(b, "background", 0), attach(b, "content 1", 1)
		must(background.Listen())
		near := must(content.Connect(webport.ConnectInfo{}))
		check(near.Post(1))
		ready()
		check(near.Post(2))
	})
	diffLines(t, got, `
content 1 -> ... #1 1
content 1 -> background #1 connect
content 1 -> background #1 2`)
}

func TestTraceForgetsChannels(t *testing.T) {
	names := channelNames{name: nameOf}
	b := &webport.Broker{Trace: func(t webport.Trace) { names.event(&t) }}
	background, content := attach(b, "background", 0), attach(b, "content 1", 1)
	l := must(background.Listen())
	for _, opener := range []bool{true, false} {
		near := must(content.Connect(webport.ConnectInfo{}))
		far := must(l.Accept(t.Context()))
		if opener {
			check(near.Close())
		} else {
			check(far.Close())
		}
	}
	check(must(content.Connect(webport.ConnectInfo{Extension: "nobody"})).Close())
	if len(names.open) != 0 {
		t.Errorf("%d channels are kept after their end", len(names.open))
	}
}
