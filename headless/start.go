package headless

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// installed is an extension's place in the browser: what stays when the extension is reloaded.
type installed struct {
	browser *Browser
	label   string // by which contexts name the extension, where there are several
	driver  *driver

	disabled *running // what it was, while it is disabled; the driver's

	mu      sync.Mutex // guards following
	running *running
	id      string
	popup   string // URL of the popup that is open, or ""
	sleep   sleep
}

// running is an extension from one load to the next.
type running struct {
	*installed
	extension *Extension
	api       *jshost.Extension

	// Following belong to the driver.

	background *page  // where it has a document
	worker     *scope // where it has none
	popupPage  *page
}

// now is the extension as it was loaded last; nil while it is not running.
func (i *installed) now() *running {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.running
}

// installedID is the extension's id, "" where it was uninstalled.
func (i *installed) installedID() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.id
}

func (i *installed) popupURL() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.popup
}

func (b *Browser) installedAs(id string) *installed {
	if id == "" {
		return nil
	}
	for _, i := range b.extensions {
		if i.installedID() == id {
			return i
		}
	}
	return nil
}

var notInLabel = regexp.MustCompile(`[^a-z0-9]+`)

// labels gives each extension a short word of its own: its name, or its id where the name says nothing or is another's
// too.
func labels(extensions []*Extension) []string {
	all := make([]string, len(extensions))
	count := map[string]int{}
	for i, e := range extensions {
		all[i] = strings.Trim(notInLabel.ReplaceAllString(strings.ToLower(e.Name), "-"), "-")
		count[all[i]]++
	}
	for i, e := range extensions {
		if all[i] == "" || count[all[i]] > 1 {
			all[i] = e.ID
		}
	}
	return all
}

// start makes an extension's API and runs its background to the end of its first turn. Call it on the driver.
func (i *installed) start(e *Extension, previous *jshost.Extension) (*running, error) {
	r := &running{installed: i, extension: e}
	m := e.Manifest
	var err error
	r.api, err = jshost.NewExtension(jshost.ExtensionInfo{
		ID: e.ID, BaseURL: e.BaseURL, Manifest: e.ManifestJSON(), Message: r.message,
		StructuredClone: m.StructuredClone && e.Dialect == webport.Chromium,
		SeesTab:         r.seesTab,
		Matches: func(pattern, url string) bool {
			p, err := ParsePattern(pattern, e.Dialect, ForHosts)
			return err == nil && p.Match(url)
		},
		Reload: func() { i.driver.post(func() { i.reload() }) },
		Wake:   func(event string, fire func()) bool { return r.wakeFor(fire, event) },
		Former: previous,
	})
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	i.running, i.id, i.sleep = r, e.ID, sleep{}
	i.mu.Unlock()
	if err := r.startBackground(); err != nil {
		return nil, fmt.Errorf("start the background of %s: %w", e.Name, err)
	}
	r.watch()
	return r, nil
}

// message is i18n.getMessage, which tells scripts no reason.
func (r *running) message(name string, substitutions []string) string {
	text, _ := r.extension.Message(name, substitutions...)
	return text
}

// seesTab reports whether the extension is told a tab's URL and title: it is of its own pages.
func (r *running) seesTab(t webport.Tab) bool {
	m := r.extension.Manifest
	for _, permission := range m.Permissions {
		if permission == "tabs" {
			return true
		}
	}
	return strings.HasPrefix(t.URL, r.extension.BaseURL) || matchesAny(m.Hosts, t.URL)
}

// generatedPage is the name of the page in which background.scripts run.
const generatedPage = "_generated_background_page.html"

func (r *running) generatedPage() string {
	kind := ""
	if r.extension.Manifest.Background.Module {
		kind = ` type="module"`
	}
	var text strings.Builder
	text.WriteString("<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n<body>\n")
	for _, script := range r.extension.Manifest.Background.Scripts {
		fmt.Fprintf(&text, "<script%s src=\"/%s\"></script>\n", kind, html.EscapeString(strings.TrimLeft(script.Name, "/")))
	}
	text.WriteString("</body>\n</html>\n")
	return text.String()
}

