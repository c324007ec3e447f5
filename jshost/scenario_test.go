package jshost_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// TestScenarios runs testdata/*.txtar, one file for each section of what
// browsers do. See testdata/README for the format.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scenarios(archive) {
			for _, d := range []webport.Dialect{webport.Chromium, webport.Firefox} {
				want, ok := s.want[d]
				if !ok {
					continue
				}
				name := strings.TrimSuffix(filepath.Base(file), ".txtar") + "/" + s.name + "/" + d.String()
				t.Run(name, func(t *testing.T) {
					if _, large := s.other["large"]; large && underRace {
						t.Skip("its messages are too large for the race detector")
					}
					synctest.Test(t, func(t *testing.T) {
						got := s.run(t, d)
						if diff := cmp.Diff(byContext(want), byContext(got)); diff != "" {
							t.Errorf("what the contexts wrote (-want +got):\n%s", diff)
						}
					})
				})
			}
		}
	}
}

// scenario is what the files of one directory in an archive say.
type scenario struct {
	name    string
	scripts []txtar.File // NAME.js in their order
	other   map[string]string
	want    map[webport.Dialect][]string
}

func scenarios(archive *txtar.Archive) []*scenario {
	var all []*scenario
	for _, f := range archive.Files {
		name, file, _ := strings.Cut(f.Name, "/")
		if len(all) == 0 || all[len(all)-1].name != name {
			all = append(all, &scenario{name: name, other: map[string]string{}, want: map[webport.Dialect][]string{}})
		}
		s := all[len(all)-1]
		lines := strings.FieldsFunc(string(f.Data), func(r rune) bool { return r == '\n' })
		switch {
		case file == "want":
			s.want[webport.Chromium], s.want[webport.Firefox] = lines, lines
		case file == "want.chromium":
			s.want[webport.Chromium] = lines
		case file == "want.firefox":
			s.want[webport.Firefox] = lines
		case strings.HasSuffix(file, ".js"):
			s.scripts = append(s.scripts, txtar.File{Name: strings.TrimSuffix(file, ".js"), Data: f.Data})
		default:
			s.other[file] = string(f.Data)
		}
	}
	return all
}

// byContext keeps the order of lines within each context alone.
func byContext(lines []string) map[string][]string {
	all := map[string][]string{}
	for _, line := range lines {
		name, text, _ := strings.Cut(line, ": ")
		all[name] = append(all[name], text)
	}
	return all
}

