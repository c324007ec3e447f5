package jshost

import (
	"github.com/webport/webport"
	"github.com/webport/webport/jshost/internal/engine"
)

// What a script world is made of, from the engine.
type (
	// Loop is one thread of JavaScript: tasks in order, timers, microtasks.
	Loop = engine.Loop
	// Limits bound what one turn of a script may take.
	Limits = engine.Limits
	// Line is one call of a console method.
	Line = engine.Line
	// ScriptError is what a script threw, or what stopped it, with the place.
	ScriptError = engine.ScriptError
	// Func is a JavaScript function that Go keeps.
	Func = engine.Func
	// Null is JavaScript's null on its way from Go.
	Null = engine.Null
	// Exception is an error that a host function returns to have it thrown
	// with a class of its choice.
	Exception = engine.Exception
)

// NewLoop starts an event loop. Close ends it.
func NewLoop() *Loop { return engine.NewLoop() }

// Kind says what sort of script world a context is: which part of the API it
// has.
type Kind int

// The kinds of contexts.
const (
	Background    Kind = iota // a background script, page or service worker
	ExtensionPage             // another page of the extension: a tab, a popup, an options page
	ContentScript             // an extension's isolated world in a page
	WebPage                   // a page's own world
)

// String is the kind's name: "background", "page", "content" or "webpage".
func (k Kind) String() string {
	return [...]string{"background", "page", "content", "webpage"}[k]
}

// Options say what a context is and what it is joined to. Endpoint is
// required, Extension too unless Kind is WebPage.
type Options struct {
	// Name says whose scripts run here, as errors name it: "background of Echo".
	Name string
	Kind Kind

	// Endpoint is the context's place in a broker. New takes its Inbox; Close
	// closes it.
	Endpoint *webport.Endpoint
	// Dialect must be the broker's.
	Dialect webport.Dialect
	// Extension is what all contexts of the extension share.
	Extension *Extension
	// Connectable is set for a web page that some extension's
	// externally_connectable matches: in Chromium it then has
	// chrome.runtime.connect and sendMessage.
	Connectable bool
	// TakesClones reports, for a web page of Chromium's, whether the messages of
	// the extension with an id are structured clones: the page's to it are what
	// the extension's are. It is called on the loop. Nil: those of none are.
	TakesClones func(extension string) bool
	// Tabs is what chrome.tabs works on. Nil: there are no tabs.
	Tabs Tabs

	// Loop runs the context; the worlds of one page share one. Nil means one
	// of its own, which Close ends.
	Loop   *Loop
	Limits Limits

	// Console receives what scripts write to the console, and what a browser
	// writes there by itself.
	Console func(Line)
	// Uncaught receives what scripts throw and nobody catches, in a listener
	// too.
	Uncaught func(*ScriptError)
	// Load returns the source of a script that another one asks for: imports
	// of modules, and importScripts. name is a URL.
	Load func(name string) (source string, err error)

	// URL is what location shows; "" means that there is no location.
	URL string
	// UserAgent is navigator.userAgent.
	UserAgent string
	// Worker gives the global scope of a service worker.
	Worker bool
	// Globals, if not nil, is called before the extension API is made, to
	// register host functions and run preludes of the caller's own: the DOM of
	// a page.
	Globals func(*Realm) error
}

// Realm is the global object of a context, for who adds to it.
type Realm = engine.Realm
