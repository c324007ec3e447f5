//go:build unix

package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// running is webport in a process of its own, which has said that it is ready.
type running struct {
	*exec.Cmd
	out   *bufio.Scanner
	stdin io.Closer
}

// start runs webport on an extension with that background script, and reads
// its output until "ready" is in it.
func start(t *testing.T, background string, flags ...string) *running {
	t.Helper()
	dir := write(t, map[string]string{
		"ext/manifest.json": `{"manifest_version": 2, "name": "n", "version": "1", "background": {"scripts": ["b.js"]},
			"permissions": ["nativeMessaging"], "browser_specific_settings": {"gecko": {"id": "n@example.org"}}}`,
		"ext/b.js": background,
	})
	c := exec.Command("webport", append([]string{"run", filepath.Join(dir, "ext")}, flags...)...)
	stdin, err := c.StdinPipe() // stays open: the session does not end by itself
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	r := &running{c, bufio.NewScanner(stdout), stdin}
	for r.out.Scan() {
		if strings.Contains(r.out.Text(), "ready") {
			return r
		}
	}
	t.Fatal("it ended before it was ready")
	return nil
}

// status waits for the end and returns the exit status and what was printed.
func (r *running) status(t *testing.T) (int, string) {
	t.Helper()
	var rest strings.Builder
	for r.out.Scan() {
		rest.WriteString(r.out.Text() + "\n")
	}
	err := r.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), rest.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, rest.String()
}

func TestSignalsEndTheSession(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		for name, background := range map[string]string{
			"quiet":   `console.log("ready")`,
			"timers":  `setInterval(() => console.log("ready"), 1)`,
			"runaway": `setTimeout(() => { console.log("ready"); for (;;); })`, // while the browser starts
			"late":    `setTimeout(() => { console.log("ready"); for (;;); }, 200)`,
		} {
			t.Run(sig.String()+"/"+name, func(t *testing.T) {
				r := start(t, background)
				if err := r.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				if sig == syscall.SIGHUP { // by the system, and by the shell
					_ = r.Process.Signal(sig)
				}
				if status, printed := r.status(t); status != want {
					t.Errorf("exit status %d, want %d; printed %s", status, want, printed)
				}
			})
		}
	}
}

// TestNohup holds that a session that is to outlive its terminal does.
func TestNohup(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	r := start(t, `console.log("ready")`)
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		if err := r.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	if status, printed := r.status(t); status != 143 {
		t.Errorf("exit status %d; printed %s", status, printed)
	}
}

// TestSignalEndsNativeApps holds that an app sees its input end, and is waited
// for, before webport is gone: the app's last words are shown.
func TestSignalEndsNativeApps(t *testing.T) {
	app, err := exec.LookPath("last_words")
	if err != nil {
		t.Fatal(err)
	}
	manifests := write(t, map[string]string{"last_words.json": `{"name": "last_words", "description": "d", "type": "stdio",
		"path": "` + app + `", "allowed_extensions": ["n@example.org"]}`})
	r := start(t, `const port = browser.runtime.connectNative("last_words");
		port.onMessage.addListener((m) => console.log(m))`, "--dialect", "firefox", "--native", manifests)
	if err := r.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	status, printed := r.status(t)
	if status != 130 || !strings.Contains(printed, "stderr: good bye") {
		t.Errorf("exit status %d, printed %s", status, printed)
	}
}

// TestClosedPipe holds that nobody reading the output ends the session with an
// error, not with a signal that native apps would not survive.
func TestClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	dir := write(t, map[string]string{
		"manifest.json": `{"manifest_version": 2, "name": "n", "version": "1", "background": {"scripts": ["b.js"]}}`,
		"b.js":          `setInterval(() => console.log("still there"), 1)`,
	})
	c := exec.Command("webport", "run", dir)
	var stderr strings.Builder
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	c.Stdout, c.Stderr = w, &stderr
	err = c.Run()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != statusFailed || !strings.Contains(stderr.String(), "broken pipe") {
		t.Errorf("%v; stderr: %s", err, &stderr)
	}
}
