//go:build unix

package native

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

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

// TestConnectWithoutOptions looks where Chromium does on this machine.
func TestConnectWithoutOptions(t *testing.T) {
	_, err := Connect(t.Context(), "webport_test.nobody_has_this", nil)
	if runtime.GOOS == "linux" && (!errors.Is(err, webport.ErrNativeNotFound) || !strings.Contains(err.Error(), "/etc/chromium/native-messaging-hosts/")) {
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

// TestConnectAsABrowserOfTheTable has two packages of one browser, and a file in the scope that each is looked for in.
func TestConnectAsABrowserOfTheTable(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the paths are those of Linux")
	}
	m := &manifest.Machine{Root: t.TempDir(), Home: "/home/ann", Getenv: func(string) string { return "" }}
	path, _ := filepath.Abs(os.Args[0])
	quoted, _ := json.Marshal(path)
	put := func(file, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(m.Local(file)), 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, m.Local(file), text)
	}
	put("/snap/bin/chromium", "")
	put("/usr/bin/chromium", "")
	options := &ConnectOptions{Browser: "chromium", Machine: m, Env: append(os.Environ(), appVariable+"=echo")}
	_, err := Connect(t.Context(), "app", options)
	var notFound *NotFoundError
	if !errors.As(err, &notFound) || notFound.Browser != "chromium" {
		t.Fatalf("got %v", err)
	}
	var tried []string
	for _, attempt := range notFound.Tried {
		tried = append(tried, strings.TrimPrefix(attempt.String(), m.Root))
	}
	want := []string{
		"/home/ann/.config/chromium/NativeMessagingHosts/app.json: no such file",
		"/etc/chromium/native-messaging-hosts/app.json: no such file",
		"/home/ann/snap/chromium/common/chromium/NativeMessagingHosts/app.json: no such file",
		"where chromium (snap) looks in the system scope is not known",
	}
	if diff := cmp.Diff(want, tried); diff != "" {
		t.Error(diff)
	}
	put("/home/ann/snap/chromium/common/chromium/NativeMessagingHosts/app.json",
		`{"name":"app","description":"d","type":"stdio","path":`+string(quoted)+`,"allowed_origins":["`+testOrigin+`"]}`)
	port, err := Connect(t.Context(), "app", options)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	if err := port.Post(1); err != nil {
		t.Fatal(err)
	}
	if got, err := port.Receive(t.Context()); string(got) != "1" {
		t.Errorf("got %s, %v", got, err)
	}
	options.Extension = strings.Repeat("p", 32)
	var forbidden *ForbiddenError
	if _, err := Connect(t.Context(), "app", options); !errors.As(err, &forbidden) {
		t.Errorf("got %v", err)
	}
	for browser, want := range map[string]string{"netscape": "there is no browser", "firefox-android": "look up native app", "firefox": "not found as firefox looks for it"} {
		options.Browser = browser
		if _, err := Connect(t.Context(), "app", options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", browser, err)
		}
	}
	l := &Launcher{Browser: "firefox", Machine: m}
	if _, err := l.Launch(t.Context(), webport.Sender{ID: testID}, "app"); err == nil || !strings.Contains(err.Error(), "is not of the dialect chromium") {
		t.Errorf("got %v", err)
	}
}
