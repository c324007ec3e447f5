package browsertest

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/webport/webport"
)

// patience is how long the slowest thing that a test waits for may take.
const patience = 30 * time.Second

// dialects are those whose browsers are tested.
var dialects = []webport.Dialect{webport.Chromium, webport.Firefox}

// TestBrowser holds that each browser can do what Browser and Tab say.
func TestBrowser(t *testing.T) {
	for _, dialect := range dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			Require(t, dialect)
			r := startRig(t, Options{Dialect: dialect})
			r.id = r.load(t, "tested")
			for _, test := range []struct {
				name string
				run  func(*testing.T, *rig)
			}{
				{"version", testVersion},
				{"first turn", testFirstTurn},
				{"eval", testEval},
				{"open", testOpen},
				{"frame", testFrame},
				{"extension page", testExtensionPage},
				{"back/forward cache", testCache},
				{"reload and close", testReloadAndClose},
				{"click", testClick},
				{"screenshot", testScreenshot},
				{"action", testAction},
				{"unchecked lastError", testUnchecked},
				{"uncaught exception", testUncaught},
				{"native app", testNativeApp},
				{"many extensions", testMany},
				{"bad extension", testBad},
				{"reload extension", testReloadExtension},
				{"disable extension", testDisable},
			} {
				t.Run(test.name, func(t *testing.T) { test.run(t, r) })
			}
		})
	}
}

// rig is a browser with a loaded extension and what it has logged.
type rig struct {
	*Browser
	dialect webport.Dialect
	id      string

	mu    sync.Mutex // guards following
	lines []Line
	heard chan struct{} // closed, and replaced, when there are more lines
}