const (
	ownID   = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	otherID = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// world is the browser that a scenario runs in.
type world struct {
	t          *testing.T
	log        transcript
	broker     *webport.Broker
	extensions map[string]*jshost.Extension
	contexts   map[string]*jshost.Context
	tabs       *testTabs
}

func (s *scenario) run(t *testing.T, d webport.Dialect) []string {
	w := &world{t: t, extensions: map[string]*jshost.Extension{}, contexts: map[string]*jshost.Context{}}
	w.tabs = &testTabs{tabs: []webport.Tab{
		{ID: 1, WindowID: 1, URL: "https://example.com/page", Title: "Page", Status: "complete", Active: true},
		{ID: 2, Index: 1, WindowID: 1, URL: "chrome-extension://" + ownID + "/page.html", Title: "Own", Status: "complete"},
	}}
	w.broker = &webport.Broker{Dialect: d, Native: nativeApp, Admit: func(caller webport.Sender, extension string) error {
		if caller.ID == "" && d == webport.Firefox {
			return webport.ErrNoReceiver
		}
		return nil
	}}
	for _, id := range []string{ownID, otherID} {
		w.extend(id, s, d)
	}
	for _, script := range s.scripts {
		w.start(script.Name, d)
		w.script(script.Name, script.Name+".js", string(script.Data))
		synctest.Wait()
	}
	for step := range strings.Lines(s.other["steps"]) {
		w.step(strings.TrimSpace(step))
		synctest.Wait()
	}
	time.Sleep(10 * time.Second)
	synctest.Wait()
	text := w.log.text()
	for _, c := range w.contexts {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	for _, e := range w.extensions {
		e.Close()
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

func (w *world) extend(id string, s *scenario, d webport.Dialect) {
	version := 3
	if d == webport.Firefox {
		version = 2
	}
	manifest := fmt.Sprintf(`{"manifest_version": %d, "name": "Test", "version": "1", "permissions": ["nativeMessaging", "storage", "alarms", "tabs"]}`, version)
	if m, ok := s.other["manifest.json"]; ok {
		manifest = m
	}
	e, err := jshost.NewExtension(jshost.ExtensionInfo{
		ID: id, BaseURL: "chrome-extension://" + id + "/", Manifest: json.RawMessage(manifest),
		StructuredClone: strings.Contains(manifest, "structured_clone"),
		Message: func(name string, substitutions []string) string {
			return "<" + name + strings.Join(substitutions, ",") + ">"
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.extensions[id] = e
}

// start makes the context that its name stands for.
func (w *world) start(name string, d webport.Dialect) {
	if w.contexts[name] != nil {
		return
	}
	kind, _, _ := strings.Cut(name, "-")
	page := w.tabs.tabs[0]
	own := w.tabs.tabs[1]
	o := jshost.Options{Name: name, Dialect: d, Extension: w.extensions[ownID], Tabs: w.tabs}
	info := webport.EndpointInfo{Extension: ownID, ContextID: int64(len(w.contexts)) + 1}
	switch kind {
	case "background", "other":
		if kind == "other" {
			o.Extension, info.Extension = w.extensions[otherID], otherID
		}
		info.URL, info.Origin = "chrome-extension://"+info.Extension+"/bg.js", "chrome-extension://"+info.Extension
		if d == webport.Firefox {
			info.DocumentID = "background-document"
		}
	case "page":
		o.Kind, info.Tab = jshost.ExtensionPage, &own
		info.URL, info.Origin, info.DocumentID = own.URL, "chrome-extension://"+ownID, name
	case "content", "frame":
		o.Kind, info.ContentScript, info.Tab = jshost.ContentScript, true, &page
		info.URL, info.Origin, info.DocumentID = page.URL, "https://example.com", name
		if kind == "frame" {
			info.FrameID, info.URL = 5, "https://example.com/frame"
		}
	case "web":
		o.Kind, o.Extension, o.Connectable, info.Extension = jshost.WebPage, nil, true, ""
		info.Tab, info.URL, info.Origin, info.DocumentID = &page, page.URL, "https://example.com", name
	default:
		w.t.Fatalf("no context is called %s", name)
	}
	o.Endpoint = w.broker.Attach(info)
	o.Console = func(line jshost.Line) {
		level := ""
		if line.Level != "log" {
			level = line.Level + ": "
		}
		w.log.add("%s: %s%s", name, level, line.Text)
	}
	o.Uncaught = func(err *jshost.ScriptError) { w.log.add("%s: uncaught: %s", name, err.Text()) }
	c, err := jshost.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.contexts[name] = c
	w.script(name, "tools.js", tools)
}

// tools are what the scripts of scenarios share.
const tools = `
const attempt = (f) => {
  try {
    const value = f();
    return value === undefined ? "ok" : String(value);
  } catch (e) {
    return e.name + ": " + e.message;
  }
};
const text = (v) => JSON.stringify(v);
const own = "` + ownID + `", other = "` + otherID + `";
`

func (w *world) script(name, file, source string) {
	c := w.contexts[name]
	var err error
	if callErr := c.Call(w.t.Context(), func() { err = c.Run(file, source) }); callErr != nil {
		err = callErr
	}
	if err != nil {
		w.log.add("%s: uncaught: %v", name, err)
	}
}

// step does one line of a scenario's steps.
func (w *world) step(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	name, code, _ := strings.Cut(rest, " ")
	c := w.contexts[name]
	var err error
	switch verb {
	case "":
	case "run":
		w.script(name, "step.js", code)
	case "wait":
		var d time.Duration
		d, err = time.ParseDuration(rest)
		time.Sleep(d)
	case "close":
		delete(w.contexts, name)
		err = c.Close()
	case "freeze":
		err = c.Call(w.t.Context(), c.Freeze)
	case "thaw":
		err = c.Call(w.t.Context(), c.Thaw)
	case "invalidate":
		err = c.Call(w.t.Context(), c.Invalidate)
	case "click":
		w.extensions[ownID].Click(w.tabs.tabs[0])
	default:
		err = fmt.Errorf("no such step")
	}
	if err != nil {
		w.t.Errorf("step %q: %v", line, err)
	}
}

// nativeApp is the native app of each name, without a process.
func nativeApp(_ context.Context, _ webport.Sender, name string) (webport.Conn, error) {
	switch name {
	case "echo", "exits", "ping_pong":
		return &appConn{name: name, messages: make(chan json.RawMessage), closed: make(chan struct{})}, nil
	case "forbidden":
		return nil, webport.ErrNativeForbidden
	case "Lab.Op":
		return nil, webport.ErrNativeName
	case "broken":
		return nil, webport.ErrNativeProtocol
	case "large":
		return nil, &webport.TooLargeError{Size: 1819043144, Limit: 1 << 20}
	}
	return nil, webport.ErrNativeNotFound
}

// appConn echoes what it is sent; the app "exits" does so without an answer,
// and "ping_pong" always answers "pong".
type appConn struct {
	name     string
	messages chan json.RawMessage
	closed   chan struct{}
	once     sync.Once
}

func (c *appConn) ReadMessage() (json.RawMessage, error) {
	select {
	case m := <-c.messages:
		switch c.name {
		case "exits":
			return nil, webport.ErrNativeExited
		case "ping_pong":
			return json.RawMessage(`"pong"`), nil
		}
		return m, nil
	case <-c.closed:
		return nil, io.EOF
	}
}

func (c *appConn) WriteMessage(m json.RawMessage) error {
	select {
	case c.messages <- append(json.RawMessage(nil), m...):
		return nil
	case <-c.closed:
		return io.ErrClosedPipe
	}
}

func (c *appConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// testTabs is a Tabs without pages.
type testTabs struct {
	mu   sync.Mutex // guards following
	tabs []webport.Tab
}

func (t *testTabs) All() []webport.Tab {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]webport.Tab(nil), t.tabs...)
}

func (t *testTabs) Create(change jshost.TabChange) (webport.Tab, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tab := webport.Tab{ID: len(t.tabs) + 1, Index: len(t.tabs), WindowID: 1, URL: change.URL, Status: "loading", Active: *change.Active}
	t.tabs = append(t.tabs, tab)
	return tab, nil
}

func (t *testTabs) Update(id int, change jshost.TabChange) (webport.Tab, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.tabs {
		if t.tabs[i].ID == id {
			if change.URL != "" {
				t.tabs[i].URL = change.URL
			}
			return t.tabs[i], true
		}
	}
	return webport.Tab{}, false
}

func (t *testTabs) Reload(id int) bool {
	_, ok := t.Update(id, jshost.TabChange{})
	return ok
}

func (t *testTabs) Remove(id int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.tabs {
		if t.tabs[i].ID == id {
			t.tabs = append(t.tabs[:i], t.tabs[i+1:]...)
			return true
		}
	}
	return false
}
