package headless

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// Options say what a Browser has and where its output goes. The zero value is a Chromium without extensions.
//
// Its functions are called on the goroutines that run scripts, several at a time; they must not wait for the Browser or
// for scripts.
type Options struct {
	// Dialect is the browser whose behaviour everything has. It must be that of the extensions.
	Dialect webport.Dialect
	// Extensions are installed from the start: [Load], [LoadAll].
	Extensions []*Extension
	// BFCache keeps pages that a tab leaves for when it goes back; without it they end.
	BFCache bool
	// MaxQueue is [webport.Broker.MaxQueue].
	MaxQueue int
	// Limits stop scripts that run away.
	Limits jshost.Limits
	// UserAgent is navigator.userAgent; "" means one that names webport.
	UserAgent string

	// Native is [webport.Broker.Native]: it starts native apps. Nil means that there are none.
	Native func(ctx context.Context, caller webport.Sender, application string) (webport.Conn, error)
	// Trace is [webport.Broker.Trace]; [Browser.ContextName] names the endpoints in it.
	Trace func(webport.Trace)
	// Console receives what scripts log.
	Console func(Message)
	// Uncaught receives what scripts throw and nobody catches, mostly as a *[jshost.ScriptError], and other failures
	// that no caller hears of; context is named as Contexts does.
	Uncaught func(context string, err error)
	// Serve has the documents of http and https URLs, and the scripts that pages ask for; url has no fragment. An error
	// that is [io/fs.ErrNotExist] means that there is nothing: a document is empty then. Nil has nothing.
	Serve func(url string) (body []byte, contentType string, err error)
}

// Browser is a profile of a browser without a window: extensions, tabs with pages and frames, and a broker that joins
// their scripts. Its methods may be called concurrently, but not from functions in Options except ContextName. Close
// ends it; what opens, evaluates or changes something fails from then on.
type Browser struct {
	options    Options
	broker     webport.Broker
	extensions []*installed // fixed
	process    int          // of Firefox's context ids
	counter    atomic.Int64
	ctx        context.Context // done when the browser closes
	cancel     context.CancelCauseFunc

	working sync.WaitGroup // of goroutines that Close joins

	mu       sync.Mutex // guards following; while it is held nothing else is called that may wait
	tabs     []*Tab     // those that are open, in the order of the window
	opened   int        // how many there ever were
	active   *Tab
	scopes   []*scope
	areas    map[string]map[string]string // web storage, by origin
	closed   bool
	failures []error // of what ends with the browser
}

// New starts a browser: each extension's background runs to the end of its first turn, the module of a worker to that of
// its top level (5 s at most), before New returns, one after the other. Then they hear runtime.onInstalled and onStartup.
// What a script throws is told to Options.Uncaught; the error is about two extensions with one id, a dialect that does
// not fit, or a background page that cannot be read.
func New(options Options) (*Browser, error) {
	b := &Browser{options: options, process: 1, areas: map[string]map[string]string{}}
	if err := checkExtensions(options); err != nil {
		return nil, fmt.Errorf("start a browser: %w", err)
	}
	b.ctx, b.cancel = context.WithCancelCause(context.Background())
	b.broker = webport.Broker{
		Dialect: options.Dialect, MaxQueue: options.MaxQueue, Native: options.Native, Trace: options.Trace,
		Admit: b.admit, Wake: b.wake,
	}
	for n, label := range labels(options.Extensions) {
		b.extensions = append(b.extensions, &installed{browser: b, label: label, driver: newDriver(), id: options.Extensions[n].ID})
	}
	var errs []error
	for n, i := range b.extensions {
		errs = append(errs, i.driver.do(func() error {
			_, err := i.start(options.Extensions[n], nil)
			return err
		}))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(fmt.Errorf("start a browser: %w", err), b.Close())
	}
	for _, r := range b.allRunning() {
		r.welcome(map[string]string{"reason": "install"}, true)
	}
	return b, nil
}

