package headless

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webport/webport"
)

func seedScript(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "seed", "examples", name))
	if err != nil {
		t.Skipf("the specification's example scripts are not beside the project: %v", err)
	}
	return string(text)
}

const seedManifest = `{
	"manifest_version": 2, "name": "Seed", "version": "1",
	"background": {"scripts": ["background-script.js"]},
	"content_scripts": [{"matches": ["https://example.com/*"], "js": ["content-script.js"]}],
	"browser_action": {}
}`

// TestSeedExample runs the first example of the specification word for word, in the order that it describes.
func TestSeedExample(t *testing.T) {
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(dialect.String(), func(t *testing.T) {
			f := newBrowserForTest(t, dialect, map[string]string{
				"seed/manifest.json":        seedManifest,
				"seed/background-script.js": seedScript(t, "background-script.js"),
				"seed/content-script.js":    seedScript(t, "content-script.js"),
			})
			tab, err := f.browser.Open("https://example.com/")
			if err != nil {
				t.Fatal(err)
			}
			f.settle()
			if err := tab.Click(""); err != nil {
				t.Error(err)
			}
			f.settle()
			if err := f.browser.Action(nil); err != nil {
				t.Error(err)
			}
			f.settle()
			const want = `background: In background script, received message from content script
background: hello from content script
content 1: In content script, received message from background script: 
content 1: hi there content script!
background: In background script, received message from content script
background: they clicked the page!
content 1: In content script, received message from background script: 
content 1: they clicked the button!
`
			// Who of the two logs first after the connect is not fixed: each side's lines are in order.
			got := f.text()
			for _, context := range []string{"background", "content 1"} {
				if only(got, context) != only(want, context) {
					t.Errorf("got\n%swant\n%s", got, want)
				}
			}
		})
	}
}

// only is the lines of one context.
func only(log, context string) string {
	var kept []string
	for _, line := range strings.Split(log, "\n") {
		if strings.HasPrefix(line, context+":") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
