//go:build unix

package native

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
)

const (
	testID     = "abcdefghijklmnopabcdefghijklmnop"
	testOrigin = "chrome-extension://" + testID + "/"
	testAddOn  = "test@example.org"
)

var dialects = []webport.Dialect{webport.Chromium, webport.Firefox}

func inBoth(t *testing.T, test func(t *testing.T, d webport.Dialect)) {
	for _, d := range dialects {
		t.Run(d.String(), func(t *testing.T) { test(t, d) })
	}
}

// rig is a directory with one native app, and what comes of it beside messages.
type rig struct {
	t       *testing.T
	options ConnectOptions

	mu      sync.Mutex // guards following
	stderr  []string
	skipped []string
}

// newRig installs the executable at path, "" for the test binary, as the native app "app", which plays part.
func newRig(t *testing.T, d webport.Dialect, path, part string) *rig {
	r := &rig{t: t}
	if path == "" {
		path, _ = filepath.Abs(os.Args[0])
	}
	dir := t.TempDir()
	caller := map[webport.Dialect]string{webport.Chromium: `"allowed_origins":["` + testOrigin + `"]`, webport.Firefox: `"allowed_extensions":["` + testAddOn + `"]`}
	quoted, _ := json.Marshal(path)
	write(t, filepath.Join(dir, "app.json"), `{"name":"app","description":"d","type":"stdio","path":`+string(quoted)+`,`+caller[d]+`}`)
	r.options = ConnectOptions{
		Dialect: d, Dirs: []string{dir}, Env: append(os.Environ(), appVariable+"="+part, "COLOUR=green"),
		Stderr:  func(line string) { r.note(&r.stderr, line) },
		Skipped: func(err error) { r.note(&r.skipped, err.Error()) },
	}
	return r
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) note(where *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*where = append(*where, text)
}

func (r *rig) noted(where *[]string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), *where...)
}

func (r *rig) connect() *webport.Port {
	r.t.Helper()
	port, err := Connect(r.t.Context(), "app", &r.options)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { port.Close() })
	return port
}

// connectFast is connect with a ladder whose first rungs do not wait long, for apps that let them pass.
func (r *rig) connectFast(rungs int) *webport.Port {
	r.t.Helper()
	l := &Launcher{Dialect: r.options.Dialect, Dirs: r.options.Dirs, Env: r.options.Env, ladder: ladderOf(r.options.Dialect)}
	l.Stderr = func(_, line string) { r.note(&r.stderr, line) }
	for i := range min(rungs, len(l.ladder)) {
		l.ladder[i].wait /= 20
	}
	conn, err := l.launch(r.t.Context(), "", "app")
	if err != nil {
		r.t.Fatal(err)
	}
	port := webport.NewPort(conn, webport.PortInfo{Dialect: l.Dialect})
	r.t.Cleanup(func() { port.Close() })
	return port
}

// all receives until the port ends, and returns the messages and Port.Err.
func (r *rig) all(port *webport.Port) (messages []string, err error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	for {
		m, err := port.Receive(ctx)
		if err == io.EOF {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		messages = append(messages, string(m))
	}
}

func TestExchange(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		port := newRig(t, d, "", "echo").connect()
		if port.Sender() != nil {
			t.Errorf("sender %v, want none on the opener's port", port.Sender())
		}
		if want := map[webport.Dialect]string{webport.Firefox: "app"}[d]; port.Name() != want {
			t.Errorf("port name %q, want %q", port.Name(), want)
		}
		for _, m := range []string{
			`"ping"`, `null`, `0`, `-0`, `false`, `""`, ` {"a" : 1} `, `{"a":1,"a":2}`, `1e400`, `"\ud800"`, `"\u0000é😀/` + "\u2028\u007f" + `"`, `9007199254740993`,
			strings.Repeat("[", 9999) + strings.Repeat("]", 9999), `"` + strings.Repeat("x", 1<<20-2) + `"`,
		} {
			if err := port.Post(json.RawMessage(m)); err != nil {
				t.Fatal(err)
			}
			got, err := port.Receive(t.Context())
			if err != nil || string(got) != m {
				t.Fatalf("sent %.40s, got %.40s, %v", m, got, err)
			}
		}
		if err := port.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatAnAppIsGiven(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "who")
		got, _ := r.all(r.connect())
		path, _ := filepath.Abs(os.Args[0])
		args := []any{path, testOrigin}
		if d == webport.Firefox {
			args = []any{path, filepath.Join(r.options.Dirs[0], "app.json"), testAddOn}
		}
		want := map[string]any{"args": args, "cwd": filepath.Dir(path), "variable": "green", "leader": true}
		var given map[string]any
		if len(got) != 1 || json.Unmarshal([]byte(got[0]), &given) != nil {
			t.Fatalf("got %q", got)
		}
		if diff := cmp.Diff(want, given); diff != "" {
			t.Error(diff)
		}
	})
}

