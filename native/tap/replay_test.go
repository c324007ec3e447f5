//go:build unix

package tap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// replayed plays records against a shell script, and returns the differences.
func replayed(t *testing.T, script string, timeout time.Duration, records ...Record) []string {
	t.Helper()
	app := filepath.Join(t.TempDir(), "app.sh")
	if err := os.WriteFile(app, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	var got []string
	n, err := Replay(t.Context(), records, &ReplayOptions{
		Path: app, Timeout: timeout, Differ: func(difference string) { got = append(got, difference) },
	})
	if err != nil || n != len(got) {
		t.Fatal(n, got, err)
	}
	return got
}

// TestReplayTellsNothingRedacted holds that a recording without secrets leads to none.
func TestReplayTellsNothingRedacted(t *testing.T) {
	const script = `printf '\025\000\000\000{"password":"secret"}\011\000\000\000"secret"}\001secret'; cat >/dev/null`
	got := strings.Join(replayed(t, script, 20*time.Second, Record{Event: Start, Redact: []string{"password"}}), "\n")
	if strings.Contains(got, "secret") || !strings.Contains(got, "[redacted]") || strings.Count(got, "withheld") != 2 {
		t.Error(got)
	}
}
