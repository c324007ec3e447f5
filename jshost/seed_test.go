package jshost_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// transcript collects what contexts write to their consoles, in order.
type transcript struct {
	mu    sync.Mutex // guards following
	lines []string
}

func (l *transcript) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *transcript) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

func seed(t *testing.T, name string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "shared", "seed", "examples", name))
	if err != nil {
		t.Skipf("the specification's example scripts are not beside the project: %v", err)
	}
	return string(source)
}

// TestSeedExamples runs the specification's first example, word for word.
func TestSeedExamples(t *testing.T) {
	background, content := seed(t, "background-script.js"), seed(t, "content-script.js")
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(dialect.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runSeed(t, dialect, background, content) })
		})
	}
}

// seedBody is as much of a page as the example's content script needs.
const seedBody = `globalThis.document = {body: new EventTarget()};`

func runSeed(t *testing.T, dialect webport.Dialect, background, content string) {
	var log transcript
	broker := &webport.Broker{Dialect: dialect}
	extension, err := jshost.NewExtension(jshost.ExtensionInfo{
		ID: "abcdefghijklmnopabcdefghijklmnop", BaseURL: "chrome-extension://abcdefghijklmnopabcdefghijklmnop/",
		Manifest: json.RawMessage(`{"manifest_version": 2, "name": "seed", "version": "1", "browser_action": {}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer extension.Close()
	start := func(name string, kind jshost.Kind, info webport.EndpointInfo) *jshost.Context {
		info.Extension = extension.ID()
		c, err := jshost.New(jshost.Options{
			Name: name, Kind: kind, Dialect: dialect, Extension: extension, Endpoint: broker.Attach(info),
			Console:  func(line jshost.Line) { log.add("%s: %s", name, line.Text) },
			Uncaught: func(err *jshost.ScriptError) { log.add("%s: UNCAUGHT %v", name, err) },
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	tab := webport.Tab{ID: 1, URL: "https://example.com/"}
	bg := start("background", jshost.Background, webport.EndpointInfo{URL: "bg"})
	defer bg.Close()
	cs := start("content", jshost.ContentScript, webport.EndpointInfo{ContentScript: true, Tab: &tab, DocumentID: "d", URL: tab.URL})
	defer cs.Close()

	run := func(c *jshost.Context, name, source string) {
		t.Helper()
		var err error
		if callErr := c.Call(t.Context(), func() { err = c.Run(name, source) }); callErr != nil {
			err = callErr
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(bg, "background-script.js", background)
	run(cs, "dom.js", seedBody)
	run(cs, "content-script.js", content)
	synctest.Wait()
	run(cs, "click.js", `document.body.dispatchEvent(new Event("click"))`)
	synctest.Wait()
	extension.Click(tab)
	synctest.Wait()
	want := strings.TrimSpace(`
background: In background script, received message from content script
background: hello from content script
content: In content script, received message from background script: 
content: hi there content script!
background: In background script, received message from content script
background: they clicked the page!
content: In content script, received message from background script: 
content: they clicked the button!`)
	if got := log.text(); sortFirst(got) != sortFirst(want) {
		t.Errorf("console:\n%s\n\nwant:\n%s", got, want)
	}
}

// sortFirst puts the first four lines, in which two contexts run at once, in
// one order.
func sortFirst(text string) string {
	lines := strings.Split(text, "\n")
	if len(lines) > 4 && strings.HasPrefix(lines[0], "content") {
		lines = append(append(append([]string{}, lines[2:4]...), lines[:2]...), lines[4:]...)
	}
	return strings.Join(lines, "\n")
}

// TestSeedNativeExample runs the specification's second example: two clicks on
// the button, each answered by the app.
func TestSeedNativeExample(t *testing.T) {
	source := seed(t, "connect-native.js")
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(dialect.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scenario{
					scripts: []txtar.File{{Name: "background", Data: []byte(source)}},
					other: map[string]string{
						"manifest.json": `{"manifest_version": 2, "name": "seed", "version": "1", "browser_action": {}, "permissions": ["nativeMessaging"]}`,
						"steps":         "click\nclick\n",
					},
				}
				want := []string{
					"background: Sending:  ping", "background: Received: pong",
					"background: Sending:  ping", "background: Received: pong",
				}
				if diff := cmp.Diff(want, s.run(t, dialect)); diff != "" {
					t.Errorf("console (-want +got):\n%s", diff)
				}
			})
		})
	}
}