func TestArgumentsOnWindows(t *testing.T) {
	l := &Launcher{}
	r := newRig(t, webport.Chromium, `/app`, "")
	m, err := l.format().Read(filepath.Join(r.options.Dirs[0], "app.json"), "app")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/app", testOrigin, "--parent-window=0"}, l.arguments(m, testOrigin, "windows")); diff != "" {
		t.Error(diff)
	}
}

// TestHowAnAppEnds is the part of section q of the measured behaviour that is about the end of an app: all that it has
// sent before is received.
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
			})
		})
	}
}

func TestStderrIsReadByLines(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "stderr")
		port := r.connect()
		r.all(port)
		port.Close()
		if diff := cmp.Diff([]string{"one", "two", "", "no end"}, r.noted(&r.stderr)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFramesFromAnApp(t *testing.T) {
	last := string(frame(`"last"`))
	for _, test := range []struct {
		name, bytes       string
		chromium, firefox []string // the messages; nil where the port ends with an error before any
		is                error    // in Chromium; nil: the frame is skipped
		want              string
	}{
		{"text", "Hello, world!\n", nil, nil, webport.ErrNativeProtocol, `1819043144 bytes of JSON, and the limit is 1048576 (these bytes look like text, not like the length of a message: "Hello, world!\n")`},
		{"1 MiB", string(frame(`"`+strings.Repeat("x", 1<<20-2)+`"`)) + last, []string{`"` + strings.Repeat("x", 1<<20-2) + `"`, `"last"`}, []string{`"` + strings.Repeat("x", 1<<20-2) + `"`, `"last"`}, nil, ""},
		{"one byte over 1 MiB, on the length alone", "\x01\x00\x10\x00", nil, nil, webport.ErrNativeProtocol, "1048577 bytes of JSON, and the limit is 1048576"},
		{"cut length", "\x05\x00", nil, nil, webport.ErrNativeExited, "after 2 of the 4 bytes"},
		{"cut body", "\x05\x00\x00\x00ab", nil, nil, webport.ErrNativeExited, "after 2 of 5 bytes"},
		{"bad JSON", string(frame("{bad")) + last, []string{`"last"`}, nil, nil, "not one JSON value"},
		{"empty", string(frame("")) + last, []string{`"last"`}, nil, nil, "an empty message"},
		{"space", string(frame("  ")) + last, []string{`"last"`}, nil, nil, "nothing but space"},
		{"something after it", string(frame("{}x")) + last, []string{`"last"`}, nil, nil, "more follows"},
		{"two values", string(frame("1 2")) + last, []string{`"last"`}, nil, nil, "more follows"},
		{"NaN", string(frame("NaN")) + last, []string{`"last"`}, nil, nil, "not one JSON value"},
		{"comment", string(frame("1 // one")) + last, []string{`"last"`}, nil, nil, "more follows"},
		{"control character", string(frame("\"a\x01\"")) + last, []string{`"last"`}, nil, nil, "not one JSON value"},
		{"byte order mark", string(frame("\ufeff1")) + last, []string{`"last"`}, []string{"1", `"last"`}, nil, "not one JSON value"},
		{"not UTF-8 in a string", string(frame("\"a\xff\xe2\x82b\"")) + last, []string{"\"a\ufffd\ufffd\ufffdb\"", `"last"`}, []string{"\"a\ufffd\ufffd\ufffdb\"", `"last"`}, nil, ""},
		{"lone surrogate", string(frame(`"\ud800"`)) + last, []string{`"\ud800"`, `"last"`}, []string{`"\ud800"`, `"last"`}, nil, ""},
		{"five in one write", strings.Repeat(last, 5), []string{`"last"`, `"last"`, `"last"`, `"last"`, `"last"`}, []string{`"last"`, `"last"`, `"last"`, `"last"`, `"last"`}, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBoth(t, func(t *testing.T, d webport.Dialect) {
				script := filepath.Join(t.TempDir(), "raw.sh")
				data := script + ".data"
				write(t, data, test.bytes)
				write(t, script, "#!/bin/sh\ncat '"+data+"'\n")
				os.Chmod(script, 0o755)
				r := newRig(t, d, script, "")
				got, err := r.all(r.connect())
				messages, is := test.chromium, test.is
				if d == webport.Firefox {
					messages = test.firefox
				}
				switch {
				case is != nil:
				case messages == nil:
					is = webport.ErrNativeProtocol
				default:
					is = webport.ErrNativeExited
				}
				if diff := cmp.Diff(messages, got); diff != "" {
					t.Error(diff)
				}
				if !errors.Is(err, is) {
					t.Fatalf("got %v, want %v", err, is)
				}
				said := strings.Join(append(r.noted(&r.skipped), err.Error()), "\n")
				if !strings.Contains(said, test.want) && (d == webport.Chromium || test.firefox == nil) {
					t.Errorf("said %s, want %s", said, test.want)
				}
			})
		})
	}
}

