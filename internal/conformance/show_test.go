package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/webport/webport/internal/browsertest"
)

// show is a scenario that is played in a real browser: the stage.
type show struct {
	*realBrowser
	scenario *Scenario
	handler  http.Handler
	log      *log
	apps     *apps
	ids      map[string]string // of the extensions by their labels
	tabs     []*browsertest.Tab
	unloaded map[string]bool // by label: those that a step has taken away

	mu    sync.Mutex      // guards following
	began map[string]bool // the contexts in which a script has begun to run
}

func (p *show) trace() string {
	bases := map[string]string{}
	for label, id := range p.ids {
		bases[label] = p.browser.URL(id, "")
	}
	return p.log.trace(p.scenario.options["ordered"], p.scenario.normaliser(p.dialect, bases, p.apps))
}

// install implements stage.
func (p *show) install(ctx context.Context, dirs map[string]string) error {
	for _, label := range extensionLabels {
		dir, ok := dirs[label]
		if !ok {
			continue
		}
		id, err := p.browser.Load(ctx, dir)
		if err != nil {
			return err
		}
		p.ids[label] = id
		if err := p.awaitBackground(ctx, label); err != nil {
			return err
		}
	}
	return nil
}

// awaitBackground waits until the script of an extension's background runs.
func (p *show) awaitBackground(ctx context.Context, label string) error {
	if _, ok := p.scenario.files[label+"/background.js"]; !ok {
		return nil
	}
	name := "background"
	if label == otherExtension {
		name = "other background"
	}
	for end := time.Now().Add(10 * time.Second); !p.hasBegun(name); {
		if time.Now().After(end) {
			return fmt.Errorf("the %s has not begun to run in 10 s", name)
		}
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func (p *show) hasBegun(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.began[name]
}

// console takes a line of a console.
func (p *show) console(line browsertest.Line) {
	if p.written(0, line.Text) || !p.scenario.options["console"] {
		return
	}
	p.log.add(p.nameOf(line.Context), bracketed(line.Level, line.Text))
}

// written takes what the prelude has marked, and reports whether it has.
func (p *show) written(when float64, text string) bool {
	if name, ok := strings.CutPrefix(text, helloMark); ok {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.began[name] = true
		return true
	}
	name, text, ok := cutLine(text)
	if ok {
		p.log.addAt(when, name, text)
	}
	return ok
}

// posted takes a line that a script has sent.
func (p *show) posted(body string) {
	stamp, text, _ := strings.Cut(body, " ")
	if when, err := strconv.ParseFloat(stamp, 64); err == nil {
		p.written(when, text)
	}
}

// nameOf is what the prelude calls the context.
func (p *show) nameOf(c browsertest.Context) string {
	prefix := ""
	if c.Extension != "" && c.Extension == p.ids[otherExtension] {
		prefix = "other "
	}
	switch c.Kind {
	case browsertest.Background:
		return prefix + "background"
	case browsertest.Content:
		return prefix + "content " + c.URL
	case browsertest.Page:
		return prefix + "page " + strings.TrimPrefix(c.URL, p.browser.URL(c.Extension, ""))
	default:
		return "web " + c.URL
	}
}

// contextOf is the context that the prelude calls so.
func (p *show) contextOf(name string) (browsertest.Context, error) {
	rest, other := strings.CutPrefix(name, "other ")
	label := ownExtension
	if other {
		label = otherExtension
	}
	kind, where, _ := strings.Cut(rest, " ")
	c := browsertest.Context{Extension: p.ids[label], URL: where}
	switch kind {
	case "background":
		c.Kind = browsertest.Background
	case "content":
		c.Kind = browsertest.Content
	case "page":
		c.Kind, c.URL = browsertest.Page, p.browser.URL(c.Extension, where)
	case "web":
		c.Kind, c.Extension = browsertest.Web, ""
	default:
		return c, fmt.Errorf("no context is called %q", name)
	}
	return c, nil
}

func (p *show) url(extension, path string) string { return p.browser.URL(p.ids[extension], path) }

func (p *show) open(ctx context.Context, url string) (tab, error) {
	t, err := p.browser.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	p.tabs = append(p.tabs, t)
	return realTab{t}, nil
}

func (p *show) eval(ctx context.Context, in, code string) error {
	c, err := p.contextOf(in)
	if err != nil {
		return err
	}
	contexts, err := p.browser.Contexts(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(contexts, c) {
		c = p.moved(ctx, contexts, c, in)
	}
	_, err = p.browser.Eval(ctx, c, wrapped(code))
	return err
}

// moved finds the context that the prelude calls so among those whose documents have another URL now: pushState and
// fragments change it. It returns c where there is none.
func (p *show) moved(ctx context.Context, contexts []browsertest.Context, c browsertest.Context, name string) browsertest.Context {
	for _, other := range contexts {
		if other.Kind != c.Kind || other.Extension != c.Extension {
			continue
		}
		was, err := p.browser.Eval(ctx, other, "globalThis.contextName")
		if err == nil && was == strconv.Quote(name) {
			return other
		}
	}
	return c
}

func (p *show) action(ctx context.Context, extension string) error {
	return p.browser.Action(ctx, p.ids[extension])
}

func (p *show) reload(ctx context.Context, extension string) error {
	return p.browser.Reload(ctx, p.ids[extension])
}

func (p *show) setEnabled(ctx context.Context, extension string, enabled bool) error {
	return p.browser.SetEnabled(ctx, p.ids[extension], enabled)
}

func (p *show) uninstall(ctx context.Context, extension string) error {
	id := p.ids[extension]
	p.unloaded[extension] = true
	return p.browser.Unload(ctx, id)
}

func (p *show) collect(ctx context.Context) error { return p.browser.Collect(ctx) }

// settle has every context take a turn: on a busy machine that may be long after the line of another.
func (p *show) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	contexts, err := p.browser.Contexts(ctx)
	if err != nil {
		return err
	}
	for _, c := range contexts {
		p.browser.Eval(ctx, c, "0") // it may have ended meanwhile
	}
	return nil
}

// farewell is how long lines that are on their way from what is gone may take. They must not come in the next scenario.
const farewell = 150 * time.Millisecond

// leave closes the tabs, of which scenarios and browsers have closed some, and unloads the extensions: in this order,
// for Chromium keeps what shows a page of an extension within a web page.
func (p *show) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	defer time.Sleep(farewell)
	for _, t := range p.tabs {
		t.Close(ctx)
	}
	if !p.scenario.options["unwatched"] {
		p.settle(ctx) // extensions say what they have to say of that
	}
	var errs []error
	for label, id := range p.ids {
		if !p.unloaded[label] {
			errs = append(errs, p.browser.Unload(ctx, id))
		}
	}
	return errors.Join(errs...)
}

// realTab is a tab of a real browser.
type realTab struct {
	*browsertest.Tab
}

func (t realTab) navigate(ctx context.Context, url string) error   { return t.Navigate(ctx, url) }
func (t realTab) traverse(ctx context.Context, by int) error       { return t.Traverse(ctx, by) }
func (t realTab) reload(ctx context.Context) error                 { return t.Reload(ctx) }
func (t realTab) close(ctx context.Context) error                  { return t.Close(ctx) }
func (t realTab) crash(ctx context.Context) error                  { return t.Crash(ctx) }
func (t realTab) click(ctx context.Context, selector string) error { return t.Click(ctx, selector) }
