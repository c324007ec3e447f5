package headless

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// frameForTest is a frame with its worlds: the page's and, when they are first named, others.
type frameForTest struct {
	t      testing.TB
	loop   *jshost.Loop
	broker webport.Broker
	doc    document
	worlds map[string]*jshost.Context
	out    strings.Builder // what scripts log and throw, and what the document wants
}

func newFrameForTest(t testing.TB, html string) *frameForTest {
	f := &frameForTest{t: t, loop: jshost.NewLoop(), worlds: map[string]*jshost.Context{}}
	f.doc.effect = func(w *world, kind string, detail json.RawMessage) {
		fmt.Fprintf(&f.out, "effect of %d: %s %s\n", w.info.World, kind, detail)
	}
	f.doc.failed = func(w *world, err error) { fmt.Fprintf(&f.out, "failed in %d: %v\n", w.info.World, err) }
	t.Cleanup(f.close)
	f.task(func() {
		f.world("page")
		if err := f.doc.load(html); err != nil {
			t.Fatal(err)
		}
	})
	return f
}

func (f *frameForTest) task(task func()) {
	if err := f.loop.Call(context.Background(), task); err != nil {
		f.t.Fatal(err)
	}
}

func (f *frameForTest) world(name string) *jshost.Context {
	if c := f.worlds[name]; c != nil {
		return c
	}
	c, err := jshost.New(jshost.Options{
		Name: name, Kind: jshost.WebPage, Loop: f.loop, URL: "https://example.com/dir/page.html?q#h",
		Endpoint: f.broker.Attach(webport.EndpointInfo{URL: "https://example.com/dir/page.html?q#h"}),
		Console:  func(line jshost.Line) { fmt.Fprintf(&f.out, "%s: %s\n", name, line.Text) },
		Uncaught: func(err *jshost.ScriptError) { fmt.Fprintf(&f.out, "%s: uncaught %s: %s\n", name, err.Name, err.Message) },
		Globals: func(realm *jshost.Realm) error {
			_, err := f.doc.add(realm, worldInfo{Top: true, URL: "https://example.com/dir/page.html?q#h", Origin: "https://example.com"})
			return err
		},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.worlds[name] = c
	return c
}

func (f *frameForTest) run(world, name, source string) {
	f.task(func() {
		if err := f.world(world).Run(name, source); err != nil {
			fmt.Fprintf(&f.out, "%s: %v\n", world, err)
		}
	})
	f.task(func() {}) // tasks that the scripts posted have run
}

func (f *frameForTest) close() {
	for _, c := range f.worlds {
		c.Close()
	}
	f.loop.Close()
}

// TestDocument runs the archives of testdata/dom. Their files are steps, in order: html loads a document, click (a
// selector) clicks, state KEY VALUE and fire TYPE do what the browser does, NAME.js and NAME.TEXT.js run a script in the
// world NAME. want holds everything that was logged.
func TestDocument(t *testing.T) {
	archives, err := filepath.Glob("testdata/dom/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives in testdata/dom", err)
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runSteps(t, archive)
			want := section(archive, "want")
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, want.Data)
			}
		})
	}
}

func runSteps(t *testing.T, archive *txtar.Archive) string {
	f := newFrameForTest(t, string(section(archive, "html").Data))
	for _, step := range archive.Files {
		text := strings.TrimSpace(string(step.Data))
		switch {
		case step.Name == "html", step.Name == "want":
		case step.Name == "click":
			f.task(func() {
				if err := f.doc.click(text); err != nil {
					fmt.Fprintln(&f.out, err)
				}
			})
		case step.Name == "state":
			key, value, _ := strings.Cut(text, " ")
			f.task(func() { f.doc.setState(key, value) })
		case step.Name == "fire":
			f.task(func() {
				goOn := f.doc.fire(windowID, eventInit{Type: text, Init: json.RawMessage(`{"cancelable":true}`)})
				fmt.Fprintf(&f.out, "fired %s: %v\n", text, goOn)
			})
		case strings.HasSuffix(step.Name, ".js"):
			world, _, _ := strings.Cut(step.Name, ".")
			f.run(world, step.Name, string(step.Data))
		default:
			t.Fatalf("unknown step %q", step.Name)
		}
	}
	return f.out.String()
}
