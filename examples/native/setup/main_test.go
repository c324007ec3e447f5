package main

import (
	"path/filepath"
	"testing"

	"github.com/webport/webport"
	"github.com/webport/webport/headless"
	"github.com/webport/webport/native"
)

// TestSetUp lets both browsers' rules find the app for the extension next door.
func TestSetUp(t *testing.T) {
	dir := t.TempDir()
	if err := setUp(dir); err != nil {
		t.Fatal(err)
	}
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		extension, err := headless.Load("..", dialect)
		if err != nil {
			t.Fatal(err)
		}
		port, err := native.Connect(t.Context(), "ping_pong", &native.ConnectOptions{
			Dialect: dialect, Dirs: []string{filepath.Join(dir, dialect.String())}, Extension: extension.ID,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := port.Post("ping"); err != nil {
			t.Fatal(err)
		}
		if answer, err := webport.Decode[string](t.Context(), port); answer != "pong" || err != nil {
			t.Errorf("%v: got %q, %v", dialect, answer, err)
		}
		if err := port.Close(); err != nil {
			t.Error(err)
		}
	}
}
