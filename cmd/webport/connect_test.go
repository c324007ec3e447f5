package main

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webport/webport/native"
)

// typist is a prompt's terminal, both ways: it types what comes next when a
// message was shown.
type typist struct {
	*prompt
	keys  *io.PipeWriter
	next  []string
	shown int
}

func (y *typist) Write(b []byte) (int, error) {
	n, err := y.prompt.Write(b)
	keys := y.next[y.shown]
	y.shown++
	go io.WriteString(y.keys, keys)
	return n, err
}

// TestConnectPrompt types at the prompt of connect: a message, the same again
// from the history, what is no message, and Ctrl-D.
func TestConnectPrompt(t *testing.T) {
	app, err := exec.LookPath("ping_pong")
	if err != nil {
		t.Fatal(err)
	}
	manifests := write(t, map[string]string{"ping_pong.json": `{"name": "ping_pong", "description": "d", "type": "stdio",
		"path": "` + filepath.ToSlash(app) + `", "allowed_origins": ["chrome-extension://abcdefghijklmnopabcdefghijklmnop/"]}`})
	port, err := native.Connect(t.Context(), "ping_pong", &native.ConnectOptions{Dirs: []string{manifests}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	in, keys := io.Pipe()
	defer in.Close()
	var screen bytes.Buffer
	p := newPrompt(in, &screen, stop)
	c := exchange{options: &connectOptions{}, port: port, prompt: p, stop: stop, err: p}
	c.out = &typist{prompt: p, keys: keys, next: []string{"\x1b[A\r", "{\"a\":\r\x04"}}
	go io.WriteString(keys, "\"ping\"\r")
	if err := c.run(ctx, nil); err != nil {
		t.Error(err)
	}
	shown := screen.String()
	if strings.Count(shown, `"pong"`) != 2 || !strings.Contains(shown, "not sent: message is not one JSON value") {
		t.Errorf("shown: %q", shown)
	}
	if ctx.Err() != nil {
		t.Error("Ctrl-D is taken for Ctrl-C")
	}
}
