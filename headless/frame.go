package headless

import (
	"slices"
	"sync/atomic"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// frame is a place that shows documents, one after the other: a tab's top, an iframe, a background, a popup.
type frame struct {
	browser *Browser
	driver  *driver // of what it is in: everything but scripts happens there

	// One of these says what the frame belongs to; an iframe has its parent's.
	tab        *Tab
	background *running
	popup      *running

	parent  *page // nil for a top frame
	element int64 // the iframe's id in the parent's document
	number  int   // in the tab: 0 for the top

	// Following belong to the loop of the page, and to the driver while there is none.

	numbered int // how many iframes there ever were; of a top frame

	name    string
	sandbox *string
	asked   frameElement // what the iframe element asked for last
	changed bool         // and has not been given
	page    *page
}

// page is one document in a frame, from its loading to its end, with the scopes that live in it.
type page struct {
	browser *Browser
	frame   *frame
	loop    *jshost.Loop // shared by a top page and the pages of all frames in it
	number  int          // unlike any other page's, for messages between windows

	url        string // as it is now: pushState changes it, on the loop and under Browser.mu
	origin     string
	creator    string // the URL that match patterns see: another than url in about:blank; as url
	referrer   string
	documentID string
	run        *running    // whose page it is; nil for a page of the web
	embedded   bool        // run's page in a frame of the web
	ended      atomic.Bool // no script of it is to run any more; the loop sets it

	// Following belong to the driver.

	discarded bool
	injected  []injection // what ran

	// Following belong to the loop.

	document document
	scopes   []*scope // the page's own, then those of content scripts; in the order of document.worlds
	children []*frame
	loading  bool   // the load event has not been
	blocked  string // why the document is not loaded
	source   source // until it is loaded
	state    string // what pushState gave last
}

// newPage prepares a document for a frame; load or discard must follow. creator is the page that asked for it, whose
// origin about:blank takes; nil where a user did.
func (f *frame) newPage(address string, creator *page) *page {
	b := f.browser
	p := &page{
		browser: b, frame: f, url: address, documentID: newDocumentID(b.options.Dialect), number: b.count(),
		loading: true, state: "null",
	}
	p.origin, p.creator = originOf(address, b.options.Dialect), address
	if inheritsOrigin(address) && creator != nil {
		p.origin, p.creator = creator.origin, creator.matched()
	}
	if f.sandboxed("allow-same-origin") {
		p.origin = opaqueOrigin
	}
	p.run = b.extensionAt(address)
	if inheritsOrigin(address) && creator != nil && p.origin != opaqueOrigin {
		p.run = creator.run
	}
	if creator != nil && !inheritsOrigin(address) {
		p.referrer = creator.referrerFor(address)
	}
	if p.run != nil && f.parent != nil && (f.parent.embedded || f.parent.run != p.run) {
		p.embedded = true
	}
	return p
}

// sandboxed reports whether the frame's sandbox attribute takes away what the token would leave.
func (f *frame) sandboxed(token string) bool {
	return f.sandbox != nil && !slices.Contains(tokens(*f.sandbox), token)
}

// referrerFor is what a page says of itself to another: its URL within the origin, its origin to others.
func (p *page) referrerFor(address string) string {
	switch {
	case p.origin == opaqueOrigin || p.run != nil:
		return ""
	case originOf(address, p.browser.options.Dialect) == p.origin:
		return withoutFragment(p.address())
	}
	return p.origin + "/"
}

// address is the page's URL, for who is not on its loop.
func (p *page) address() string {
	p.browser.mu.Lock()
	defer p.browser.mu.Unlock()
	return p.url
}

// matched is the URL that match patterns see, for who is not on the page's loop.
func (p *page) matched() string {
	p.browser.mu.Lock()
	defer p.browser.mu.Unlock()
	return p.creator
}

// top is the page that the loop belongs to.
func (p *page) top() *page {
	for p.frame.parent != nil {
		p = p.frame.parent
	}
	return p
}

// info describes an endpoint in the page.
func (p *page) info(run *running, contentScript bool) webport.EndpointInfo {
	b := p.browser
	i := webport.EndpointInfo{
		ContentScript: contentScript, FrameID: frameID(p.frame.number, b.options.Dialect), DocumentID: p.documentID,
		URL: p.url, Origin: p.origin,
	}
	if run != nil {
		i.Extension = run.extension.ID
	}
	if p.frame.tab != nil {
		tab := p.frame.tab.info()
		i.Tab = &tab
	}
	if b.options.Dialect == webport.Firefox {
		i.ContextID = int64(b.process)<<31 + int64(b.count()) // ExtensionUtils.getUniqueId
		// An extension's page in a page of the web is as a content script to Firefox (ExtensionContent.sys.mjs).
		i.Embedded = p.embedded && !contentScript
		i.ContentScript = contentScript || p.embedded
	} else if p.frame.background != nil && p.frame.parent == nil {
		i.DocumentID = "" // Chromium shows no document of a background, page or worker
	}
	return i
}

// kind is what the page's own scripts may do.
func (p *page) kind() jshost.Kind {
	switch {
	case p.run == nil:
		return jshost.WebPage
	case p.embedded && p.browser.options.Dialect == webport.Firefox:
		return jshost.ContentScript
	case p.frame.background != nil && p.frame.parent == nil:
		return jshost.Background
	}
	return jshost.ExtensionPage
}

// newScope makes a world of the page; call it on the loop. run is nil for a web page's own.
func (p *page) newScope(kind jshost.Kind, run *running, contentScript bool) (*scope, error) {
	info := p.info(run, contentScript)
	s := &scope{browser: p.browser, kind: kind, run: run, page: p, name: p.browser.ContextName(&info)}
	o := s.scopeOptions(info)
	o.Loop = p.loop
	if kind == jshost.WebPage {
		o.Connectable = p.browser.connectable(p.url)
		if p.browser.options.Dialect == webport.Chromium {
			o.TakesClones = p.browser.takesClones
		}
	}
	o.Globals = func(realm *jshost.Realm) error {
		var err error
		s.world, err = p.document.add(realm, worldInfo{
			Top: p.frame.parent == nil, URL: p.url, Origin: p.origin, Referrer: p.referrer, Name: p.frame.name,
		})
		return err
	}
	// The worlds of the document and the scopes are one list: a failed one must not be in either.
	worlds := len(p.document.worlds)
	if err := s.open(o); err != nil {
		p.document.worlds = p.document.worlds[:worlds]
		return nil, err
	}
	p.scopes = append(p.scopes, s)
	return s, nil
}

// own is the page's own scope.
func (p *page) own() *scope { return p.scopes[0] }

// of is the scope of a world.
func (p *page) of(w *world) *scope {
	for _, s := range p.scopes {
		if s.world == w {
			return s
		}
	}
	return p.own()
}

// tree lists the page and the pages in its frames, parents first.
func (p *page) tree() []*page {
	all := []*page{p}
	for _, f := range p.children {
		if f.page != nil {
			all = append(all, f.page.tree()...)
		}
	}
	return all
}
