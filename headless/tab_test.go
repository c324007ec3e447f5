package headless

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webport/webport"
)

// TestNewTabIsAsked holds that whoever hears of a new tab can ask for anything at once: its first document comes first.
func TestNewTabIsAsked(t *testing.T) {
	f := newBrowserForTest(t, webport.Chromium, map[string]string{})
	started := false
	tab, err := f.browser.newTab("https://example.com/", tabPlace{active: true, pinned: true}, func(tab *Tab) {
		tab.started("https://example.com/", nil)
		started = true
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tab.Reload(), tab.AddFrame("about:blank"), tab.Close()); err != nil || !started {
		t.Errorf("started %v: %v", started, err)
	}
	if !tab.info().Pinned {
		t.Error("it is not pinned")
	}
}

// TestBackToNothing holds that a tab which cannot go back has not gone back in its history either.
func TestBackToNothing(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	writeFiles(t, dir, map[string]string{"a.html": "", "b.html": ""})
	f := newBrowserForTest(t, webport.Chromium, map[string]string{})
	tab, err := f.browser.Open("file://" + dir + "/a.html")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tab.Navigate("file://"+dir+"/b.html"), os.Remove(filepath.Join(dir, "a.html"))); err != nil {
		t.Fatal(err)
	}
	if err := tab.Back(); !errors.Is(err, os.ErrNotExist) || !strings.HasSuffix(tab.URL(), "b.html") {
		t.Errorf("back: %v, in %s", err, tab.URL())
	}
	if err := tab.Forward(); err == nil {
		t.Error("it went forward from its last page")
	}
	writeFiles(t, dir, map[string]string{"a.html": ""})
	if err := tab.Back(); err != nil || !strings.HasSuffix(tab.URL(), "a.html") {
		t.Errorf("back again: %v, in %s", err, tab.URL())
	}
}

// TestReloadEndsNestedPages holds that an extension's page within another one ends with it when the extension is
// reloaded: no context is left that no frame shows.
func TestReloadEndsNestedPages(t *testing.T) {
	for dialect, want := range map[webport.Dialect]string{
		webport.Chromium: "web 1, content 1, web 1.1", // the content script is an orphan
		webport.Firefox:  "web 1, content 1, web 1.1, page 1.3, page 1.4",
	} {
		f := newBrowserForTest(t, dialect, map[string]string{
			"ext/manifest.json": `{"manifest_version": 2, "name": "n", "version": "1", "web_accessible_resources": ["*.html"],
				"content_scripts": [{"matches": ["<all_urls>"], "js": ["content.js"]}]}`,
			"ext/content.js": `const frame = document.createElement("iframe"); frame.src = chrome.runtime.getURL("outer.html");
				document.body.append(frame);`,
			"ext/outer.html": `<iframe src="inner.html"></iframe>`, "ext/inner.html": ``,
		})
		if _, err := f.browser.Open("https://example.com/"); err != nil {
			t.Fatal(err)
		}
		f.settle()
		if err := f.browser.Reload(); err != nil {
			t.Fatal(err)
		}
		f.settle()
		if got := strings.Join(f.browser.Contexts(), ", "); got != want || f.text() != "" {
			t.Errorf("%v: there are %s, want %s\n%s", dialect, got, want, f.text())
		}
	}
}

// TestTabsUpdateURL holds that tabs.update reads a URL as tabs.create does.
func TestTabsUpdateURL(t *testing.T) {
	f := newBrowserForTest(t, webport.Chromium, map[string]string{
		"ext/manifest.json": `{"manifest_version": 2, "name": "n", "version": "1", "background": {"scripts": ["bg.js"]}}`, "ext/bg.js": ``,
	})
	tab, err := f.browser.Open("https://example.com/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.browser.Eval(t.Context(), "background", `chrome.tabs.update(1, {url: "HTTPS://Other.Example:443/a b"})`); err != nil {
		t.Fatal(err)
	}
	f.settle()
	if want := "https://other.example/a%20b"; tab.URL() != want {
		t.Errorf("the tab shows %s, want %s", tab.URL(), want)
	}
}

// TestGlobsAndFragments holds that what follows # counts for globs in Chromium alone.
func TestGlobsAndFragments(t *testing.T) {
	for _, test := range []struct {
		globs             string
		chromium, firefox bool
	}{
		{`"include_globs": ["*#part"]`, true, false},
		{`"include_globs": ["*.html"]`, false, true},
		{`"exclude_globs": ["*#part"]`, false, true},
	} {
		for dialect, want := range map[webport.Dialect]bool{webport.Chromium: test.chromium, webport.Firefox: test.firefox} {
			m, err := parseManifest("manifest.json", []byte(`{"manifest_version": 2, "name": "n", "version": "1",
				"content_scripts": [{"matches": ["https://*/*"], "js": ["a.js"], `+test.globs+`}]}`), dialect)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.ContentScripts[0].Matches("https://example.com/page.html#part"); got != want {
				t.Errorf("%v: %s matches: %v, want %v", dialect, test.globs, got, want)
			}
		}
	}
}

// TestContentScriptsRunOnce holds that a page which was loading when Firefox reloaded the extension, so that its scripts
// ran in it, does not have them again with the tabs that were open.
func TestContentScriptsRunOnce(t *testing.T) {
	f := newBrowserForTest(t, webport.Firefox, map[string]string{
		"ext/manifest.json": `{"manifest_version": 2, "name": "n", "version": "1",
			"content_scripts": [{"matches": ["<all_urls>"], "js": ["content.js"]}]}`,
		"ext/content.js": `const once = "once"; console.log(once);`,
	})
	tab, err := f.browser.Open("https://example.com/")
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.do("inject into", func() error { tab.injectAgain(f.browser.allRunning()[0]); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := f.browser.Reload(); err != nil {
		t.Fatal(err)
	}
	f.settle()
	if got, want := f.text(), "content 1: once\ncontent 1: once\n"; got != want {
		t.Errorf("got\n%swant one line of each load of the extension:\n%s", got, want)
	}
}
