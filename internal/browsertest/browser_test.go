package browsertest

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/webport/webport"
)

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
				{"collect", testCollect},
				{"open", testOpen},
				{"frame", testFrame},
				{"extension page", testExtensionPage},
				{"back/forward cache", testCache},
				{"reload and close", testReloadAndClose},
				{"crash", testCrash},
				{"click", testClick},
				{"screenshot", testScreenshot},
				{"action", testAction},
				{"unchecked lastError", testUnchecked},
				{"uncaught exception", testUncaught},
				{"native app", testNativeApp},
				{"many extensions", testMany},
				{"bad extension", testBad},
				{"background that throws", testThrows},
				{"reload extension", testReloadExtension},
				{"disable extension", testDisable},
			} {
				t.Run(test.name, func(t *testing.T) { test.run(t, r) })
			}
		})
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

func testCollect(t *testing.T, r *rig) {
	r.evals(t, r.background(), `globalThis.gone = new WeakRef({}); globalThis.kept = {}; globalThis.weak = new WeakRef(kept); 0`, `0`)
	if err := r.Collect(within(t)); err != nil {
		t.Fatal(err)
	}
	r.evals(t, r.background(), `[gone.deref() === undefined, weak.deref() === kept]`, `[true,true]`)
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
	var tab *Tab
	var mark int
	// Firefox refuses to keep a document now and then, for a request that it believes to be under way.
	for chances := 3; ; chances-- {
		tab = r.open(t, one)
		r.evals(t, r.content(one), `kept = 1`, `1`)
		if err := tab.Navigate(within(t), two); err != nil {
			t.Fatal(err)
		}
		r.has(t, site(two), true)
		mark = r.mark()
		if err := tab.Traverse(within(t), -1); err != nil {
			t.Fatal(err)
		}
		if kept, err := r.Eval(within(t), r.content(one), `typeof kept`); err == nil && kept == `"number"` {
			break
		}
		if chances == 1 {
			t.Fatal("the document was not kept, three times in a row")
		}
		if err := tab.Close(within(t)); err != nil {
			t.Fatal(err)
		}
	}
	r.await(t, mark, Line{"log", "content: pageshow true", r.content(one)})
	r.evals(t, r.content(one), `kept`, `1`)
	start := Line{"log", "content: start", r.content(one)}
	if lines, _ := r.since(mark); slices.Contains(lines, start) {
		t.Errorf("a line of before came again:\n%s", joined(lines))
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

func testCrash(t *testing.T, r *rig) {
	const url = "http://crash.test/first"
	tab := r.open(t, url)
	if err := tab.Crash(within(t)); err != nil {
		t.Fatal(err)
	}
	r.has(t, site(url), false)
	r.has(t, r.content(url), false)
	mark := r.mark()
	const next = "http://crash.test/next"
	if err := tab.Navigate(within(t), next); err != nil {
		t.Fatal(err)
	}
	r.await(t, mark, Line{"log", "content: start", r.content(next)})
	if err := tab.Close(within(t)); err != nil {
		t.Fatal(err)
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

func testThrows(t *testing.T, r *rig) {
	dir := writeExtension(t, r.dialect, "throws")
	script := `console.log("background: before"); throw new Error("first turn")`
	if err := os.WriteFile(filepath.Join(dir, "background.js"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	mark := r.mark()
	id, err := r.Load(within(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	at := Context{Kind: Background, Extension: id}
	r.await(t, mark, Line{"log", "background: before", at})
	r.await(t, mark, Line{"uncaught", "Error: first turn", at})
	if err := r.Unload(within(t), id); err != nil {
		t.Error(err)
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