func checkExtensions(options Options) error {
	ids := map[string]string{}
	for _, e := range options.Extensions {
		if e.Dialect != options.Dialect {
			return fmt.Errorf("the extension in %s was loaded for %v, and the browser is %v", e.Dir, e.Dialect, options.Dialect)
		}
		if other, taken := ids[e.ID]; taken {
			return fmt.Errorf("the extensions in %s and %s have the same id %s", other, e.Dir, e.ID)
		}
		ids[e.ID] = e.Dir
	}
	return nil
}

// Broker is what joins the browser's endpoints; others may be attached to it.
func (b *Browser) Broker() *webport.Broker { return &b.broker }

// admit is [webport.Broker.Admit]: externally_connectable decides, then message_serialization, whose
// mismatch Chromium reports only to those who may connect.
func (b *Browser) admit(caller webport.Sender, extension string) error {
	i := b.installedAs(extension)
	if i == nil || i.now() == nil {
		return nil // nobody listens there, or a Go program does
	}
	m := i.now().extension.Manifest
	clones := m.StructuredClone // a web page speaks as the extension does
	if caller.ID == "" {
		if !m.ExternallyConnectable.AllowsPage(caller.URL) {
			return webport.ErrNoReceiver
		}
	} else if !m.ExternallyConnectable.AllowsExtension(caller.ID) {
		return webport.ErrNoReceiver
	} else if from := b.installedAs(caller.ID); from != nil && from.now() != nil {
		clones = from.now().extension.Manifest.StructuredClone
	} else {
		return nil // a Go program's messages fit both
	}
	if b.options.Dialect == webport.Chromium && clones != m.StructuredClone {
		return webport.ErrFormatMismatch
	}
	return nil
}

// takesClones reports whether the messages of the extension with the id are structured clones.
func (b *Browser) takesClones(id string) bool {
	i := b.installedAs(id)
	return i != nil && i.now() != nil && i.now().extension.Manifest.StructuredClone
}

// connectable reports whether some extension lets the web page at the URL connect to it.
func (b *Browser) connectable(url string) bool {
	for _, r := range b.allRunning() {
		if r.extension.Manifest.ExternallyConnectable.AllowsPage(url) {
			return true
		}
	}
	return false
}

func (b *Browser) allRunning() []*running {
	var all []*running
	for _, i := range b.extensions {
		if r := i.now(); r != nil {
			all = append(all, r)
		}
	}
	return all
}

func (b *Browser) count() int { return int(b.counter.Add(1)) }

// Open opens a tab, which becomes the active one, and waits until its document is loaded: the load event and the
// content scripts for document_idle have run. The error is that the URL is none, or that its document cannot be had;
// no tab is left then.
func (b *Browser) Open(url string) (*Tab, error) {
	address, err := parseAddress(url)
	if err != nil {
		return nil, fmt.Errorf("open a tab: %w", err)
	}
	document, err := b.fetchDocument(address)
	if err != nil {
		return nil, fmt.Errorf("open a tab with %s: %w", address, err)
	}
	loaded := make(chan error, 1)
	t, err := b.newTab(address, tabPlace{active: true}, func(t *Tab) { loaded <- t.start(address, nil, document) })
	if err != nil {
		return nil, fmt.Errorf("open a tab: %w", err)
	}
	if err := <-loaded; err != nil {
		return nil, errors.Join(fmt.Errorf("open a tab with %s: %w", address, err), t.Close())
	}
	return t, nil
}

// openFrom opens a tab for a script, and does not wait for it.
func (b *Browser) openFrom(creator *page, address string) {
	place := tabPlace{opener: creator.frame.tab, active: true}
	_, _ = b.newTab(address, place, func(t *Tab) { t.started(address, creator) }) // fails where the browser is closing
}

// tabPlace is what a new tab is besides its URL.
type tabPlace struct {
	opener         *Tab
	active, pinned bool
}

