package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// TestMain makes the test binary the app itself when it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("WEBPORT_PINGPONG") != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestPingPong(t *testing.T) {
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(dialect.String(), func(t *testing.T) {
			port := start(t, dialect)
			for _, message := range []string{"ping", "what?", "ping"} { // "what?" has no answer
				if err := port.Post(message); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if got, err := webport.Decode[string](t.Context(), port); got != "pong" || err != nil {
					t.Errorf("got %q, %v", got, err)
				}
			}
			if err := port.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// start starts the app as a browser of that dialect does.
func start(t *testing.T, dialect webport.Dialect) *webport.Port {
	t.Helper()
	path, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	allowed := `"allowed_origins": ["chrome-extension://abcdefghijklmnopabcdefghijklmnop/"]`
	if dialect == webport.Firefox {
		allowed = `"allowed_extensions": ["ping_pong@example.org"]`
	}
	dir := t.TempDir()
	text := fmt.Sprintf(`{"name": "ping_pong", "description": "ping_pong", "type": "stdio", "path": %q, %s}`, path, allowed)
	if err := os.WriteFile(filepath.Join(dir, "ping_pong.json"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	port, err := native.Connect(context.Background(), "ping_pong", &native.ConnectOptions{
		Dialect: dialect, Dirs: []string{dir}, Env: append(os.Environ(), "WEBPORT_PINGPONG=1"),
		Stderr: func(line string) { t.Log(line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() })
	return port
}
