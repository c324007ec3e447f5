//go:build unix

package native

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/webport/webport"
)

// try runs a trial of the test binary, or of a script, which plays part. With impatient, the rungs of the ladder do not
// wait long: for apps that let them pass.
func try(t *testing.T, d webport.Dialect, script, part string, wait time.Duration, impatient bool) *Trial {
	t.Helper()
	path := ""
	if script != "" {
		path = filepath.Join(t.TempDir(), "app.sh")
		write(t, path, "#!/bin/sh\n"+script)
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r := newRig(t, d, path, part)
	l := &Launcher{Dialect: d, Dirs: r.options.Dirs, Env: r.options.Env, ladder: ladderOf(d)}
	for i := range l.ladder {
		if impatient {
			l.ladder[i].wait /= 20
		}
	}
	m, err := l.find("", "app")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), wait)
	defer cancel()
	got, err := l.Try(ctx, m, m.Allowed[0], []byte(`{"hello":1}`))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTryAnAppThatBehaves(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		got := try(t, d, "", "echo", 20*time.Second, false)
		if string(got.Answer) != `{"hello":1}` || got.Err != nil || got.State == nil || !got.State.Success() || got.Ended <= 0 || got.After <= 0 {
			t.Errorf("%+v", got)
		}
		if len(got.Signals)+len(got.Orphans)+len(got.Skipped)+got.More != 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestTryAppsThatMisbehave(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		got := try(t, d, "", "exit 3", 20*time.Second, false)
		if !errors.Is(got.Err, webport.ErrNativeExited) || got.State == nil || got.State.ExitCode() != 3 || got.Answer != nil {
			t.Errorf("exit 3: %+v", got)
		}
		got = try(t, d, "", `raw "Hello, world\n"`, 20*time.Second, false)
		if !errors.Is(got.Err, webport.ErrNativeProtocol) || !strings.Contains(got.Err.Error(), "look like text") {
			t.Errorf("print: %+v", got)
		}
		got = try(t, d, "", `raw "\x01\x00\x00\x001Hello, world\n"`, 20*time.Second, false)
		if string(got.Answer) != "1" || !errors.Is(got.Err, webport.ErrNativeProtocol) {
			t.Errorf("print after the answer: %+v", got)
		}
		got = try(t, d, "", "stderr", 20*time.Second, false)
		if !slices.Equal(got.Stderr, []string{"one", "two", "", "no end"}) {
			t.Errorf("stderr: %q", got.Stderr)
		}
		got = try(t, d, "", "stuck", 50*time.Millisecond, false) // Main itself ends it: it does not wait for the handler
		if !errors.Is(got.Err, context.DeadlineExceeded) || got.Answer != nil {
			t.Errorf("silent: %+v", got)
		}
		got = try(t, d, "", "ignores-term", 20*time.Second, true)
		if last := got.Signals[len(got.Signals)-1]; last != "SIGKILL" || string(got.Answer) != `"ready"` || len(got.Orphans) != 0 {
			t.Errorf("ignores the end: %+v", got)
		}
	})
}

// TestTryAnAppWithoutEnd holds that what is kept of an app does not grow with what it says.
func TestTryAnAppWithoutEnd(t *testing.T) {
	got := try(t, webport.Chromium, "exec cat /dev/zero\n", "", time.Second, true)
	if n := len(got.Skipped); n != mostSkipped+1 || !strings.Contains(got.Skipped[n-1].Error(), "more messages") {
		t.Errorf("empty messages: %d are kept", n)
	}
	for _, line := range []string{"", strings.Repeat("x", 50_000)} {
		got = try(t, webport.Chromium, "while echo '"+line+"'; do :; done >&2\n", "", time.Second, true)
		kept := strings.Join(got.Stderr, "\n")
		if n := len(got.Stderr); n > mostLines+1 || len(kept) > mostStderr+mostLines+100 || !strings.HasSuffix(kept, " more lines") {
			t.Errorf("lines of %d bytes: %d are kept, of %d bytes", len(line), n, len(kept))
		}
	}
}

func TestTryFindsOrphans(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("orphans are found on Linux")
	}
	got := try(t, webport.Chromium, "sleep 1000 <&- >&- 2>&- &\nprintf '\\001\\000\\000\\0001'\n", "", 20*time.Second, true)
	if len(got.Orphans) != 1 || got.Orphans[0].Detached || !strings.Contains(got.Orphans[0].Command, "sleep 1000") || !slices.Equal(got.Signals, []string{"SIGKILL"}) {
		t.Errorf("in the app's process group: %+v", got)
	}
	got = try(t, webport.Chromium, "setsid sleep 1001 <&- >&- 2>&- &\nprintf '\\001\\000\\000\\0001'; cat >/dev/null\n", "", 20*time.Second, false)
	if len(got.Orphans) != 1 || !got.Orphans[0].Detached || !strings.Contains(got.Orphans[0].Command, "sleep 1001") || len(got.Signals) != 0 {
		t.Fatalf("in a session of its own: %+v", got)
	}
	if err := syscall.Kill(got.Orphans[0].ID, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}