func TestFramesInSingleBytes(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		script := filepath.Join(t.TempDir(), "slow.sh")
		write(t, script, "#!/bin/sh\nfor b in 006 000 000 000 042 p i n g 042; do case $b in ???) printf \"\\\\$b\";; *) printf $b;; esac; sleep 0.002; done\n")
		os.Chmod(script, 0o755)
		r := newRig(t, d, script, "")
		got, _ := r.all(r.connect())
		if diff := cmp.Diff([]string{`"ping"`}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBytesToAnApp(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "counts")
		port := r.connect()
		var tooLarge *webport.TooLargeError
		over := json.RawMessage(`"` + strings.Repeat("x", 64<<20-1) + `"`)
		err := port.Post(over)
		if d == webport.Chromium && (!errors.As(err, &tooLarge) || tooLarge.Limit != 64<<20) || d == webport.Firefox && err != nil {
			t.Errorf("one byte over 64 MiB: got %v", err)
		}
		if err := errors.Join(port.Post(over[1 : len(over)-1][:0:0]), nil); err == nil {
			t.Error("an empty message was taken")
		}
		for _, m := range []any{json.RawMessage(`"` + strings.Repeat("x", 64<<20-2) + `"`), "one", "two", "three"} {
			if err := port.Post(m); err != nil {
				t.Fatal(err)
			}
		}
		if err := port.Close(); err != nil {
			t.Error(err)
		}
		want := []string{"67108864 bytes", `"one"`, `"two"`, `"three"`, "EOF"}
		if d == webport.Firefox {
			want = append([]string{"67108865 bytes"}, want...)
		}
		if diff := cmp.Diff(want, r.noted(&r.stderr)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestExecutablesThatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	script := func(name, text string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		write(t, file, text)
		os.Chmod(file, mode)
		return file
	}
	for _, test := range []struct {
		name, path        string
		chromium, firefox error
		want              string
	}{
		{"missing", filepath.Join(dir, "missing"), webport.ErrNativeNotFound, webport.ErrNativeStart, "no such file"},
		{"not executable", script("plain", "#!/bin/sh\n", 0o644), webport.ErrNativeExited, webport.ErrNativeStart, "chmod +x"},
		{"directory", dir, webport.ErrNativeExited, webport.ErrNativeStart, "directory"},
		{"no #!", script("noshebang", "echo\n", 0o755), webport.ErrNativeExited, webport.ErrNativeExited, "#!"},
		{"bad #!", script("badshebang", "#!/no/such/interpreter\n", 0o755), webport.ErrNativeExited, webport.ErrNativeExited, "interpreter"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBoth(t, func(t *testing.T, d webport.Dialect) {
				r := newRig(t, d, test.path, "")
				port, err := Connect(t.Context(), "app", &r.options)
				if err == nil {
					port.Close()
				}
				is := map[webport.Dialect]error{webport.Chromium: test.chromium, webport.Firefox: test.firefox}[d]
				if !errors.Is(err, is) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %v with %q", err, is, test.want)
				}
			})
		})
	}
}

