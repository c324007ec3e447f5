//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// patience bounds every wait for an app that is not ours.
const patience = 30 * time.Second

// realApp is a native app that is not ours, as .ci/real-apps prepares it.
type realApp struct {
	*testing.T
	dir  string // of all of them
	name string
	as   webport.Dialect
	env  []string // beside that of the test
	way  func(*realApp) *talk
}

// realApps skips the test where the apps are not there.
func realApps(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("WEBPORT_REAL_APPS")
	if dir == "" {
		t.Skip("WEBPORT_REAL_APPS does not name a directory that .ci/real-apps prepared")
	}
	return dir
}

// inEachWay runs test on the app called name as each of the browsers starts it, from Go and from the command line.
func inEachWay(t *testing.T, name string, browsers []webport.Dialect, test func(a *realApp)) {
	dir := realApps(t)
	for label, way := range map[string]func(*realApp) *talk{"native.Connect": fromGo, "webport connect": fromCommandLine} {
		for _, as := range browsers {
			t.Run(label+" as "+as.String(), func(t *testing.T) {
				test(&realApp{T: t, dir: dir, name: name, as: as, way: way})
			})
		}
	}
}

var (
	chromiumAlone = []webport.Dialect{webport.Chromium}
	bothBrowsers  = []webport.Dialect{webport.Chromium, webport.Firefox}
)

func (a *realApp) manifests() string { return filepath.Join(a.dir, a.as.String()) }

// connect starts the app.
func (a *realApp) connect() *talk {
	a.Helper()
	k := a.way(a)
	k.app = a
	a.Cleanup(func() { k.close() })
	return k
}

// talk is the extension's end of a connection to an app.
type talk struct {
	app   *realApp
	send  func(message string) error
	next  func(context.Context) (string, error) // io.EOF when nothing comes any more
	close func() (status string, err error)     // how the app's own exit was, if it came first; again does nothing
	log   func() string                         // of standard error
}

func fromGo(a *realApp) *talk {
	a.Helper()
	var mu sync.Mutex
	var log strings.Builder
	port, err := native.Connect(a.Context(), a.name, &native.ConnectOptions{
		Dialect: a.as, Dirs: []string{a.manifests()}, Env: append(os.Environ(), a.env...),
		Stderr: func(line string) {
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintln(&log, line)
		},
	})
	if err != nil {
		a.Fatal(err)
	}
	return &talk{
		send: func(message string) error { return port.Post(json.RawMessage(message)) },
		next: func(ctx context.Context) (string, error) {
			m, err := port.Receive(ctx)
			if errors.Is(err, webport.ErrNativeExited) {
				err = io.EOF
			}
			return string(m), err
		},
		close: func() (string, error) {
			cause := port.Err()
			err := port.Close()
			if exit, ok := errors.AsType[*native.ExitError](cause); ok && exit.State != nil {
				return exit.State.String(), err
			}
			return "", errors.Join(cause, err)
		},
		log: func() string { mu.Lock(); defer mu.Unlock(); return log.String() },
	}
}

func fromCommandLine(a *realApp) *talk {
	a.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, "webport", "connect", a.name, "--as", a.as.String(), "--native", a.manifests(), "--linger", "0s")
	c.Env = append(os.Environ(), a.env...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it ends its app, too
	var log strings.Builder
	c.Stderr = &log
	stdin, err := c.StdinPipe()
	if err != nil {
		a.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		a.Fatal(err)
	}
	if err := c.Start(); err != nil {
		a.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for r := bufio.NewReader(stdout); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			select {
			case lines <- line:
			case <-ctx.Done():
			}
		}
	}()
	end := sync.OnceValues(func() (string, error) {
		stdin.Close()
		slow := time.AfterFunc(patience, cancel)
		defer slow.Stop()
		defer cancel()
		for range lines {
		}
		if err := c.Wait(); err != nil {
			return log.String(), err
		}
		return "exit status 0", nil
	})
	return &talk{
		send: func(message string) error { _, err := io.WriteString(stdin, message+"\n"); return err },
		next: func(ctx context.Context) (string, error) {
			select {
			case line, more := <-lines:
				if !more {
					return "", io.EOF
				}
				return line, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		},
		close: end,
		log:   func() string { end(); return log.String() },
	}
}

// post sends messages to the app.
func (k *talk) post(messages ...string) {
	k.app.Helper()
	for _, m := range messages {
		if err := k.send(m); err != nil {
			k.app.Fatalf("post %.80s: %v", m, err)
		}
	}
}

// receive returns the next message, decoded.
func (k *talk) receive() any {
	k.app.Helper()
	ctx, cancel := context.WithTimeout(k.app.Context(), patience)
	defer cancel()
	text, err := k.next(ctx)
	if err != nil {
		k.app.Fatalf("receive: %v\n%s", err, k.log())
	}
	return decoded(k.app, text)
}

// expect holds that the next messages are these.
func (k *talk) expect(messages ...string) {
	k.app.Helper()
	for _, want := range messages {
		if got := k.receive(); !reflect.DeepEqual(got, decoded(k.app, want)) {
			k.app.Fatalf("received %.200v, want %.200s", got, want)
		}
	}
}

// end disconnects, and holds that the app needs no more than that to end.
func (k *talk) end() {
	k.app.Helper()
	if _, err := k.close(); err != nil {
		k.app.Errorf("close: %v\n%s", err, k.log())
	}
}

// exited holds that the app has ended by itself, with nothing more to say than that exit status.
func (k *talk) exited(status int) {
	k.app.Helper()
	ctx, cancel := context.WithTimeout(k.app.Context(), patience)
	defer cancel()
	if text, err := k.next(ctx); err != io.EOF {
		k.app.Errorf("instead of the end: %q, %v", text, err)
	}
	how, err := k.close()
	if how != fmt.Sprintf("exit status %d", status) && !strings.Contains(how, fmt.Sprintf(": exit status %d;", status)) {
		k.app.Errorf("ended with %q, %v; want exit status %d", how, err, status)
	}
}

func decoded(t testing.TB, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%.200s: %v", text, err)
	}
	return value
}

// field is the value below the keys of a message.
func field(value any, keys ...string) any {
	for _, key := range keys {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	return value
}

// start starts a program beside the app, and ends it with the test.
func (a *realApp) start(c *exec.Cmd) {
	a.Helper()
	var log strings.Builder
	c.Stderr = &log
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		a.Fatal(err)
	}
	a.Cleanup(func() {
		syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
		c.Wait()
		if a.Failed() {
			a.Logf("%s: %s", c.Path, log.String())
		}
	})
}

// shortDir is a directory for sockets, whose paths are bounded.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "webport")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
