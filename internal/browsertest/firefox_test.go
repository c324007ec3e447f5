package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/webport/webport"
)

// firefoxRun is a Firefox with the lines that it told.
type firefoxRun struct {
	*Browser
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex    // guards following
	about []Context     // of the lines that are kept
	lines []string      // that no call of until has returned
	added chan struct{} // closed with each line
}

func startFirefox(t *testing.T) *firefoxRun {
	Require(t, webport.Firefox)
	ctx, cancel := context.WithTimeout(t.Context(), 80*time.Second)
	t.Cleanup(cancel)
	run := &firefoxRun{t: t, ctx: ctx, added: make(chan struct{})}
	b, err := Start(ctx, Options{
		Dialect: webport.Firefox,
		Home:    t.TempDir(),
		Console: run.add,
		Web: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
			fmt.Fprintf(w, "<!doctype html><title>%s</title><button>x</button>", r.Host)
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	run.Browser = b
	return run
}

func (r *firefoxRun) add(line Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.about, line.Context) {
		return
	}
	r.lines = append(r.lines, fmt.Sprintf("%s %s: %s", line.Context, line.Level, line.Text))
	close(r.added)
	r.added = make(chan struct{})
}

// watch has until return the lines of these contexts from now on.
func (r *firefoxRun) watch(about ...Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.about, r.lines = about, nil
}

// until waits for a line that ends in suffix and returns it with the lines before it that no call has returned yet.
func (r *firefoxRun) until(suffix string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, 10*time.Second)
	defer cancel()
	for {
		r.mu.Lock()
		i := slices.IndexFunc(r.lines, func(line string) bool { return strings.HasSuffix(line, suffix) })
		lines, added := r.lines, r.added
		if i >= 0 {
			r.lines = r.lines[i+1:]
		}
		r.mu.Unlock()
		if i >= 0 {
			return strings.Join(lines[:i+1], "\n")
		}
		select {
		case <-added:
		case <-ctx.Done():
			r.t.Fatalf("no line ends in %q; the lines are:\n%s", suffix, strings.Join(lines, "\n"))
		}
	}
}

