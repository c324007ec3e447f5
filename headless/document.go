package headless

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/webport/webport/jshost"
)

//go:embed dom/*.js
var domFiles embed.FS

// domSource is the prelude of a page: the files of dom as one function, so that what they share stays hidden from
// scripts. The order is that in which they need one another while they run for the first time.
var domSource = sync.OnceValue(func() string {
	var source strings.Builder
	source.WriteString("(function (host) {\n\"use strict\";\n")
	for _, name := range []string{
		"tree", "lists", "selector", "events", "mirror", "observer", "element", "style", "html", "document", "window", "exports",
	} {
		text, err := domFiles.ReadFile("dom/" + name + ".js")
		if err != nil {
			panic(err) // embedded: it is there or the program does not build
		}
		source.Write(text)
	}
	source.WriteString("})")
	return source.String()
})

// The ids of the two targets that every document has.
const (
	windowID   = 1
	documentID = 2
)

// document joins the worlds of one frame: the page's, which is the first, and those of the content scripts. Each world
// is a JavaScript heap with a mirror of the document's tree; the head of dom/mirror.js has the seam.
//
// A document belongs to the loop on which all of its worlds run: call its methods inside a task of that loop.
type document struct {
	worlds []*world
	added  int // how many worlds there ever were
	// listeners is how many listeners the worlds ever added, which numbers them.
	listeners int
	// effect is told what the document wants of the browser: see effects.go.
	effect func(from *world, kind string, detail json.RawMessage)
	// failed is told that a world could not follow the others, which only a stopped script brings about.
	failed func(w *world, err error)
}

// world is one JavaScript realm with a mirror of the document.
type world struct {
	document *document
	info     worldInfo
	fn       map[string]*jshost.Func
}

// worldInfo is what a world is told about itself (frame in dom/mirror.js).
type worldInfo struct {
	World    int    `json:"world"` // its number, from 0
	Main     bool   `json:"main"`  // it is the page's own
	Top      bool   `json:"top"`   // the frame has no parent
	URL      string `json:"url"`
	Origin   string `json:"origin"` // "null" for an opaque one
	Referrer string `json:"referrer"`
	Name     string `json:"name"` // window.name
}

// add makes the realm a world of the document; call it in jshost.Options.Globals. The first world is the page's own. A
// world that is added later begins with the document as it is then.
func (d *document) add(realm *jshost.Realm, info worldInfo) (*world, error) {
	info.World, info.Main = d.added, len(d.worlds) == 0
	d.added++
	w := &world{document: d, info: info}
	for name, f := range map[string]func(args []any) (any, error){
		"domFrame": func([]any) (any, error) {
			text, err := json.Marshal(w.info)
			return string(text), err
		},
		"domParse":    func(args []any) (any, error) { return parseHTMLFragment(text(args, 0), text(args, 1)) },
		"domMutated":  func(args []any) (any, error) { d.mutated(w, text(args, 0)); return nil, nil },
		"domDispatch": func(args []any) (any, error) { return d.dispatch(w, args[0], text(args, 1)) },
		"domListener": func([]any) (any, error) { d.listeners++; return float64(d.listeners), nil },
		"domEffect": func(args []any) (any, error) {
			d.effect(w, text(args, 0), json.RawMessage(text(args, 1)))
			return nil, nil
		},
	} {
		if err := realm.Host(name, f); err != nil {
			return nil, err
		}
	}
	var err error
	if w.fn, err = realm.Prelude("dom.js", domSource()); err != nil {
		return nil, err
	}
	if !info.Main {
		snapshot, err := d.worlds[0].call("snapshot")
		if err != nil {
			return nil, fmt.Errorf("copy the document into a world: %w", err)
		}
		if _, err := w.call("restore", snapshot); err != nil {
			return nil, fmt.Errorf("copy the document into a world: %w", err)
		}
	}
	d.worlds = append(d.worlds, w)
	return w, nil
}

// drop takes a world out whose scripts have ended; the page's own stays.
func (d *document) drop(w *world) {
	if i := slices.Index(d.worlds, w); i > 0 {
		d.worlds = slices.Delete(d.worlds, i, i+1)
	}
}

func text(args []any, i int) string {
	if i >= len(args) {
		return ""
	}
	s, _ := args[i].(string)
	return s
}

func (w *world) call(name string, args ...any) (any, error) {
	f := w.fn[name]
	if f == nil {
		return nil, fmt.Errorf("the document's prelude gives no function %q", name)
	}
	return f.Call(args...)
}

// do calls a function of a world whose result nobody needs.
func (w *world) do(name string, args ...any) {
	if _, err := w.call(name, args...); err != nil {
		w.document.failed(w, err)
	}
}

// mutated has the other worlds do what one has done.
func (d *document) mutated(from *world, op string) {
	for _, w := range d.worlds {
		if w != from {
			w.do("apply", op)
		}
	}
}

// stopPropagation is the one flag of an event (dom/events.js) that Go looks at.
const stopPropagation = 1

