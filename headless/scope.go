package headless

import (
	"fmt"
	"strings"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// scope is one place where scripts run: a world of a page, or a service worker. It is what scripts, endpoints and
// [Browser.Contexts] have in common.
type scope struct {
	browser *Browser
	kind    jshost.Kind
	run     *running // the extension; nil in a web page's own world
	page    *page    // nil for a worker
	name    string
	js      *jshost.Context
	world   *world // nil for a worker

	hidden bool // Browser.mu guards it: the page is in the back/forward cache, or the scope is an orphan in it
}

// Message is what a script wrote to its console, or what a browser writes there by itself.
type Message struct {
	// Context says who wrote it, as [Browser.Contexts] names it.
	Context string
	// Extension is the id of the extension whose script it is; "" in a web page's own world.
	Extension string
	// Level is log, info, warn, error or debug.
	Level string
	Text  string
}

func (s *scope) say(level, format string, args ...any) {
	if s.browser.options.Console == nil {
		return
	}
	m := Message{Context: s.name, Level: level, Text: fmt.Sprintf(format, args...)}
	if s.run != nil {
		m.Extension = s.run.extension.ID
	}
	s.browser.options.Console(m)
}

// failed reports what a script threw and nobody caught.
func (s *scope) failed(err error) {
	if err != nil {
		s.browser.uncaught(s.name, err)
	}
}

func (b *Browser) uncaught(context string, err error) {
	if b.options.Uncaught != nil && !b.ending() {
		b.options.Uncaught(context, err)
	}
}

// report tells of what went wrong when a scope ended: the caller of Close, where the browser ends too.
func (b *Browser) report(s *scope, err error) {
	if err == nil {
		return
	}
	if !b.ending() {
		s.failed(err)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures = append(b.failures, fmt.Errorf("%s: %w", s.name, err))
}

// scopeOptions is what all scopes have in common.
func (s *scope) scopeOptions(info webport.EndpointInfo) jshost.Options {
	b := s.browser
	o := jshost.Options{
		Name: s.name, Kind: s.kind, Endpoint: b.broker.Attach(info), Dialect: b.options.Dialect, Limits: b.options.Limits,
		Tabs:     tabsAPI{b},
		Console:  func(line jshost.Line) { s.say(line.Level, "%s", line.Text) },
		Uncaught: func(err *jshost.ScriptError) { s.failed(err) },
		URL:      info.URL, UserAgent: b.options.UserAgent,
		Load: func(name string) (string, error) {
			text, err := b.fetch(name)
			return text.script(), err
		},
	}
	if s.run != nil {
		o.Extension = s.run.api
	}
	return o
}

// open makes the scope's JavaScript; where the scope has a page call it on the page's loop.
func (s *scope) open(o jshost.Options) error {
	js, err := jshost.New(o)
	if err != nil {
		o.Endpoint.Close()
		return err
	}
	s.js = js
	s.browser.enter(s)
	return nil
}

// update changes what others are told of the scope's endpoint from now on.
func (s *scope) update(change func(*webport.EndpointInfo)) { s.js.Endpoint().Update(change) }

// enter and leave keep the list of scopes.
func (b *Browser) enter(s *scope) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.scopes = append(b.scopes, s)
}

func (b *Browser) leave(s *scope) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, other := range b.scopes {
		if other == s {
			b.scopes = append(b.scopes[:i:i], b.scopes[i+1:]...)
			return
		}
	}
}

// firstFirefoxFrame is what Firefox numbers frames from: they are browsing contexts, whose ids begin with a process's
// number. This one, 7<<31, was seen in Firefox 153; an int of 32 bits gets a large one that it can hold.
const firstFirefoxFrame = 7 << (27 + 4*(^uint(0)>>63))

// frameID is the id of a tab's frame with the number, which is 0 for the top and counts from 1.
func frameID(number int, dialect webport.Dialect) int {
	if number > 0 && dialect == webport.Firefox {
		return firstFirefoxFrame + number
	}
	return number
}

// frameNumber is the number of the frame with an id.
func frameNumber(id int) int {
	if id > firstFirefoxFrame {
		return id - firstFirefoxFrame
	}
	return id
}

// ContextName is the name that [Browser.Contexts] gives the endpoint that info describes, as [webport.Trace] does. An
// endpoint that is none of the browser's is named as [webport.EndpointInfo.String] does. It may be called from
// anywhere, from Options.Trace too.
func (b *Browser) ContextName(info *webport.EndpointInfo) string {
	kind := "page"
	switch {
	case info.Extension == "":
		kind = "web"
	case info.ContentScript && !info.Embedded:
		kind = "content"
	case info.Tab == nil:
		i := b.installedAs(info.Extension)
		if i == nil || info.URL == "" {
			return info.String()
		}
		kind = "background"
		if info.FrameID == 0 && info.URL == i.popupURL() || frameNumber(info.FrameID) > popupFrames {
			kind = "popup"
		}
	}
	return b.name(kind, info.Tab, info.FrameID, info.Extension)
}

// name is the name of a context: what it is, TAB or TAB.FRAME, and where there are several extensions whose it is.
func (b *Browser) name(kind string, tab *webport.Tab, frame int, extension string) string {
	if frame = frameNumber(frame); frame > popupFrames {
		frame -= popupFrames
	}
	var name strings.Builder
	name.WriteString(kind)
	if tab != nil {
		fmt.Fprintf(&name, " %d", tab.ID)
	}
	if frame > 0 {
		fmt.Fprintf(&name, ".%d", frame)
	}
	if i := b.installedAs(extension); i != nil && len(b.extensions) > 1 && kind != "page" {
		name.WriteString("@" + i.label)
	}
	return name.String()
}
