package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/headless"
	"github.com/webport/webport/jshost"
	"github.com/webport/webport/native"
)

// Replay runs the scenario in webport and returns its trace. It takes as long as the steps wait, in the time of
// [time.Now], which in a synctest bubble is none; native apps other than the plainest are processes, and need real time.
// The error is that a step cannot be carried out. Scenarios may be replayed concurrently.
func (s *Scenario) Replay(ctx context.Context, d webport.Dialect) (trace string, err error) {
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", err
	}
	dirs, err := s.unpack(dir, d, "")
	if err != nil {
		return "", err
	}
	r := &replay{scenario: s, dialect: d, log: &log{}, names: map[string]string{}}
	if s.Native() {
		r.apps, err = s.installApps(filepath.Join(dir, "apps"), filepath.Join(dir, "manifests"), d)
		if err != nil {
			return "", err
		}
		r.log.poll = r.apps.poll
		r.native = s.launcher(filepath.Join(dir, "manifests"), d)
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if err := s.play(ctx, r, dirs, r.log); err != nil {
		return "", err
	}
	return r.log.trace(s.options["ordered"], s.normaliser(d, r.bases(), r.apps)), nil
}

// launcher starts the native apps of the scenario.
func (s *Scenario) launcher(manifests string, d webport.Dialect) func(context.Context, webport.Sender, string) (webport.Conn, error) {
	l := &native.Launcher{
		Dialect: d, Dirs: []string{manifests},
		Stderr:  func(string, string) {},
		Skipped: func(string, error) {},
	}
	if s.Waits() < longWait {
		return l.Launch
	}
	return func(ctx context.Context, caller webport.Sender, name string) (webport.Conn, error) {
		if strings.TrimSpace(s.files["native/"+name]) == echoApp {
			return newEcho(), nil
		}
		return nil, fmt.Errorf("the scenario waits for long, so that its app %s must be %q: %w", name, echoApp, webport.ErrNativeNotFound)
	}
}

// replay is webport's browser as a stage.
type replay struct {
	scenario *Scenario
	dialect  webport.Dialect
	log      *log
	apps     *apps
	native   func(context.Context, webport.Sender, string) (webport.Conn, error)
	browser  *headless.Browser
	loaded   map[string]*headless.Extension

	mu    sync.Mutex        // guards following
	names map[string]string // of contexts as the browser has them: what the suite calls them
}

func (r *replay) close() error {
	if r.browser == nil {
		return nil
	}
	return r.browser.Close()
}

func (r *replay) bases() map[string]string {
	bases := map[string]string{}
	for label, e := range r.loaded {
		bases[label] = e.BaseURL
	}
	return bases
}

// install implements stage.
func (r *replay) install(_ context.Context, dirs map[string]string) error {
	r.loaded = map[string]*headless.Extension{}
	var all []*headless.Extension
	for _, label := range extensionLabels {
		dir, ok := dirs[label]
		if !ok {
			continue
		}
		e, err := headless.Load(dir, r.dialect)
		if err != nil {
			return err
		}
		r.loaded[label] = e
		all = append(all, e)
	}
	var err error
	r.browser, err = headless.New(headless.Options{
		Dialect: r.dialect, Extensions: all, BFCache: true, Native: r.native,
		Console: r.console, Uncaught: r.uncaught,
		Limits: jshost.Limits{Time: time.Minute}, // a busy machine makes no difference
		Serve: func(url string) ([]byte, string, error) {
			body, contentType := r.scenario.page(url, r.dialect, "")
			return body, contentType, nil
		},
	})
	return err
}

// console takes a line of a script.
func (r *replay) console(m headless.Message) {
	if name, ok := strings.CutPrefix(m.Text, helloMark); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.names[m.Context] = name
		return
	}
	if context, text, ok := cutLine(m.Text); ok {
		r.log.add(context, text)
		return
	}
	r.said(m.Context, m.Level, m.Text)
}

// uncaught takes an error as the console of a browser has it.
func (r *replay) uncaught(context string, err error) {
	level, text := "uncaught", err.Error()
	if script, ok := errors.AsType[*jshost.ScriptError](err); ok {
		text = script.Text()
	}
	if strings.HasPrefix(text, "Error in event handler:") { // Chromium catches it, and writes it down itself
		level = "error"
	}
	r.said(context, level, text)
}

// said takes what a browser says by itself.
func (r *replay) said(context, level, text string) {
	if !r.scenario.options["console"] {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if name, ok := r.names[context]; ok {
		context = name
	}
	r.log.add(context, bracketed(level, text))
}

func (r *replay) url(extension, path string) string {
	if e := r.loaded[extension]; e != nil {
		return e.BaseURL + path
	}
	return "about:blank"
}

func (r *replay) open(_ context.Context, url string) (tab, error) {
	t, err := r.browser.Open(url)
	return replayTab{t}, err
}

// eval finds the context by the name that the suite's prelude has given it.
func (r *replay) eval(ctx context.Context, in, code string) error {
	contexts := r.browser.Contexts()
	slices.Reverse(contexts) // the latest is meant
	for _, context := range contexts {
		if strings.HasPrefix(context, "background") != strings.HasSuffix(in, "background") {
			continue // a background that sleeps must not wake of this
		}
		name, err := r.browser.Eval(ctx, context, "globalThis.contextName")
		if err != nil || strings.Trim(name, `"'`) != in {
			continue
		}
		_, err = r.browser.Eval(ctx, context, wrapped(code))
		return err
	}
	return fmt.Errorf("there is no context %q", in)
}

func (r *replay) action(_ context.Context, extension string) error {
	return r.browser.ActionOf(r.id(extension), nil)
}

func (r *replay) reload(_ context.Context, extension string) error {
	return r.browser.ReloadExtension(r.id(extension))
}

func (r *replay) setEnabled(_ context.Context, extension string, enabled bool) error {
	return r.browser.SetEnabled(r.id(extension), enabled)
}

func (r *replay) uninstall(_ context.Context, extension string) error {
	return r.browser.Uninstall(r.id(extension))
}

func (r *replay) id(extension string) string { return r.scenario.identity(extension, r.dialect).id }

func (r *replay) collect(ctx context.Context) error { return r.browser.Collect(ctx) }

func (r *replay) settle(ctx context.Context) error { return r.browser.Wait(ctx) }

// replayTab is a tab of webport's browser.
type replayTab struct{ *headless.Tab }

func (t replayTab) navigate(_ context.Context, url string) error { return t.Navigate(url) }

func (t replayTab) traverse(_ context.Context, by int) error {
	if by < 0 {
		return t.Back()
	}
	return t.Forward()
}

func (t replayTab) reload(context.Context) error { return t.Reload() }
func (t replayTab) close(context.Context) error  { return t.Close() }

func (t replayTab) crash(context.Context) error { return t.Crash() }

func (t replayTab) click(_ context.Context, selector string) error { return t.Click(selector) }
