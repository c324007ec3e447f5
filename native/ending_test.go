//go:build unix

package native

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
)

func TestHowAnAppEnds(t *testing.T) {
	hundred := make([]string, 100)
	for i := range hundred {
		hundred[i] = strconv.Itoa(i)
	}
	for _, test := range []struct {
		part     string
		messages []string
		want     string
	}{
		{"exit 0", nil, "exit status 0"},
		{"exit 3", nil, "exit status 3"},
		{"die 9", nil, "signal: killed"},
		{"die 11", nil, "signal: segmentation fault"},
		{"hundred", hundred, "exit status 0"},
		{"closes-stdout", []string{`"last"`}, "it closed its standard output"},
		{"closes-stdin", []string{"0", "1", "2"}, "exit status 0"},
		{"leaves-child", []string{`"late"`}, "exit status 0"},
		{"stderr", nil, `exit status 4; the last line on its standard error was "no end"`},
	} {
		t.Run(test.part, func(t *testing.T) {
			inBoth(t, func(t *testing.T, d webport.Dialect) {
				r := newRig(t, d, "", test.part)
				got, err := r.all(r.connect())
				if diff := cmp.Diff(test.messages, got); diff != "" {
					t.Error(diff)
				}
				if !errors.Is(err, webport.ErrNativeExited) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %s", err, test.want)
				}
				var exit *ExitError
				if !errors.As(err, &exit) || exit.Name != "app" || exit.Cut || (exit.State == nil) != (test.part == "closes-stdout") {
					t.Fatalf("got %#v", err)
				}
				if exit.State != nil && !strings.HasPrefix(test.want, exit.State.String()) {
					t.Errorf("got the state %v, want %s", exit.State, test.want)
				}
			})
		})
	}
}

func TestStderrIsReadByLines(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "stderr")
		r.options.Stderr = func(line string) {
			time.Sleep(20 * time.Millisecond) // Close waits for whoever is slow to hear of the last line
			r.note(&r.stderr, line)
		}
		port := r.connect()
		r.all(port)
		port.Close()
		if diff := cmp.Diff([]string{"one", "two", "", "no end"}, r.noted(&r.stderr)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCloseClimbsTheLadder(t *testing.T) {
	for _, test := range []struct {
		part              string
		rungs             int      // how many of them the app lets pass
		chromium, firefox string   // of the error
		stderr            []string // in Firefox; in Chromium it is EOF alone
	}{
		{"ignores-eof", 1, "got SIGKILL", "got SIGTERM", []string{"EOF", "SIGTERM"}},
		{"ignores-term", 2, "got SIGKILL", "got SIGKILL", []string{"EOF", "SIGTERM"}},
		{"leaves-group", 2, "got SIGKILL", "got SIGKILL", []string{"EOF", "SIGTERM"}},
	} {
		t.Run(test.part, func(t *testing.T) {
			inBoth(t, func(t *testing.T, d webport.Dialect) {
				r := newRig(t, d, "", test.part)
				port := r.connectFast(test.rungs)
				if m, err := port.Receive(t.Context()); err != nil {
					t.Fatal(m, err)
				}
				err := port.Close()
				want, stderr := test.chromium, []string{"EOF"}
				if d == webport.Firefox {
					want, stderr = test.firefox, test.stderr
				}
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
				if diff := cmp.Diff(stderr, r.noted(&r.stderr)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// An app that does not read cannot keep a port from closing.
func TestCloseWhileWriting(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		port := newRig(t, d, "", "reads-when /no/such/file").connectFast(2)
		for range 10 { // more than a pipe holds
			if err := port.Post(strings.Repeat("x", 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
		if err := port.Close(); err == nil || !strings.Contains(err.Error(), "got SIG") {
			t.Errorf("got %v", err)
		}
	})
}

func TestCloseSaysThatNotAllWasRead(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		now := filepath.Join(t.TempDir(), "now")
		r := newRig(t, d, "", "reads-when "+now)
		l := &Launcher{Dialect: d, Dirs: r.options.Dirs, Env: r.options.Env}
		conn, err := l.launch(t.Context(), "", "app")
		if err != nil {
			t.Fatal(err)
		}
		closed := make(chan error)
		go func() { closed <- conn.Close() }()
		if err := conn.WriteMessage(json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)); err == nil {
			t.Error("the message was taken")
		}
		write(t, now, "") // the app reads what is there and exits at the end of it
		if err := <-closed; err == nil || !strings.Contains(err.Error(), "did not read all") {
			t.Errorf("got %v", err)
		}
	})
}

// Whoever received until now may interrupt late, when its context ends.
func TestInterruptDoesNotStopTheDraining(t *testing.T) {
	now := filepath.Join(t.TempDir(), "now")
	r := newRig(t, webport.Firefox, "", "writes-when "+now)
	eof := make(chan struct{})
	l := &Launcher{Dialect: webport.Firefox, Dirs: r.options.Dirs, Env: r.options.Env, Stderr: func(string, string) { close(eof) }}
	conn, err := l.launch(t.Context(), "", "app")
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- conn.Close() }()
	<-eof
	time.Sleep(5 * time.Millisecond) // it is being drained
	conn.Interrupt()
	write(t, now, "") // the app writes more than a pipe holds, and exits
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestCloseEndsTheWholeProcessGroup(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		script := filepath.Join(t.TempDir(), "forks.sh")
		write(t, script, "#!/bin/sh\nsleep 1000 <&- >&- 2>&- &\nprintf '%s' $! >\"$0.pid\"\nprintf '\\001\\000\\000\\0001'\n")
		os.Chmod(script, 0o755)
		r := newRig(t, d, script, "")
		port := r.connectFast(2)
		if m, err := port.Receive(t.Context()); err != nil {
			t.Fatal(m, err)
		}
		port.Close()
		text, _ := os.ReadFile(script + ".pid")
		pid, err := strconv.Atoi(string(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, 0); err != syscall.ESRCH && !onlyZombies(group(pid)) {
			t.Errorf("the app's child %d is still there: %v", pid, err)
		}
	})
}

func group(pid int) int { g, _ := syscall.Getpgid(pid); return g }

func TestCloseWhileReading(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		port := newRig(t, d, "", "echo").connect()
		done := make(chan error)
		go func() { _, err := port.Receive(context.Background()); done <- err }()
		port.Close()
		if err := <-done; !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("got %v", err)
		}
	})
}
