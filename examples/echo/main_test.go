package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// TestMain makes the test binary the app itself when it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("WEBPORT_ECHO") != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestEverythingComesBackByteForByte(t *testing.T) {
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(dialect.String(), func(t *testing.T) {
			port := start(t, dialect)
			for _, message := range []string{`"ping"`, `null`, `0`, ` {"b":1, "a":2,"a":3} `, `9007199254740993`, `"😀\u0000\ud800"`, `"` + strings.Repeat("x", 1<<20-2) + `"`} {
				if err := port.Post(json.RawMessage(message)); err != nil {
					t.Fatal(err)
				}
				got, err := port.Receive(t.Context())
				if err != nil || string(got) != message {
					t.Errorf("sent %.40s, got %.40s, %v", message, got, err)
				}
			}
			if err := port.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestManyAtOnceComeBackInOrder(t *testing.T) {
	port := start(t, webport.Chromium)
	for i := range 2000 {
		if err := port.Post(i); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2000 {
		if got, err := webport.Decode[int](t.Context(), port); got != i || err != nil {
			t.Fatalf("message %d: got %d, %v", i, got, err)
		}
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
		allowed = `"allowed_extensions": ["echo@example.org"]`
	}
	dir := t.TempDir()
	text := fmt.Sprintf(`{"name": "echo", "description": "echo", "type": "stdio", "path": %q, %s}`, path, allowed)
	if err := os.WriteFile(filepath.Join(dir, "echo.json"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	port, err := native.Connect(context.Background(), "echo", &native.ConnectOptions{
		Dialect: dialect, Dirs: []string{dir}, Env: append(os.Environ(), "WEBPORT_ECHO=1"),
		Stderr: func(line string) { t.Log(line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() })
	return port
}
