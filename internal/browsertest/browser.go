// Package browsertest starts real browsers without a window for tests: Debian's Chromium, driven over the DevTools
// protocol, and Debian's Firefox, driven over WebDriver BiDi and Marionette. It loads unpacked extensions into them,
// opens pages, evaluates code where scripts run, and collects what they log.
package browsertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/webport/webport"
)

// Options says what a browser is started with. The zero value starts Chromium with an empty profile.
type Options struct {
	Dialect webport.Dialect

	// Home is the directory that is $HOME for the browser, where a user's native manifests are looked for, and where
	// its profile is. Empty: a fresh one, removed by Close. One that is given stays as the browser leaves it, and the
	// next browser with it finds the same profile.
	Home string

	// Web serves every http URL, whatever its host: Request.Host says which. Browsers ask it for /favicon.ico by
	// themselves. Nil: each is not found.
	Web http.Handler

	// Console is called with each line that a script writes with console.log, one at a time, in the order in which
	// the browser told of them, until Close has returned. What a context logged before the result of an Eval in it is
	// passed on before that Eval returns; so Console must not call the Browser's methods, which would wait for
	// themselves. Nil: the lines are dropped.
	Console func(Line)

	// Unwatched leaves the service workers of Chromium's extensions without a debugger, which would keep them from
	// stopping for idleness. Their lines are not seen and nothing can be evaluated in them. What watches Firefox's
	// backgrounds does not keep them, so that it changes nothing there.
	Unwatched bool
}

// Line is what one call of console.log wrote, or what a browser itself wrote to a console. Chromium tells what a document
// writes while it is left (in pagehide) when the document comes out of the back/forward cache, or else never; only a tab
// that is closed tells it at once. What Chromium itself writes for a document has the document's context, even if it is
// about a content script.
type Line struct {
	Level   string // "log", "info", "warning", "error", "debug"; "uncaught" for an exception that nobody caught
	Text    string // the arguments, joined by blanks
	Context Context
}

// Kind says whose scripts run in a context.
type Kind int

// The kinds of contexts.
const (
	Background Kind = iota // an extension's service worker, event page or background page
	Content                // an extension's content scripts in a document
	Page                   // a document of an extension
	Web                    // a web page's own scripts
)

// Context names a place where scripts run.
type Context struct {
	Kind      Kind
	Extension string // id; not for Web
	URL       string // of the document; not for Background. The latest document is meant where several have it
}

// String returns the context as errors name it.
func (c Context) String() string {
	switch c.Kind {
	case Background:
		return "the background of " + c.Extension
	case Content:
		return fmt.Sprintf("the content scripts of %s in %s", c.Extension, c.URL)
	case Page:
		return "the extension page " + c.URL
	default:
		return "the page " + c.URL
	}
}

// Browser is a running browser. Its methods may be called concurrently.
type Browser struct {
	driver driver
	home   string
	web    *web

	closing  sync.Once
	closeErr error
	fresh    bool // home is ours to remove
}

// setup is what a driver starts its browser with.
type setup struct {
	Options // with a Home that exists, and a Console that is not nil and may be called concurrently

	executable string
	web        string // host:port of the loopback server that every http URL has to reach
}

// driver is what the two browsers do in different ways. Each method has the meaning of Browser's.
type driver interface {
	// close ends every process of the browser and joins every goroutine of the driver. It is called once.
	close() error

	version() string
	load(ctx context.Context, dir string) (id string, err error)
	unload(ctx context.Context, id string) error
	reload(ctx context.Context, id string) error
	setEnabled(ctx context.Context, id string, enabled bool) error
	action(ctx context.Context, id string) error
	url(id, path string) string
	eval(ctx context.Context, c Context, code string) (string, error)
	contexts(ctx context.Context) ([]Context, error)
	collect(ctx context.Context) error
	open(ctx context.Context, url string) (tabDriver, error)
}

// tabDriver is a tab of a driver.
type tabDriver interface {
	navigate(ctx context.Context, url string) error
	traverse(ctx context.Context, by int) error
	reload(ctx context.Context) error
	close(ctx context.Context) error
	crash(ctx context.Context) error
	click(ctx context.Context, selector string) error
	screenshot(ctx context.Context) ([]byte, error)
}

// Start starts a browser and returns when it takes commands. ctx is about the start alone.
func Start(ctx context.Context, opts Options) (*Browser, error) {
	b, err := start(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", opts.Dialect, err)
	}
	return b, nil
}

