package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// typeAt types into a prompt and returns the commands that come of it, what
// was shown, and the context that Ctrl-C ends.
func typeAt(t *testing.T, typed string) (commands []string, shown string, ended context.Context) {
	t.Helper()
	ctx, stop := context.WithCancelCause(t.Context())
	var screen bytes.Buffer
	p := newPrompt(strings.NewReader(typed), &screen, stop)
	p.printer = newPrinter(p, false, false, noWidth, stop)
	p.printer.nameBy(nameOf)
	p.read(ctx)
	for {
		c, err := p.next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if c == nil {
			break
		}
		commands = append(commands, c.source)
		p.printer.flush()
	}
	if err := p.printer.close(); err != nil {
		t.Fatal(err)
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	return commands, screen.String(), ctx
}

func TestPrompt(t *testing.T) {
	const up = "\x1b[A"
	commands, shown, ended := typeAt(t, "click #a\r\r# no command\rna\t1 https://x.example/\r"+up+up+up+up+"\rclik\r\x04")
	if got, want := strings.Join(commands, "; "), "click #a; navigate 1 https://x.example/; click #a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.Contains(shown, `unknown command "clik"`) {
		t.Errorf("a mistake is not shown: %q", shown)
	}
	if ended.Err() != nil {
		t.Error("Ctrl-D is taken for Ctrl-C")
	}
}

func TestPromptCtrlC(t *testing.T) {
	commands, _, ended := typeAt(t, "click\rqui\x03")
	if len(commands) != 1 {
		t.Errorf("got commands %q, want click alone", commands)
	}
	<-ended.Done()
	if s, ok := errors.AsType[*statusError](context.Cause(ended)); !ok || s.status != 130 {
		t.Errorf("Ctrl-C ends with %v, want status 130", context.Cause(ended))
	}
}
