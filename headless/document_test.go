package headless

import (
	"bytes"
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
		checkEffect(t, kind, detail)
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

// checkEffect holds the types of effects.go to what the scripts of dom send: every field, no other.
func checkEffect(t testing.TB, kind string, detail json.RawMessage) {
	types := map[string]any{
		"navigate": &navigateEffect{}, "submit": &submitEffect{}, "history": &historyEffect{}, "script": &scriptElement{},
		"frame": &frameElement{}, "unframe": &frameElement{}, "message": &messageEffect{}, "storage": &storageEffect{},
		"open": &navigateEffect{}, "close": &struct{}{}, "dialog": &dialogEffect{},
	}
	decoder := json.NewDecoder(bytes.NewReader(detail))
	decoder.DisallowUnknownFields()
	if types[kind] == nil {
		t.Errorf("unknown effect %s %s", kind, detail)
	} else if err := decoder.Decode(types[kind]); err != nil {
		t.Errorf("effect %s %s: %v", kind, detail, err)
	}
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
		Uncaught: func(err *jshost.ScriptError) {
			fmt.Fprintf(&f.out, "%s: uncaught %s: %s\n", name, err.Name, err.Message)
		},
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

// Two worlds that change one document at random, in turns, end with the same tree.
func TestWorldsAgree(t *testing.T) {
	const mutate = `
		(function () {
			let seed = SEED;
			const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
			const kept = (globalThis.kept ??= []);
			const nodes = () => [document.body, ...document.body.querySelectorAll("*"), ...kept];
			const pick = () => { const all = nodes(); return all[random(all.length)]; };
			const acts = [
				() => pick().append(document.createElement("x" + random(5))),
				() => pick().prepend("t" + random(9), document.createComment("c")),
				() => { const n = pick(); if (n !== document.body) { kept.push(n); n.remove(); } },
				() => { const a = pick(), b = pick(); if (a !== document.body && !a.contains(b)) b.insertBefore(a, b.childNodes[random(3)] ?? null); },
				() => pick().setAttribute("a" + random(3), random(100)),
				() => pick().removeAttribute("a" + random(3)),
				() => { pick().innerHTML = "<p>" + random(9) + "<b>b</b></p>tail"; },
				() => { const c = pick().firstChild; if (c && c.nodeType !== 1) c.data = "d" + random(99); },
				() => pick().normalize(),
				() => { const n = pick(); if (n !== document.body) n.replaceWith(n.cloneNode(true), "r"); },
			];
			for (let i = 0; i < 30; i++) acts[random(acts.length)]();
		})()`
	f := newFrameForTest(t, "<body><main><p>1</p>2<p>3</p></main></body>")
	worlds := []string{"page", "a", "b"}
	for _, w := range worlds {
		f.run(w, "hello.js", "")
	}
	for turn := range 12 {
		f.run(worlds[turn%3], "mutate.js", strings.Replace(mutate, "SEED", fmt.Sprint(turn*7919+1), 1))
		var trees []string
		for _, w := range worlds {
			tree, err := f.worlds[w].Eval(t.Context(), "document.documentElement.outerHTML")
			if err != nil {
				t.Fatal(err)
			}
			trees = append(trees, tree)
		}
		if trees[0] != trees[1] || trees[0] != trees[2] {
			t.Fatalf("after turn %d of %s the worlds differ:\n%s", turn, worlds[turn%3], strings.Join(trees, "\n"))
		}
	}
	if f.out.Len() > 0 {
		t.Error(f.out.String())
	}
}

func TestMessageReachesAllWorlds(t *testing.T) {
	f := newFrameForTest(t, "")
	for _, world := range []string{"page", "content"} {
		f.run(world, "listen.js", `addEventListener("message", (e) => console.log(e.data.get(1), e.origin, e.source === window, e.isTrusted))`)
	}
	f.doc.effect = func(_ *world, kind string, detail json.RawMessage) {
		message, err := detailOf[messageEffect](detail)
		if err != nil || kind != "message" {
			t.Errorf("%s: %v", kind, err)
		}
		f.loop.Post(func() {
			f.doc.fire(windowID, eventInit{Type: "message", Class: "MessageEvent", Init: json.RawMessage(message.Init), Source: message.To})
		})
	}
	f.run("content", "post.js", `postMessage(new Map([[1, "one"]]), "*")`)
	f.task(func() {})
	const want = "page: one https://example.com true true\ncontent: one https://example.com true true\n"
	if got := f.out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestScriptsAndFrames(t *testing.T) {
	f := newFrameForTest(t, `<head><script src="a.js" defer></script><script type=module>m</script><script></script></head>
		<iframe src=inner.html name=n></iframe><iframe srcdoc="<p>" sandbox></iframe>`)
	f.task(func() {
		scripts, err := f.doc.scripts()
		if err != nil {
			t.Fatal(err)
		}
		if len(scripts) != 2 || scripts[0].Src != "https://example.com/dir/a.js" || !scripts[0].Defer || scripts[1].Text != "m" || scripts[1].Type != "module" {
			t.Errorf("scripts: %+v", scripts)
		}
		if again, _ := f.doc.scripts(); len(again) != 0 {
			t.Errorf("scripts that were listed are listed again: %+v", again)
		}
		frames, err := f.doc.frames()
		if err != nil {
			t.Fatal(err)
		}
		if len(frames) != 2 || frames[0].Src != "https://example.com/dir/inner.html" || frames[0].Name != "n" || frames[1].Srcdoc == nil || *frames[1].Srcdoc != "<p>" || frames[1].Sandbox == nil {
			t.Errorf("frames: %+v", frames)
		}
	})
}

// A listener of one world that throws is that world's trouble: the event goes on in the others.
func TestListenerThatThrows(t *testing.T) {
	f := newFrameForTest(t, "<p>x</p>")
	f.run("page", "page.js", `document.addEventListener("x", () => console.log("page"))`)
	f.run("content", "content.js", `document.addEventListener("x", () => { throw new TypeError("broken") })`)
	f.run("other", "other.js", `document.addEventListener("x", () => console.log("other"))`)
	f.run("page", "dispatch.js", `document.dispatchEvent(new Event("x"))`)
	const want = "page: page\ncontent: uncaught TypeError: broken\nother: other\n"
	if got := f.out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// BenchmarkPage is what a page costs beyond a bare realm; see BenchmarkRealm.
func BenchmarkPage(b *testing.B) { benchmarkRealms(b, true) }

func BenchmarkRealm(b *testing.B) { benchmarkRealms(b, false) }

func benchmarkRealms(b *testing.B, page bool) {
	var broker webport.Broker
	loop := jshost.NewLoop()
	defer loop.Close()
	for b.Loop() {
		endpoint := broker.Attach(webport.EndpointInfo{URL: "https://example.com/"})
		var err error
		var c *jshost.Context
		loop.Call(b.Context(), func() {
			c, err = jshost.New(jshost.Options{
				Name: "page", Kind: jshost.WebPage, Loop: loop, Endpoint: endpoint, URL: "https://example.com/",
				Globals: func(realm *jshost.Realm) error {
					if !page {
						return nil
					}
					d := &document{}
					if _, err := d.add(realm, worldInfo{Top: true, URL: "https://example.com/", Origin: "https://example.com"}); err != nil {
						return err
					}
					return d.load("<p>Hello</p>")
				},
			})
		})
		if err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}