func startRig(t *testing.T, opts Options) *rig {
	t.Helper()
	r := &rig{dialect: opts.Dialect, heard: make(chan struct{})}
	opts.Web = http.HandlerFunc(serveTest)
	opts.Console = r.hear
	b, err := Start(within(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	r.Browser = b
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func serveTest(w http.ResponseWriter, req *http.Request) {
	body := `<script>console.log("web: start")</script>
		<button onclick="console.log('web: click', event.isTrusted)">B</button>`
	if req.URL.Path == "/framed" {
		body += `<iframe src="http://framed.test/inside"></iframe>`
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, "<!DOCTYPE html><title>%s%s</title>%s", req.Host, req.URL.Path, body)
}

func (r *rig) hear(line Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	close(r.heard)
	r.heard = make(chan struct{})
}

// mark returns how many lines there are: where to look from for what comes next.
func (r *rig) mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.lines)
}

// await waits for a line that comes after a mark.
func (r *rig) await(t *testing.T, mark int, want Line) {
	t.Helper()
	r.awaitLine(t, mark, fmt.Sprintf("%+v", want), func(line Line) bool { return line == want })
}

func (r *rig) awaitLine(t *testing.T, mark int, want string, matches func(Line) bool) {
	t.Helper()
	ctx := within(t)
	for {
		r.mu.Lock()
		lines, heard := r.lines[mark:], r.heard
		r.mu.Unlock()
		if slices.ContainsFunc(lines, matches) {
			return
		}
		select {
		case <-heard:
		case <-ctx.Done():
			t.Fatalf("no line %s came, but\n%s", want, joined(lines))
		}
	}
}

func joined[T any](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = fmt.Sprintf("%+v", value)
	}
	return strings.Join(texts, "\n")
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func (r *rig) load(t *testing.T, name string) (id string) {
	t.Helper()
	id, err := r.Load(within(t), writeExtension(t, r.dialect, name))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (r *rig) open(t *testing.T, url string) *Tab {
	t.Helper()
	tab, err := r.Open(within(t), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		tab.Close(ctx) // the test may have closed it
	})
	return tab
}

// evals checks what code gives in a context.
func (r *rig) evals(t *testing.T, at Context, code, want string) {
	t.Helper()
	got, err := r.Eval(within(t), at, code)
	if err != nil || got != want {
		t.Errorf("Eval in %s of %s: %q, %v, want %q", at, code, got, err, want)
	}
}

func (r *rig) background() Context { return Context{Kind: Background, Extension: r.id} }

func (r *rig) content(url string) Context {
	return Context{Kind: Content, Extension: r.id, URL: url}
}

func site(url string) Context { return Context{Kind: Web, URL: url} }

// has checks whether there is a context.
func (r *rig) has(t *testing.T, at Context, want bool) {
	t.Helper()
	contexts, err := r.Contexts(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(contexts, at) != want {
		t.Errorf("there is %s: %t, want %t, among\n%s", at, !want, want, joined(contexts))
	}
}

func testVersion(t *testing.T, r *rig) {
	name := map[webport.Dialect]string{webport.Chromium: "Chrome/", webport.Firefox: "irefox"}[r.dialect]
	if !strings.Contains(r.Version(), name) {
		t.Errorf("Version: %q, want something with %q", r.Version(), name)
	}
}

func testFirstTurn(t *testing.T, r *rig) {
	r.await(t, 0, Line{"log", "background: first turn", r.background()})
}

func testEval(t *testing.T, r *rig) {
	for code, want := range map[string]string{
		`1 + 1`:                           `2`,
		`"a\u00e9\"" + chrome.runtime.id`: encode(t, `aé"`+r.id),
		`Promise.resolve({a: [1, null]})`: `{"a":[1,null]}`,
		`undefined`:                       `undefined`,
		`NaN`:                             `null`,
		`new Date(0)`:                     `"1970-01-01T00:00:00.000Z"`,
		`var x = 3; x * 2`:                `6`,
	} {
		r.evals(t, r.background(), code, want)
	}
	for code, want := range map[string]string{
		`null.x`:                               "TypeError: ",
		`Promise.reject(new Error("refused"))`: "Error: refused",
		`throw "text"`:                         "text",
		`1 +`:                                  "SyntaxError: ",
	} {
		_, err := r.Eval(within(t), r.background(), code)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Eval of %s: error %v, want one with %q", code, err, want)
		}
	}
	mark := r.mark()
	r.evals(t, r.background(), `console.warn("two", 2, true, null, undefined)`, "undefined")
	r.await(t, mark, Line{"warning", "two 2 true null undefined", r.background()})
	if _, err := r.Eval(within(t), site("http://nowhere.test/"), `1`); err == nil ||
		!strings.Contains(err.Error(), "nowhere.test") || !strings.Contains(err.Error(), r.background().String()) {
		t.Errorf("Eval where nothing is: error %v, want one that says where and what there is", err)
	}
}

func testOpen(t *testing.T, r *rig) {
	const url = "http://site.test/open?a=b"
	mark := r.mark()
	r.open(t, url)
	r.await(t, mark, Line{"log", "web: start", site(url)})
	r.await(t, mark, Line{"log", "content: start", r.content(url)})
	r.has(t, site(url), true)
	r.has(t, r.content(url), true)
	r.evals(t, site(url), `[location.href, document.title]`, `["http://site.test/open?a=b","site.test/open"]`)
	r.evals(t, r.content(url), `[typeof chrome.runtime.connect, history.length]`, `["function",1]`)
	r.evals(t, r.background(), `new Promise((resolve) => chrome.tabs.query({active: true}, ([tab]) => resolve(tab.url)))`, encode(t, url))
}

func testFrame(t *testing.T, r *rig) {
	const outer, inner = "http://site.test/framed", "http://framed.test/inside"
	mark := r.mark()
	r.open(t, outer)
	r.await(t, mark, Line{"log", "content: start", r.content(outer)})
	r.await(t, mark, Line{"log", "content: start", r.content(inner)})
	r.await(t, mark, Line{"log", "web: start", site(inner)})
	r.evals(t, site(inner), `window !== top`, `true`)
	r.evals(t, r.content(inner), `location.href`, encode(t, inner))
}

func testExtensionPage(t *testing.T, r *rig) {
	page := Context{Kind: Page, Extension: r.id, URL: r.URL(r.id, "page.html")}
	mark := r.mark()
	r.open(t, page.URL)
	r.await(t, mark, Line{"log", "page: start", page})
	r.evals(t, page, `chrome.runtime.id`, encode(t, r.id))
}

func testCache(t *testing.T, r *rig) {
	const one, two = "http://one.test/", "http://two.test/"
	tab := r.open(t, one)
	r.evals(t, r.content(one), `kept = 1`, `1`)
	if err := tab.Navigate(within(t), two); err != nil {
		t.Fatal(err)
	}
	r.has(t, site(two), true)
	mark := r.mark()
	if err := tab.Traverse(within(t), -1); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "content: pageshow true", r.content(one)})
	r.evals(t, r.content(one), `kept`, `1`)
	start := Line{"log", "content: start", r.content(one)}
	if slices.Contains(r.lines[mark:], start) {
		t.Errorf("a line of before came again:\n%s", joined(r.lines[mark:]))
	}
	if err := tab.Traverse(within(t), 1); err != nil {
		t.Fatal(err)
	}
	r.has(t, site(two), true)
	r.has(t, site(one), false)
	if err := tab.Traverse(within(t), 1); err == nil {
		t.Error("Traverse past the end of the history: no error")
	}
}