// dispatch runs the listeners of all worlds for one event, down to its target and up again, and returns the flags that
// they leave. token names the event in every world; from is the world that made it.
func (d *document) dispatch(from *world, token any, event string) (any, error) {
	var description struct {
		Path    []int64 `json:"path"`
		Bubbles bool    `json:"bubbles"`
		Flags   float64 `json:"flags"`
	}
	if err := json.Unmarshal([]byte(event), &description); err != nil {
		return nil, fmt.Errorf("dispatch an event: %w", err)
	}
	var interested []*world
	for _, w := range d.worlds {
		has, err := w.call("begin", token, event)
		if err != nil {
			d.failed(w, err)
		} else if has == true {
			interested = append(interested, w)
		}
	}
	run := &dispatching{document: d, token: token, worlds: interested, flags: description.Flags}
	if len(interested) == 1 {
		run.flags = run.ask(interested[0], "invokeAll", token, run.flags)
	} else if len(interested) > 1 {
		run.walk(len(description.Path), description.Bubbles)
	}
	for _, w := range interested {
		if w != from {
			w.do("end", token, run.flags)
		}
	}
	return run.flags, nil
}

// dispatching is one event on its way through several worlds.
type dispatching struct {
	document *document
	token    any
	worlds   []*world
	flags    float64
}

func (run *dispatching) walk(length int, bubbles bool) {
	for i := length - 1; i >= 0; i-- {
		run.stop(i, true)
	}
	for i := 0; i < length && (i == 0 || bubbles); i++ {
		run.stop(i, false)
	}
}

// stop runs the listeners of one node on the way in the order in which they were added, whichever world did. Who stops
// the event's propagation stops it after this node, for all worlds.
func (run *dispatching) stop(index int, capture bool) {
	if int(run.flags)&stopPropagation != 0 {
		return
	}
	for _, s := range run.spans(index, capture) {
		run.flags = run.ask(s.world, "invoke", run.token, index, capture, run.flags, s.first, s.last)
	}
}

// span is listeners of one world between which none of another was added.
type span struct {
	world       *world
	first, last float64 // their numbers
}

func (run *dispatching) spans(index int, capture bool) []span {
	var all []span
	for _, w := range run.worlds {
		var orders []float64
		list, err := w.call("orders", run.token, index, capture)
		if err == nil {
			err = json.Unmarshal([]byte(text([]any{list}, 0)), &orders)
		}
		if err != nil {
			run.document.failed(w, err)
			continue
		}
		for _, n := range orders {
			all = append(all, span{w, n, n})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	joined := all[:0]
	for _, s := range all {
		if last := len(joined) - 1; last >= 0 && joined[last].world == s.world {
			joined[last].last = s.last
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

func (run *dispatching) ask(w *world, name string, args ...any) float64 {
	result, err := w.call(name, args...)
	if err != nil {
		run.document.failed(w, err)
		return run.flags
	}
	flags, _ := result.(float64)
	return flags
}

// page is the page's own world.
func (d *document) page() *world { return d.worlds[0] }

// load builds the document from HTML, before other worlds are added and before any script runs.
func (d *document) load(htmlText string) error {
	tree, err := parseHTML(htmlText)
	if err != nil {
		return err
	}
	_, err = d.page().call("load", tree)
	return err
}

// setState changes what all worlds agree on beside the tree: readyState, url, visibility.
func (d *document) setState(key, value string) { d.page().do("setState", key, value) }

// eventInit describes an event that the browser makes.
type eventInit struct {
	Type  string `json:"type"`
	Class string `json:"class,omitempty"` // Event where it is empty
	// Init is the event's init dictionary as host.serialize writes it; plain JSON is that too.
	Init json.RawMessage `json:"-"`
	// Source is event.source of a message: "self", "parent", "top" or "frame:ID".
	Source string `json:"source,omitempty"`
}

// fire dispatches a trusted event of the browser's at a node, the document or the window, in all worlds. It reports
// false when a listener prevented what the browser does next.
func (d *document) fire(target int64, event eventInit) bool {
	init := string(event.Init)
	if init == "" {
		init = "{}"
	}
	message, err := json.Marshal(struct {
		eventInit
		Init string `json:"init"`
	}{event, init})
	if err != nil {
		d.failed(d.page(), err)
		return true
	}
	result, err := d.page().call("fire", target, string(message))
	if err != nil {
		d.failed(d.page(), err)
	}
	return result != false
}

// listens reports whether a script of any world listens to an event of the window.
func (d *document) listens(event string) bool {
	for _, w := range d.worlds {
		result, err := w.call("listens", event)
		if err != nil {
			d.failed(w, err)
		}
		if result == true {
			return true
		}
	}
	return false
}

// click is a click of the user on the first element that the selector finds.
func (d *document) click(selector string) error {
	id, err := d.page().call("find", selector)
	if err != nil {
		return fmt.Errorf("click %q: %w", selector, err)
	}
	if id == 0.0 {
		return fmt.Errorf("click %q: the document has no such element", selector)
	}
	_, err = d.page().call("click", id)
	return err
}