// extension loads an extension from the text of a txtar archive.
func (r *firefoxRun) extension(archive string) (id string) {
	r.t.Helper()
	dir := r.t.TempDir()
	for _, file := range txtar.Parse([]byte(archive)).Files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Data, 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	id, err := r.Load(r.ctx, dir)
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

func (r *firefoxRun) open(url string) *Tab {
	r.t.Helper()
	tab, err := r.Open(r.ctx, url)
	if err != nil {
		r.t.Fatal(err)
	}
	return tab
}

// expect compares what until returns.
func (r *firefoxRun) expect(suffix string, want ...string) {
	r.t.Helper()
	if diff := cmp.Diff(strings.Join(want, "\n"), r.until(suffix)); diff != "" {
		r.t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// told compares as many lines as it is given, in any order: those of different processes have none.
func (r *firefoxRun) told(want ...string) {
	r.t.Helper()
	var got []string
	for range want {
		got = append(got, r.until(""))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func (r *firefoxRun) evaluates(at Context, code, want string) {
	r.t.Helper()
	if got, err := r.Eval(r.ctx, at, code); err != nil || got != want {
		r.t.Errorf("%s in %s = %s, %v; want %s", code, at, got, err, want)
	}
}

func (r *firefoxRun) throws(at Context, code, want string) {
	r.t.Helper()
	got, err := r.Eval(r.ctx, at, code)
	if err == nil {
		r.t.Errorf("%s in %s = %s; want the error %s", code, at, got, want)
		return
	}
	r.fails(err, "evaluate in "+at.String()+": "+want)
}

func (r *firefoxRun) fails(err error, want string) {
	r.t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		r.t.Errorf("error %v; want one with %q", err, want)
	}
}

func (r *firefoxRun) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

const firefoxManifests = `
-- 2 --
{
  "manifest_version": 2, "name": "two", "version": "1",
  "browser_specific_settings": {"gecko": {"id": "mv2@test"}},
  "background": {"scripts": ["background.js"]},
  "browser_action": {},
  "permissions": ["nativeMessaging"],
  "content_scripts": [{"matches": ["http://*/*"], "js": ["content.js"]}]
}
-- 3 --
{
  "manifest_version": 3, "name": "three", "version": "1",
  "browser_specific_settings": {"gecko": {"id": "mv3@test"}},
  "background": {"scripts": ["background.js"]},
  "action": {},
  "permissions": ["nativeMessaging"],
  "host_permissions": ["http://*/*"],
  "content_scripts": [{"matches": ["http://*/*"], "js": ["content.js"]}]
}
`

const firefoxScripts = `
-- background.js --
var here = "background";
(browser.action ?? browser.browserAction).onClicked.addListener(tab => console.log("clicked", typeof tab.id));
browser.runtime.onSuspend?.addListener(() => console.log("suspended"));
onpagehide = () => console.log("unloaded");
console.log("started", {deep: [1, null]}, -0, undefined, new TypeError("e"));
-- content.js --
var here = "content";
onpageshow = e => e.persisted && console.log("pageshow", e.persisted);
onpagehide = e => console.log("pagehide", e.persisted);
onclick = e => console.log("click", e.target.localName, e.isTrusted);
console.log("injected");
-- page.html --
<!doctype html><script src="page.js"></script>
-- page.js --
var here = "page";
onpagehide = () => console.log("closed");
console.log("shown");
`

// TestFirefox holds what is Firefox's alone, with extensions of both manifest versions.
func TestFirefox(t *testing.T) {
	r := startFirefox(t)
	for _, manifest := range txtar.Parse([]byte(firefoxManifests)).Files {
		version := manifest.Name
		t.Run("MV"+version, func(t *testing.T) {
			r.t = t
			r.watch(Context{Kind: Background, Extension: fmt.Sprintf("mv%s@test", version)})
			id := r.extension("-- manifest.json --\n" + string(manifest.Data) + firefoxScripts)
			r.expect("TypeError: e", fmt.Sprintf(`the background of %s log: started {"deep":[1,null]} -0 undefined TypeError: e`, id))
			t.Run("contexts", func(t *testing.T) { r.t = t; r.testContexts(id) })
			t.Run("console", func(t *testing.T) { r.t = t; r.testConsole(id) })
			t.Run("history", func(t *testing.T) { r.t = t; r.testHistory(id) })
			t.Run("native", func(t *testing.T) { r.t = t; r.testNative(id) })
			t.Run("reload", func(t *testing.T) { r.t = t; r.testReload(id) })
		})
	}
	t.Run("suspend", func(t *testing.T) { r.t = t; r.testSuspend() })
	t.Run("manifest", func(t *testing.T) { r.t = t; r.testManifest() })
	t.Run("crash", func(t *testing.T) { r.t = t; r.testCrash() })
}

func (r *firefoxRun) testContexts(id string) {
	site, page := "http://site.test/", r.URL(id, "page.html")
	for _, url := range []string{site, page} {
		defer func(tab *Tab) { r.must(tab.Close(r.ctx)) }(r.open(url))
	}
	wanted := []Context{
		{Kind: Background, Extension: id},
		{Kind: Web, URL: site},
		{Kind: Content, Extension: id, URL: site},
		{Kind: Page, Extension: id, URL: page},
	}
	// The page forbids every script. Evaluating is not the page's.
	for i, here := range []string{"background", "", "content", "page"} {
		r.evaluates(wanted[i], "globalThis.here ?? ''", strconv.Quote(here))
		r.evaluates(wanted[i], "Promise.resolve({a: [location.protocol.length > 0, NaN]})", `{"a":[true,null]}`)
		r.evaluates(wanted[i], "(() => {})", "undefined")
		r.throws(wanted[i], "null.x", `TypeError: can't access property "x" of null`)
		r.throws(wanted[i], "Promise.reject(new RangeError('far'))", "RangeError: far")
		r.throws(wanted[i], "Promise.reject(7)", "7")
		r.throws(wanted[i], "1 1", "SyntaxError: unexpected token: numeric literal")
	}
	contexts, err := r.Contexts(r.ctx)
	r.must(err)
	if diff := cmp.Diff(wanted, contexts); diff != "" {
		r.t.Errorf("contexts (-want +got):\n%s", diff)
	}
	r.throws(wanted[1], "new Promise(() => location.assign('/elsewhere'))",
		"its document was left before the promise was settled")
}

// testConsole holds that lines are told in the order in which they were written, although Firefox tells of exceptions
// after the task that threw them.
func (r *firefoxRun) testConsole(id string) {
	tab := r.open("http://site.test/console")
	defer func() { r.must(tab.Close(r.ctx)) }()
	const code = `setTimeout(() => {
		console.warn("one");
		Promise.resolve().then(() => console.error("three"));
		Promise.reject(new Error("nobody"));
		setTimeout(() => console.info("end"), 50);
		nowhere();
	}); 0`
	for _, at := range []Context{
		{Kind: Background, Extension: id},
		{Kind: Web, URL: "http://site.test/console"},
		{Kind: Content, Extension: id, URL: "http://site.test/console"},
	} {
		r.watch(at)
		r.evaluates(at, code, "0")
		r.expect("end", strings.ReplaceAll(`AT warning: one
AT uncaught: ReferenceError: nowhere is not defined
AT error: three
AT uncaught: Error: nobody
AT info: end`, "AT", at.String()))
	}
}

// testHistory holds that documents are kept for going back. Firefox refuses that now and then, for a request that it
// believes to be under way.
func (r *firefoxRun) testHistory(id string) {
	const chances = 3
	for left := chances - 1; !r.thereAndBack(id); left-- {
		if left == 0 {
			r.t.Fatalf("%d times in a row a document was not kept", chances)
		}
	}
}

// thereAndBack reports false if a document was not kept.
func (r *firefoxRun) thereAndBack(id string) (kept bool) {
	first, second := Context{Content, id, "http://one.test/"}, Context{Content, id, "http://two.test/"}
	one, two := first.String()+" log: ", second.String()+" log: "
	shown := one
	r.watch(first, second)
	tab := r.open(first.URL)
	defer func() {
		r.must(tab.Close(r.ctx))
		r.until(shown + "pagehide false")
	}()
	goes := func(err error, from, to, how string) bool {
		r.must(err)
		shown = to
		got := []string{r.until(""), r.until("")}
		if slices.Contains(got, from+"pagehide false") {
			r.t.Logf("not kept: %q", got)
			return false
		}
		slices.Sort(got)
		if diff := cmp.Diff(slices.Sorted(slices.Values([]string{from + "pagehide true", to + how})), got); diff != "" {
			r.t.Errorf("lines (-want +got):\n%s", diff)
		}
		return true
	}
	r.expect("injected", one+"injected")
	r.must(tab.Click(r.ctx, "button"))
	r.expect("true", one+"click button true")
	if !goes(tab.Navigate(r.ctx, second.URL), one, two, "injected") || !goes(tab.Traverse(r.ctx, -1), two, one, "pageshow true") {
		return false
	}
	r.evaluates(first, "here", `"content"`)
	if !goes(tab.Traverse(r.ctx, +1), one, two, "pageshow true") {
		return false
	}
	r.fails(tab.Traverse(r.ctx, +1), "its history has 2 entries, and this is number 2")
	r.must(tab.Reload(r.ctx))
	r.told(two+"pagehide false", two+"injected")
	return true
}

// testNative holds that native manifests are those of the home.
func (r *firefoxRun) testNative(id string) {
	dir := filepath.Join(r.Home(), ".mozilla", "native-messaging-hosts")
	r.must(os.MkdirAll(dir, 0o700))
	app := filepath.Join(dir, "echo")
	r.must(os.WriteFile(app, []byte("#!/bin/sh\nexec cat\n"), 0o700))
	manifest, err := json.Marshal(map[string]any{
		"name": "echo", "description": "says it again", "path": app, "type": "stdio", "allowed_extensions": []string{id},
	})
	r.must(err)
	r.must(os.WriteFile(filepath.Join(dir, "echo.json"), manifest, 0o600))
	r.evaluates(Context{Kind: Background, Extension: id}, `browser.runtime.sendNativeMessage("echo", {a: "ä"})`, `{"a":"ä"}`)
}

func (r *firefoxRun) testReload(id string) {
	background := Context{Kind: Background, Extension: id}
	r.watch(background)
	r.must(r.Action(r.ctx, id))
	r.expect("clicked number", background.String()+" log: clicked number")
	r.evaluates(background, "here = 'before'", `"before"`)
	r.must(r.Reload(r.ctx, id))
	r.evaluates(background, "here", `"background"`)
	r.expect("TypeError: e", background.String()+" log: unloaded",
		background.String()+` log: started {"deep":[1,null]} -0 undefined TypeError: e`)
	r.must(r.SetEnabled(r.ctx, id, false))
	contexts, err := r.Contexts(r.ctx)
	r.must(err)
	if len(contexts) > 0 {
		r.t.Errorf("a disabled extension has %v", contexts)
	}
	r.must(r.SetEnabled(r.ctx, id, true))
	r.evaluates(background, "here", `"background"`)
	r.must(r.Unload(r.ctx, id))
	if err := r.Reload(r.ctx, id); err == nil {
		r.t.Error("reloaded an extension that is not loaded")
	}
}

// testSuspend holds that what watches an event page does not keep it from being suspended.
func (r *firefoxRun) testSuspend() {
	const idle = `Services.prefs.setIntPref("extensions.background.idle.timeout", 200)`
	r.must(r.driver.(*firefox).marionette.do(r.ctx, "WebDriver:ExecuteScript", map[string]any{"script": idle}, nil))
	manifest := txtar.Parse([]byte(firefoxManifests)).Files[1]
	background := Context{Kind: Background, Extension: "mv3@test"}
	r.watch(background)
	id := r.extension("-- manifest.json --\n" + string(manifest.Data) + firefoxScripts)
	r.until("suspended")
	r.throws(background, "here", "there is none, only nothing")
	r.must(r.Action(r.ctx, id))
	r.until("clicked number")
	r.must(r.Unload(r.ctx, id))
}

func (r *firefoxRun) testManifest() {
	dir := r.t.TempDir()
	_, err := r.Load(r.ctx, dir)
	r.fails(err, "manifest.json: no such file or directory")
	r.must(os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(`{"manifest_version": 2, "name": "x"}`), 0o600))
	_, err = r.Load(r.ctx, dir)
	r.fails(err, `Reading manifest: Property "version" is required`)
}

// testCrash ends the browser behind the back of what drives it.
func (r *firefoxRun) testCrash() {
	tab := r.open("http://site.test/")
	r.driver.(*firefox).process.kill()
	_, err := r.Eval(r.ctx, Context{Kind: Web, URL: "http://site.test/"}, "1")
	r.fails(err, "the browser is gone: it ended: signal: killed")
	r.fails(tab.Reload(r.ctx), "the browser is gone: it ended: signal: killed")
}
