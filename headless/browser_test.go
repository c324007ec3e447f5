package headless

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/webport/webport"
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
	f.browser, err = New(Options{
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
