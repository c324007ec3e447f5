package headless

import (
	"testing"

	"github.com/webport/webport"
)

// BenchmarkStart is a browser with one extension and one tab, from nothing to the load event; the first round of a
// process is what `webport run` pays.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	files := map[string]string{
		"manifest.json": `{"manifest_version": 3, "name": "Start", "version": "1", "background": {"service_worker": "bg.js"},
			"content_scripts": [{"matches": ["https://example.com/*"], "js": ["cs.js"]}]}`,
		"bg.js": `chrome.runtime.onConnect.addListener((p) => p.postMessage("hello"))`,
		"cs.js": `chrome.runtime.connect().onMessage.addListener((m) => console.log(m))`,
	}
	writeFiles(b, dir, files)
	for b.Loop() {
		e, err := Load(dir, webport.Chromium)
		if err != nil {
			b.Fatal(err)
		}
		said := make(chan string, 1)
		browser, err := New(Options{Extensions: []*Extension{e}, Console: func(m Message) { said <- m.Text }})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := browser.Open("https://example.com/"); err != nil {
			b.Fatal(err)
		}
		<-said
		if err := browser.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