func TestNamesAndCallers(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "exit 0")
		second := t.TempDir()
		r.options.Dirs = append([]string{second}, r.options.Dirs...)
		for _, name := range []string{"lab..op", ".lab", "lab-op", "a b", "a/b", ""} {
			if _, err := Connect(t.Context(), name, &r.options); !errors.Is(err, webport.ErrNativeName) {
				t.Errorf("%q: got %v, want ErrNativeName", name, err)
			}
		}
		_, err := Connect(t.Context(), "Lab.Op", &r.options)
		if want := map[webport.Dialect]error{webport.Chromium: webport.ErrNativeName, webport.Firefox: webport.ErrNativeNotFound}[d]; !errors.Is(err, want) {
			t.Errorf("upper case: got %v, want %v", err, want)
		}
		var notFound *NotFoundError
		_, err = Connect(t.Context(), "absent", &r.options)
		if !errors.As(err, &notFound) || notFound.Name != "absent" || len(notFound.Tried) != 2 || notFound.Tried[0].File != filepath.Join(second, "absent.json") {
			t.Errorf("got %#v", err)
		}
		if want := "\n\t" + filepath.Join(second, "absent.json") + ": no such file\n\t" + filepath.Join(r.options.Dirs[1], "absent.json") + ": no such file"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v does not end in %s", err, want)
		}
		r.options.Extension = "ponmlkjihgfedcbaponmlkjihgfedcba"
		_, err = Connect(t.Context(), "app", &r.options)
		var forbidden *ForbiddenError
		switch d {
		case webport.Chromium:
			if !errors.As(err, &forbidden) || !errors.Is(err, webport.ErrNativeForbidden) || forbidden.Caller != "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba/" {
				t.Errorf("got %v, want a *ForbiddenError", err)
			}
		case webport.Firefox:
			if !errors.Is(err, webport.ErrNativeNotFound) || errors.Is(err, webport.ErrNativeForbidden) || !strings.Contains(err.Error(), "without the caller") {
				t.Errorf("got %v, want a *NotFoundError that says who may call", err)
			}
		}
	})
}

func TestNativeManifestsAreReadOnEveryConnect(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "exit 0")
		r.connect().Close()
		if err := os.Remove(filepath.Join(r.options.Dirs[0], "app.json")); err != nil {
			t.Fatal(err)
		}
		if _, err := Connect(t.Context(), "app", &r.options); !errors.Is(err, webport.ErrNativeNotFound) {
			t.Errorf("got %v after the native manifest was removed", err)
		}
	})
}

func TestConnectWithoutOptions(t *testing.T) {
	if _, err := Connect(t.Context(), "app", nil); !errors.Is(err, webport.ErrNativeNotFound) || !strings.Contains(err.Error(), "no directory") {
		t.Errorf("got %v", err)
	}
}

func TestTwoConnectsAreTwoProcesses(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "echo")
		one, two := r.connect(), r.connect()
		if err := one.Close(); err != nil {
			t.Error(err)
		}
		if err := two.Post("still there"); err != nil {
			t.Fatal(err)
		}
		if got, err := two.Receive(t.Context()); string(got) != `"still there"` || err != nil {
			t.Errorf("got %s, %v", got, err)
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

func TestLaunchForABroker(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "echo")
		l := &Launcher{Dialect: d, Dirs: r.options.Dirs, Env: r.options.Env}
		b := webport.Broker{Dialect: d, Native: l.Launch}
		id := map[webport.Dialect]string{webport.Chromium: testID, webport.Firefox: testAddOn}[d]
		for _, extension := range []string{id, "another@example.org"} {
			e := b.Attach(webport.EndpointInfo{Extension: extension})
			defer e.Close()
			port, err := e.ConnectNative("app")
			if err != nil {
				t.Fatal(err)
			}
			port.Post("ping")
			got, err := port.Receive(t.Context())
			switch {
			case extension == id:
				if string(got) != `"ping"` || err != nil {
					t.Errorf("got %s, %v", got, err)
				}
			case d == webport.Chromium && !errors.Is(err, webport.ErrNativeForbidden), d == webport.Firefox && !errors.Is(err, webport.ErrNativeNotFound):
				t.Errorf("another extension: got %v", err)
			}
			port.Close()
		}
		if _, err := l.Launch(t.Context(), webport.Sender{}, "app"); !errors.Is(err, webport.ErrNativeForbidden) {
			t.Errorf("without a caller: got %v", err)
		}
	})
}
