package browsertest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/webport/webport"
)

// TestUnwatched holds that Chromium's workers run without being seen.
func TestUnwatched(t *testing.T) {
	Require(t, webport.Chromium)
	r := startRig(t, Options{Unwatched: true})
	r.id = r.load(t, "unwatched")
	page := Context{Kind: Page, Extension: r.id, URL: r.URL(r.id, "page.html")}
	r.open(t, page.URL)
	r.evals(t, page, `new Promise((resolve) => chrome.runtime.sendMessage("hello", () => resolve(1)))`, `1`)
	r.has(t, r.background(), false)
	lines, _ := r.since(0)
	for _, line := range lines {
		if line.Context.Kind == Background {
			t.Errorf("a line of the background was seen: %+v", line)
		}
	}
}

// TestEnd holds that Close leaves no process and no file behind.
func TestEnd(t *testing.T) {
	for _, dialect := range dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			Require(t, dialect)
			b, err := Start(within(t), Options{Dialect: dialect})
			if err != nil {
				t.Fatal(err)
			}
			if running(t, b.Home()) == 0 {
				t.Error("no process is there before Close")
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			isGone(t, b)
			if _, err := b.Open(within(t), "http://site.test/"); err == nil {
				t.Error("Open after Close: no error")
			}
		})
	}
}

// TestDeath holds that a browser that ends by itself says so, and leaves nothing either.
func TestDeath(t *testing.T) {
	Require(t, webport.Chromium)
	b, err := Start(within(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.driver.(*chromium).process.cmd.Process.Kill()
	_, err = b.Open(within(t), "http://site.test/")
	for _, want := range []string{"open http://site.test/: ", "the browser is gone", "signal: killed"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open in a browser that was killed: error %v, want one with %q", err, want)
		}
	}
	if err := b.Close(); err == nil {
		t.Error("Close of a browser that was killed: no error")
	}
	isGone(t, b)
}

// isGone checks that nothing is left of a browser.
func isGone(t *testing.T, b *Browser) {
	t.Helper()
	// What was killed may take a moment to go.
	for ctx := within(t); running(t, b.Home()) != 0; {
		if ctx.Err() != nil {
			t.Fatalf("%d processes are left", running(t, b.Home()))
		}
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := os.Stat(b.Home()); !os.IsNotExist(err) {
		t.Errorf("the home is left: %v", err)
	}
}

// running counts the processes that have a directory in their command lines.
func running(t *testing.T, dir string) (n int) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range lines {
		line, err := os.ReadFile(name)
		// A process may have ended since.
		if err == nil && bytes.Contains(line, []byte(dir)) {
			n++
		}
	}
	return n
}
