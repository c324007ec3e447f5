// Package browsertest starts real browsers without a window for tests: Debian's Chromium, driven over the DevTools
// protocol, and Debian's Firefox, driven over WebDriver BiDi and Marionette. It loads unpacked extensions into them,
// opens pages, evaluates code where scripts run, and collects what they log.
package browsertest

import (
	"context"
	"net/http"

	"github.com/webport/webport"
)

// Options says what a browser is started with. The zero value starts Chromium with an empty profile.
type Options struct {
	Dialect webport.Dialect

	// Home is the directory that is $HOME for the browser, where a user's native manifests are looked for, and where
	// its profile is. Empty: a fresh one, removed by Close.
	Home string

	// Web serves every http URL, whatever its host: Request.Host says which. Nil: nothing is served.
	Web http.Handler

	// Console is called with each line that a script writes with console.log, one at a time, in the order in which
	// the browser told of them, until Close has returned. Nil: the lines are dropped.
	Console func(Line)

	// Unwatched leaves the backgrounds of extensions without a debugger, which would keep Chromium's from stopping
	// for idleness. Their lines are not seen and nothing can be evaluated in them.
	Unwatched bool
}

// Line is what one call of console.log wrote, or what a browser itself wrote to a console.
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

// Browser is a running browser. Its methods may be called concurrently.
type Browser struct {
	driver driver
}

// driver is what the two browsers do in different ways. Each method has the meaning of Browser's.
type driver interface {
	version() string
	load(ctx context.Context, dir string) (id string, err error)
	unload(ctx context.Context, id string) error
	reload(ctx context.Context, id string) error
	setEnabled(ctx context.Context, id string, enabled bool) error
	action(ctx context.Context, id string) error
	url(id, path string) string
	eval(ctx context.Context, c Context, code string) (string, error)
	contexts(ctx context.Context) ([]Context, error)
	open(ctx context.Context, url string) (tabDriver, error)
	close() error
}

// tabDriver is a tab of a driver.
type tabDriver interface {
	navigate(ctx context.Context, url string) error
	traverse(ctx context.Context, by int) error
	reload(ctx context.Context) error
	close(ctx context.Context) error
	click(ctx context.Context, selector string) error
	screenshot(ctx context.Context) ([]byte, error)
}