func testReloadAndClose(t *testing.T, r *rig) {
	const url = "http://site.test/closed"
	tab := r.open(t, url)
	mark := r.mark()
	if err := tab.Reload(within(t)); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "content: start", r.content(url)})
	if err := tab.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "content: pagehide false", r.content(url)})
	r.has(t, site(url), false)
	if err := tab.Navigate(within(t), url); err == nil {
		t.Error("Navigate in a closed tab: no error")
	}
}

func testClick(t *testing.T, r *rig) {
	const url = "http://site.test/click"
	tab := r.open(t, url)
	mark := r.mark()
	if err := tab.Click(within(t), "button"); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "web: click true", site(url)})
	for _, selector := range []string{"#missing", "title", "!"} {
		if err := tab.Click(within(t), selector); err == nil || !strings.Contains(err.Error(), selector) {
			t.Errorf("Click of %s: error %v, want one that names it", selector, err)
		}
	}
}

func testScreenshot(t *testing.T, r *rig) {
	shot, err := r.open(t, "http://site.test/shot").Screenshot(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(shot)); err != nil {
		t.Error(err)
	}
}

func testAction(t *testing.T, r *rig) {
	const url = "http://site.test/action"
	r.open(t, url)
	mark := r.mark()
	if err := r.Action(within(t), r.id); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "background: button " + url, r.background()})
}

func testUnchecked(t *testing.T, r *rig) {
	if r.dialect == webport.Firefox {
		t.Skip("Firefox says nothing of it where code was evaluated")
	}
	mark := r.mark()
	r.evals(t, r.background(), `chrome.tabs.sendMessage(999999, 1, () => {}); 0`, `0`)
	r.awaitLine(t, mark, "about an unchecked lastError", func(line Line) bool {
		return line.Level == "error" && line.Context == r.background() &&
			strings.HasPrefix(line.Text, "Unchecked") && strings.Contains(line.Text, "Could not establish connection")
	})
}

func testUncaught(t *testing.T, r *rig) {
	const url = "http://site.test/uncaught"
	r.open(t, url)
	for _, at := range []Context{r.background(), r.content(url), site(url)} {
		mark := r.mark()
		r.evals(t, at, `setTimeout(() => { throw new Error("boom") }); 0`, `0`)
		r.await(t, mark, Line{"uncaught", "Error: boom", at})
	}
}