// backgroundURL is where the background is, "" where the extension has none.
func (e *Extension) backgroundURL() string {
	switch b := e.Manifest.Background; {
	case b.ServiceWorker != nil:
		return e.BaseURL + strings.TrimLeft(b.ServiceWorker.Name, "/")
	case b.Page != nil:
		return e.BaseURL + strings.TrimLeft(b.Page.Name, "/")
	case b.Scripts != nil:
		return e.BaseURL + generatedPage
	}
	return ""
}

func (r *running) startBackground() error {
	url := r.extension.backgroundURL()
	switch {
	case url == "":
		return nil
	case r.extension.Manifest.Background.ServiceWorker != nil:
		return r.startWorker(url)
	}
	f := &frame{browser: r.browser, driver: r.driver, background: r}
	p := f.newPage(url, nil)
	if err := p.get(); err != nil {
		return err
	}
	r.background = p
	return p.load()
}

// startWorker starts a service worker: a scope without a document, on a loop of its own.
func (r *running) startWorker(url string) error {
	background := r.extension.Manifest.Background
	r.worker = &scope{browser: r.browser, kind: jshost.Background, run: r, name: r.backgroundName()}
	o := r.worker.scopeOptions(webport.EndpointInfo{Extension: r.extension.ID, URL: url, Origin: strings.TrimSuffix(r.extension.BaseURL, "/")})
	o.Worker = true
	if err := r.worker.open(o); err != nil {
		return err
	}
	js, ended := r.worker.js, make(chan error, 1)
	err := js.Call(r.browser.ctx, func() {
		if source := r.extension.Script(*background.ServiceWorker); background.Module {
			js.RunModule(url, source, func(err error) { ended <- err })
		} else {
			ended <- js.Run(url, source)
		}
	})
	if err != nil {
		return err
	}
	select {
	case err = <-ended:
	case <-time.After(moduleTime):
		err = fmt.Errorf("%s: its top level still waits for a promise after %v", url, moduleTime)
	case <-r.browser.ctx.Done():
		err = context.Cause(r.browser.ctx)
	}
	r.worker.failed(err)
	return js.Call(r.browser.ctx, func() { r.worker.failed(js.Run("lifecycle", workerLifecycle)) })
}

// moduleTime bounds how long a start waits for a module whose top level awaits something.
const moduleTime = 5 * time.Second

// workerLifecycle is what a service worker hears of when it starts for the first time.
const workerLifecycle = `for (const type of ["install", "activate"]) {
	const event = new Event(type);
	event.waitUntil = (promise) => { Promise.resolve(promise); };
	dispatchEvent(event);
}`

// welcome tells an extension that it was installed, and that the browser has started.
func (r *running) welcome(reason map[string]string, startup bool) {
	r.api.Fire("runtime.onInstalled", reason)
	if startup {
		r.api.Fire("runtime.onStartup")
	}
}

// stop ends what of the extension runs outside of tabs. Call it on the driver.
func (r *running) stop() {
	r.mu.Lock()
	if r.running == r {
		r.running = nil
	}
	r.sleep.asleep = false
	r.mu.Unlock()
	r.unwatch()
	r.stopBackground()
	r.closePopup()
	r.api.Close() // stops alarms, which cannot fail
}

func (r *running) stopBackground() {
	if r.worker != nil {
		r.worker.js.Call(r.browser.ctx, r.worker.js.Detach) // where the browser is closing finish does it
		r.browser.finish([]*scope{r.worker}, nil, false)
	}
	if r.background != nil {
		r.background.discard(true)
	}
	r.worker, r.background = nil, nil
}

// newDocumentID names a document as the dialect's browser does.
func newDocumentID(dialect webport.Dialect) string {
	id := uuid.New()
	if dialect == webport.Firefox {
		return id.String()
	}
	return strings.ToUpper(strings.ReplaceAll(id.String(), "-", ""))
}
