package jshost

import (
	"github.com/webport/webport"
	"github.com/webport/webport/jshost/internal/engine"
)

// What a script world is made of, from the engine.
type (
	// Loop is one thread of JavaScript: tasks in order, timers, microtasks. Its
	// Post, Call and Close may be called concurrently; Close waits for its
	// goroutine.
	Loop = engine.Loop
	// Limits bound what a script may take: Time of one turn, Memory in bytes,
	// Stack in nested calls. 0 means 10 s, 512 MiB and 5,000.
	Limits = engine.Limits
	// Line is one call of a console method: its Level ("log", "info", "warn",
	// "error" or "debug") and Text.
	Line = engine.Line
	// ScriptError is what a script threw, or what stopped it: Name and Message
	// of the error, File, Line and Column (from 1) of the place, Stack, and, where
	// it was stopped, the Cause.
	ScriptError = engine.ScriptError
	// Func is a JavaScript function that Go keeps. It belongs to its loop.
	Func = engine.Func
	// Null is JavaScript's null on its way from Go.
	Null = engine.Null
	// Exception is an error that a host function returns to have it thrown
	// with a class of its choice: Name, such as "TypeError", and Message.
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

// Realm is the global object of a context, for who adds to it. Of its methods
// only Eval and Close may be called outside of a task of its loop.
type Realm = engine.Realm