// newTab makes a tab with nothing in it, and tells of it. The tab's driver then does start, before anything that who
// was told may ask of the tab.
func (b *Browser) newTab(address string, place tabPlace, start func(*Tab)) (*Tab, error) {
	t := &Tab{browser: b, url: address, loading: true, pinned: place.pinned, driver: newDriver()}
	t.top = &frame{browser: b, driver: t.driver, tab: t}
	told := make(chan struct{})
	defer close(told)
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		t.driver.stop()
		return nil, errClosed
	}
	b.opened++
	t.number = b.opened
	if place.opener != nil {
		t.opener = place.opener.number
	}
	b.tabs = append(b.tabs, t)
	t.driver.post(func() { <-told; start(t) }) // before the tab is seen, and so before any other job
	now := t.infoLocked()
	b.mu.Unlock()
	b.fire("tabs.onCreated", now)
	if place.active {
		b.activate(t)
	}
	return t, nil
}

// start loads the first document of a tab. Call it on the driver.
func (t *Tab) start(address string, creator *page, document source) error {
	p := t.top.newPage(address, creator)
	p.source = document
	t.top.page = p
	t.history.add(visit{url: address, state: "null", document: p.number}, false)
	return t.show(p)
}

// started is start where nobody waits for the outcome: where there is no document an empty page says why.
func (t *Tab) started(address string, creator *page) {
	document, err := t.browser.fetchDocument(address)
	if loadErr := t.start(address, creator, document); loadErr == nil && err != nil {
		t.top.page.own().say("error", "%v", err)
	}
}

// activate makes a tab the one that is shown; nil shows none.
func (b *Browser) activate(t *Tab) {
	b.mu.Lock()
	before := b.active
	b.active = t
	b.mu.Unlock()
	if before == t {
		return
	}
	for _, changed := range []*Tab{before, t} {
		if changed != nil {
			b.refresh(changed)
		}
	}
	if t != nil {
		b.fire("tabs.onActivated", map[string]any{"tabId": t.number, "windowId": firstWindow})
	}
}

// remove takes a tab out of the window.
func (b *Browser) remove(t *Tab) {
	b.mu.Lock()
	next := b.active
	for i, other := range b.tabs {
		if other != t {
			continue
		}
		b.tabs = append(b.tabs[:i:i], b.tabs[i+1:]...)
		if b.active == t {
			next = nil
			if len(b.tabs) > 0 {
				next = b.tabs[min(i, len(b.tabs)-1)]
			}
		}
		break
	}
	b.mu.Unlock()
	b.fire("tabs.onRemoved", t.number, map[string]any{"windowId": firstWindow, "isWindowClosing": false})
	b.activate(next)
}

// fire tells all extensions of an event.
func (b *Browser) fire(event string, args ...any) {
	for _, r := range b.allRunning() {
		r.api.Fire(event, args...)
	}
}

// Tab returns an open tab by its number. The error lists those that are open.
func (b *Browser) Tab(number int) (*Tab, error) {
	var open []string
	for _, t := range b.Tabs() {
		if t.number == number {
			return t, nil
		}
		open = append(open, t.String())
	}
	if open == nil {
		return nil, fmt.Errorf("there is no tab %d: none is open", number)
	}
	return nil, fmt.Errorf("there is no tab %d: open are %s", number, strings.Join(open, ", "))
}

// Tabs lists the tabs that are open, in the order of opening.
func (b *Browser) Tabs() []*Tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*Tab(nil), b.tabs...)
}

// Active is the tab that is shown: the one opened last unless a script said otherwise. Nil where none is open.
func (b *Browser) Active() *Tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.active
}

func (b *Browser) ending() bool { return b.ctx.Err() != nil }

// Close ends all scripts where they are, disconnects all ports, waits for native apps to exit, and returns the first
// errors of doing so. When it returns no goroutine of the browser is left. Further calls do nothing.
func (b *Browser) Close() error {
	b.mu.Lock()
	closed := b.closed
	b.closed = true
	b.mu.Unlock()
	if closed {
		return nil
	}
	b.cancel(errClosed)
	for _, loop := range b.loops() {
		loop.Close()
	}
	var closing sync.WaitGroup
	for _, t := range b.Tabs() {
		closing.Go(func() {
			t.driver.do(func() error { t.close(false); return nil })
			t.driver.stop()
		})
	}
	for _, i := range b.extensions {
		closing.Go(func() {
			if r := i.now(); r != nil {
				i.driver.do(func() error { r.stop(); return nil })
			}
			i.driver.stop()
		})
	}
	closing.Wait()
	b.working.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.failures...)
}
