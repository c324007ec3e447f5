//go:build unix

package tap

import (
	"os"
	"path/filepath"
	"runtime"
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

// TestReplayAgainstAnAppWithoutEnd holds that memory does not grow with what an app sends.
func TestReplayAgainstAnAppWithoutEnd(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := replayed(t, "exec yes", 300*time.Millisecond, Record{Event: Start}, Record{Event: Message, From: FromApp, Message: []byte("1")})
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 32<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
	if last := got[len(got)-1]; !strings.HasPrefix(last, `bytes that are no message: recorded "", now "y\ny\n`) {
		t.Errorf("%q", got)
	}
}

// TestReplayTellsNothingRedacted holds that a recording without secrets leads to none.
func TestReplayTellsNothingRedacted(t *testing.T) {
	const script = `printf '\025\000\000\000{"password":"secret"}\011\000\000\000"secret"}\001secret'; cat >/dev/null`
	got := strings.Join(replayed(t, script, 20*time.Second, Record{Event: Start, Redact: []string{"password"}}), "\n")
	if strings.Contains(got, "secret") || !strings.Contains(got, "[redacted]") || strings.Count(got, "withheld") != 2 {
		t.Error(got)
	}
}