func testNativeApp(t *testing.T, r *rig) {
	writeNativeApp(t, r.Home(), "browsertest.app", r.dialect, r.id)
	r.evals(t, r.background(), `new Promise((resolve) => {
		const port = chrome.runtime.connectNative("browsertest.app");
		port.onMessage.addListener((message) => { resolve(message); port.disconnect(); });
		port.onDisconnect.addListener((port) => resolve(port.error?.message ?? chrome.runtime.lastError?.message));
	})`, `"hello"`)
}

func testMany(t *testing.T, r *rig) {
	for i := range 10 {
		mark := r.mark()
		id := r.load(t, fmt.Sprintf("many%d", i))
		at := Context{Kind: Background, Extension: id}
		r.await(t, mark, Line{"log", "background: first turn", at})
		if err := r.Unload(within(t), id); err != nil {
			t.Fatal(err)
		}
		r.has(t, at, false)
	}
	if err := r.Unload(within(t), r.id+"x"); err == nil || !strings.Contains(err.Error(), r.id+"x") {
		t.Errorf("Unload of what is not loaded: error %v, want one that names it", err)
	}
}

func testBad(t *testing.T, r *rig) {
	dir := writeFiles(t, map[string]string{"manifest.json": `{"manifest_version": 3, "name": "bad"}`})
	_, err := r.Load(within(t), dir)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "version") {
		t.Errorf("Load of a bad manifest: error %v, want one with the directory and about the version", err)
	}
}

func testReloadExtension(t *testing.T, r *rig) {
	r.evals(t, r.background(), `left = 1`, `1`)
	mark := r.mark()
	if err := r.Reload(within(t), r.id); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "background: first turn", r.background()})
	r.evals(t, r.background(), `typeof left`, `"undefined"`)
	const url = "http://site.test/reloaded"
	r.open(t, url)
	r.evals(t, r.content(url), `chrome.runtime.sendMessage("hello"); 0`, `0`)
	r.await(t, mark, Line{"log", "background: got hello", r.background()})
	if err := r.Reload(within(t), r.id+"x"); err == nil || !strings.Contains(err.Error(), r.id+"x") {
		t.Errorf("Reload of what is not loaded: error %v, want one that names it", err)
	}
}

func testDisable(t *testing.T, r *rig) {
	const url = "http://site.test/disabled"
	if err := r.SetEnabled(within(t), r.id, false); err != nil {
		t.Fatal(err)
	}
	tab := r.open(t, url)
	r.has(t, r.background(), false)
	r.has(t, r.content(url), false)
	mark := r.mark()
	if err := r.SetEnabled(within(t), r.id, true); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "background: first turn", r.background()})
	if err := tab.Reload(within(t)); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "content: start", r.content(url)})
}

// TestUnwatched holds that Chromium's workers run without being seen.
func TestUnwatched(t *testing.T) {
	Require(t, webport.Chromium)
	r := startRig(t, Options{Unwatched: true})
	r.id = r.load(t, "unwatched")
	page := Context{Kind: Page, Extension: r.id, URL: r.URL(r.id, "page.html")}
	r.open(t, page.URL)
	r.evals(t, page, `new Promise((resolve) => chrome.runtime.sendMessage("hello", () => resolve(1)))`, `1`)
	r.has(t, r.background(), false)
	for _, line := range r.lines {
		if line.Context.Kind == Background {
			t.Errorf("a line of the background was seen: %+v", line)
		}
	}
}

// TestEnd holds that Close leaves no process and no file behind, and that a browser that ends by itself says so.
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
			if n := running(t, b.Home()); n != 0 {
				t.Errorf("%d processes are left", n)
			}
			if _, err := os.Stat(b.Home()); !os.IsNotExist(err) {
				t.Errorf("the home is left: %v", err)
			}
			if _, err := b.Open(within(t), "http://site.test/"); err == nil {
				t.Error("Open after Close: no error")
			}
		})
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
