package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/webport/webport"
)

func noWidth() int { return 0 }

func nameOf(i *webport.EndpointInfo) string { return i.URL }

// newTestPrinter prints to the buffer; closing it is the caller's.
func newTestPrinter(t *testing.T, out io.Writer, asJSON bool) *printer {
	t.Helper()
	p := newPrinter(out, asJSON, false, noWidth, func(err error) { t.Error(err) })
	p.nameBy(nameOf)
	return p
}

func TestPrinterKeepsTheOrder(t *testing.T) {
	var out bytes.Buffer
	p := newTestPrinter(t, &out, false)
	var want strings.Builder
	for i := range 10_000 {
		p.notef("%d", i)
		fmt.Fprintln(&want, i)
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	if out.String() != want.String() {
		t.Error("lines are missing or in another order")
	}
}

func TestFlush(t *testing.T) {
	var out bytes.Buffer
	p := newTestPrinter(t, &out, false)
	defer p.close()
	for i := range 100 {
		p.notef("%d", i)
		p.flush()
		if !strings.HasSuffix(out.String(), fmt.Sprintf("%d\n", i)) {
			t.Fatalf("after flush %d: %q", i, out.String())
		}
	}
}

func TestExpect(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := newTestPrinter(t, io.Discard, asJSON)
			defer p.close()
			ctx, cancel := context.WithTimeout(t.Context(), expectTime)
			defer cancel()
			go func() {
				time.Sleep(expectTime - 1)
				p.add(event{Event: eventConsole, Context: "background", Text: "at  last"})
			}()
			// Columns do not count, and the text form is what counts with --json too.
			if !p.expect(ctx, "background \t at last") {
				t.Error("what was printed in time was not found")
			}
			if !p.expect(ctx, "last") {
				t.Error("what was printed before was not found")
			}
			p.add(event{Event: eventCommand, Text: "expect never"})
			if p.expect(ctx, "never") {
				t.Error("a command finds itself")
			}
		})
	}
}

func TestExpectFindsWhatIsPrintedInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPrinter(t, io.Discard, false)
		defer p.close()
		found := make(chan bool)
		go func() { found <- p.expect(t.Context(), "needle") }()
		for range 3 {
			p.notef("hay")
			synctest.Wait()
		}
		p.notef("a needle")
		if !<-found {
			t.Error("not found")
		}
	})
}

// TestTranscriptIsBounded holds that expect works on when the beginning of
// what was printed is forgotten.
func TestTranscriptIsBounded(t *testing.T) {
	p := newTestPrinter(t, io.Discard, false)
	defer p.close()
	p.notef("first")
	long := strings.Repeat("x", transcriptMax/4)
	for range 5 {
		p.notef("%s", long)
		p.flush()
	}
	p.notef("last")
	p.flush()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if p.expect(ended, "first") {
		t.Error("the transcript was not cut")
	}
	if !p.expect(ended, "last") {
		t.Error("the end of the transcript is gone")
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestPrinterReportsTheFirstError(t *testing.T) {
	failures := make(chan error, 10)
	p := newPrinter(brokenWriter{}, false, false, noWidth, func(err error) { failures <- err })
	p.nameBy(nameOf)
	for range 3 {
		p.notef("x")
		p.flush()
	}
	if err := p.close(); !errors.Is(err, errBroken) {
		t.Errorf("close: %v", err)
	}
	if n := len(failures); n != 1 {
		t.Errorf("told of %d errors, want 1", n)
	}
}

func TestJSONLines(t *testing.T) {
	for _, e := range conversation() {
		line := renderJSON(&e)
		var got map[string]any
		if err := json.Unmarshal(line, &got); err != nil || bytes.Count(line, []byte("\n")) != 1 {
			t.Errorf("%s: %v", line, err)
		}
		if got["event"] != string(e.Event) || got["time"] == nil {
			t.Errorf("%s: no event or no time", line)
		}
	}
	e := event{Event: eventMessage, Message: json.RawMessage(`{"unfinished`)}
	if line := string(renderJSON(&e)); !strings.Contains(line, "unfinished") || !strings.Contains(line, "message is not JSON") {
		t.Errorf("a message that is no JSON is lost: %s", line)
	}
}