func start(ctx context.Context, opts Options) (_ *Browser, err error) {
	s := setup{Options: opts}
	if s.executable, err = find(opts.Dialect); err != nil {
		return nil, err
	}
	b := &Browser{home: opts.Home, fresh: opts.Home == ""}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.release())
		}
	}()
	if b.fresh {
		if b.home, err = os.MkdirTemp("", "browsertest-"); err != nil {
			return nil, err
		}
	}
	if b.web, err = serve(opts.Web); err != nil {
		return nil, err
	}
	s.Home, s.web, s.Console = b.home, b.web.address(), oneAtATime(opts.Console)
	newDriver := newChromium
	if opts.Dialect == webport.Firefox {
		newDriver = newFirefox
	}
	if b.driver, err = newDriver(ctx, s); err != nil {
		return nil, err
	}
	return b, nil
}

func oneAtATime(console func(Line)) func(Line) {
	var mu sync.Mutex
	return func(line Line) {
		mu.Lock()
		defer mu.Unlock()
		if console != nil {
			console(line)
		}
	}
}

// Close ends the browser with every process it started, and removes the home that was made for it. Only the first call
// does anything; the others wait for it and return the same.
func (b *Browser) Close() error {
	b.closing.Do(func() {
		if err := errors.Join(b.driver.close(), b.release()); err != nil {
			b.closeErr = fmt.Errorf("close the browser: %w", err)
		}
	})
	return b.closeErr
}

// release gives back what does not belong to the driver.
func (b *Browser) release() (err error) {
	if b.web != nil {
		err = b.web.close()
	}
	if b.fresh && b.home != "" {
		err = cmp.Or(err, removeAll(b.home))
	}
	return err
}

// removeAll removes a directory in which a process that is being ended may still write for a moment.
func removeAll(dir string) (err error) {
	for range 50 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// Version returns the browser's name and version as it tells them, such as "Chrome/156.0.8078.79".
func (b *Browser) Version() string { return b.driver.version() }

// Home returns the directory that is $HOME for the browser.
func (b *Browser) Home() string { return b.home }

// Load loads the unpacked extension in dir and returns its id. What the browser says against its manifest is in the
// error.
func (b *Browser) Load(ctx context.Context, dir string) (id string, err error) {
	id, err = b.driver.load(ctx, dir)
	return id, failed(err, "load extension %s", dir)
}

// Unload removes an extension that Load has loaded.
func (b *Browser) Unload(ctx context.Context, id string) error {
	return failed(b.driver.unload(ctx, id), "unload extension %s", id)
}

// Reload loads an extension again, as the button of the browser's page of extensions does.
func (b *Browser) Reload(ctx context.Context, id string) error {
	return failed(b.driver.reload(ctx, id), "reload extension %s", id)
}

// SetEnabled disables an extension or enables it again, as the switch on the browser's page of extensions does.
func (b *Browser) SetEnabled(ctx context.Context, id string, enabled bool) error {
	verb := "disable"
	if enabled {
		verb = "enable"
	}
	return failed(b.driver.setEnabled(ctx, id, enabled), verb+" extension %s", id)
}

// Action clicks an extension's button in the toolbar, over the foreground tab.
func (b *Browser) Action(ctx context.Context, id string) error {
	return failed(b.driver.action(ctx, id), "click the button of extension %s", id)
}

// URL returns the URL of a file of an extension, as runtime.getURL does.
func (b *Browser) URL(id, path string) string { return b.driver.url(id, path) }

// contextPatience is how long Eval waits for a context that is not there yet.
const contextPatience = 5 * time.Second

// Eval evaluates JavaScript code in a context, waits for the promise if it gives one, and returns the value as JSON, or
// "undefined". An exception is an error that has its text. A context that is not there yet is waited for, up to five
// seconds.
func (b *Browser) Eval(ctx context.Context, c Context, code string) (string, error) {
	value, err := b.driver.eval(ctx, c, code)
	return value, failed(err, "evaluate in %s", c)
}

// Contexts returns the places where scripts run now and Eval can evaluate.
func (b *Browser) Contexts(ctx context.Context) ([]Context, error) {
	contexts, err := b.driver.contexts(ctx)
	return contexts, failed(err, "list contexts")
}

// Collect has the garbage collected of all places where scripts run.
func (b *Browser) Collect(ctx context.Context) error {
	return failed(b.driver.collect(ctx), "collect garbage")
}

// Open opens url in a new tab in the foreground and waits until it has loaded.
func (b *Browser) Open(ctx context.Context, url string) (*Tab, error) {
	driver, err := b.driver.open(ctx, url)
	if err != nil {
		return nil, failed(err, "open %s", url)
	}
	return &Tab{driver: driver}, nil
}

// failed says what was tried when err came.
func failed(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
