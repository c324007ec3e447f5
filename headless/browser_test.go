package headless

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// browserForTest is a browser with what its scripts logged and threw.
type browserForTest struct {
	t       testing.TB
	browser *Browser
	dirs    []string

	mu    sync.Mutex // guards following
	lines []string
}

// newBrowserForTest starts a browser. The files are named DIR/NAME; each directory with a manifest.json is an
// extension, and those below "web" are what the web has: web/HOST/PATH.
func newBrowserForTest(t testing.TB, dialect webport.Dialect, files map[string]string) *browserForTest {
	t.Helper()
	f := &browserForTest{t: t}
	root := t.TempDir()
	writeFiles(t, root, files)
	manifests, err := filepath.Glob(filepath.Join(root, "*", manifestName))
	if err != nil {
		t.Fatal(err)
	}
	for _, manifest := range manifests {
		f.dirs = append(f.dirs, filepath.Dir(manifest))
	}
	extensions, err := LoadAll(f.dirs, dialect)
	if err != nil {
		t.Fatal(err)
	}
	var limits jshost.Limits
	if files["short"] != "" {
		limits.Time = time.Second
	}
	f.browser, err = New(Options{
		Limits:  limits,
		Dialect: dialect, Extensions: extensions, BFCache: files["bfcache"] != "",
		Console:  func(m Message) { f.log("%s: %s", m.Context, m.Text) },
		Uncaught: func(context string, err error) { f.log("%s: UNCAUGHT %v", context, err) },
		Serve: func(url string) ([]byte, string, error) {
			name := "web/" + strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://")
			name, _, _ = strings.Cut(name, "?")
			if strings.HasSuffix(name, "/") {
				name += "index.html"
			}
			text, ok := files[name]
			if !ok {
				return nil, "", fs.ErrNotExist
			}
			return []byte(text), contentTypeOf(name), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.browser.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func writeFiles(t testing.TB, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *browserForTest) log(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

// text takes what was logged.
func (f *browserForTest) text() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.lines) == 0 {
		return ""
	}
	text := strings.Join(f.lines, "\n") + "\n"
	f.lines = nil
	return text
}

// settle waits until nothing happens any more.
func (f *browserForTest) settle() {
	f.t.Helper()
	if err := f.browser.Wait(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// A script that never ends is stopped and named; nothing else is hurt, and the browser closes at once.
func TestRunawayScript(t *testing.T) {
	f := newBrowserForTest(t, webport.Chromium, map[string]string{
		"short": "time",
		"ext/manifest.json": `{"manifest_version": 3, "name": "Runaway", "version": "1", "background": {"service_worker": "bg.js"},
			"content_scripts": [{"matches": ["https://example.com/*"], "js": ["cs.js"]}]}`,
		"ext/bg.js":             `chrome.runtime.onConnect.addListener((p) => p.onMessage.addListener((m) => console.log("heard", m)))`,
		"ext/cs.js":             `const port = chrome.runtime.connect(); port.postMessage(document.title)`,
		"web/example.com/loops": `<title>Loops</title><script>for (;;);</script>`,
		"web/example.com/fine":  `<title>Fine</title>`,
	})
	for _, page := range []string{"loops", "fine"} {
		if _, err := f.browser.Open("https://example.com/" + page); err != nil {
			t.Error(err)
		}
	}
	f.settle()
	got := f.text()
	for _, want := range []string{
		"web 1: UNCAUGHT web 1: https://example.com/loops:1:", "Limits.Time", "background: heard Loops\n", "background: heard Fine\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in what was logged:\n%s", want, got)
		}
	}
	busy := make(chan error)
	go func() {
		_, err := f.browser.Eval(t.Context(), "background", `console.log("busy"); for (;;);`)
		busy <- err
	}()
	for f.text() == "" {
		f.browser.Contexts()
	}
	if err := f.browser.Close(); err != nil {
		t.Error(err)
	}
	if err := <-busy; err == nil {
		t.Error("a script that was stopped gave a result")
	}
}

func TestClosedBrowser(t *testing.T) {
	f := newBrowserForTest(t, webport.Firefox, nil)
	tab, err := f.browser.Open("about:blank")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.browser.Close(); err != nil {
			t.Error(err)
		}
	}
	_, openErr := f.browser.Open("about:blank")
	_, evalErr := f.browser.Eval(t.Context(), "web 1", "1")
	for what, err := range map[string]error{
		"open": openErr, "eval": evalErr, "navigate": tab.Navigate("about:blank"), "close": tab.Close(), "click": tab.Click(""), "wait": nil,
	} {
		if err == nil && what != "wait" {
			t.Errorf("%s: no error", what)
		}
	}
	if err := f.browser.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// A zero Options is a browser, and one New fails for says why.
func TestNewErrors(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"manifest.json": `{"manifest_version": 3, "name": "N", "version": "1"}`})
	e, err := Load(dir, webport.Chromium)
	if err != nil {
		t.Fatal(err)
	}
	for _, options := range []Options{
		{Extensions: []*Extension{e, e}},
		{Dialect: webport.Firefox, Extensions: []*Extension{e}},
	} {
		if b, err := New(options); err == nil {
			t.Errorf("%+v: no error", options)
			b.Close()
		} else {
			t.Log(err)
		}
	}
	b, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Action(nil); err == nil {
		t.Error("a click on no button: no error")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
