package headless

import (
	"encoding/json"
	"net/url"
	"strings"
)

// react does what a document wants of the browser. It is called on the loop, in the middle of a script.
func (p *page) react(from *world, kind string, detail json.RawMessage) {
	if p.ended.Load() {
		return
	}
	var err error
	switch kind {
	case "navigate":
		err = with(detail, p.navigates)
	case "open":
		err = with(detail, func(e navigateEffect) { p.navigates(navigateEffect{URL: e.URL, Target: orBlank(e.Target)}) })
	case "submit":
		err = with(detail, p.submits)
	case "history":
		err = with(detail, p.walks)
	case "script":
		err = with(detail, p.inserted)
	case "frame":
		err = with(detail, p.frameChanged)
	case "unframe":
		err = with(detail, p.frameRemoved)
	case "message":
		err = with(detail, func(e messageEffect) { p.posts(p.of(from), e) })
	case "storage":
		err = with(detail, p.stored)
	case "dialog":
		err = with(detail, func(e dialogEffect) { p.of(from).say("info", "%s: %s", e.Kind, e.Text) })
	case "title":
		p.retitle()
	case "close":
		p.closes()
	}
	if err != nil {
		p.of(from).failed(err)
	}
}

func with[T any](detail json.RawMessage, do func(T)) error {
	v, err := detailOf[T](detail)
	if err == nil {
		do(v)
	}
	return err
}

func orBlank(target string) string {
	if target == "" {
		return "_blank"
	}
	return target
}

// navigates follows a link, or does what assigning location does.
func (p *page) navigates(e navigateEffect) {
	target := p.target(e.Target)
	switch {
	case strings.HasPrefix(e.URL, "javascript:"):
	case target == nil:
		p.browser.openFrom(p, e.URL)
	case target == p.frame && !e.Reload && (sameDocument(p.url, e.URL) || e.URL == p.url && strings.Contains(e.URL, "#")):
		p.stays(e.URL, e.Replace)
	default:
		target.driver.post(func() { target.navigate(e.URL, how{creator: p, replace: e.Replace, reload: e.Reload, script: true}) })
	}
}

// target is the frame that a window's name means to the page; nil for a new tab.
func (p *page) target(name string) *frame {
	switch strings.ToLower(name) {
	case "", "_self":
		return p.frame
	case "_top":
		return p.top().frame
	case "_parent":
		if p.frame.parent != nil {
			return p.frame.parent.frame
		}
		return p.frame
	case "_blank":
		return nil
	}
	for _, each := range p.top().tree() {
		if each.frame.name == name {
			return each.frame
		}
	}
	return nil
}

func (p *page) submits(e submitEffect) {
	target := e.URL
	switch strings.ToLower(e.Method) {
	case "dialog":
		return
	case "", "get":
		u, err := url.Parse(e.URL)
		if err != nil {
			p.own().failed(err)
			return
		}
		u.RawQuery, u.Fragment = e.Fields, ""
		target = u.String()
	}
	p.frame.driver.post(func() { p.frame.navigate(target, how{creator: p, script: true}) })
}

// walks is history: pushState and replaceState, of which the document has the outcome already, and go.
func (p *page) walks(e historyEffect) {
	t := p.frame.tab
	switch {
	case e.Kind != "go":
		p.state = e.State
		p.moved(e.URL)
		if t != nil && p.frame.parent == nil {
			t.driver.post(func() { t.history.add(visit{url: e.URL, state: e.State, document: p.number}, e.Kind == "replaceState") })
		}
	case e.Delta == 0:
		p.frame.driver.post(func() { p.frame.navigate(p.url, how{creator: p, reload: true, script: true}) })
	case t != nil:
		t.driver.post(func() { t.traverse(e.Delta) })
	}
}

// moved is the page having another URL without being another document. Both browsers go on to name the first one as
// that of its senders.
func (p *page) moved(address string) {
	p.browser.mu.Lock()
	p.url = address
	if !inheritsOrigin(p.url) {
		p.creator = p.url
	}
	p.browser.mu.Unlock()
	if p.frame.tab != nil && p.frame.parent == nil {
		p.frame.tab.setURL(address)
	}
}

// stays goes to another place in the document: what follows # changes. Call it on the loop.
func (p *page) stays(address string, replace bool) {
	if address == p.url {
		return
	}
	p.state = "null"
	p.shows(visit{url: address, state: p.state})
	if t := p.frame.tab; t != nil && p.frame.parent == nil {
		t.driver.post(func() { t.history.add(visit{url: address, state: "null", document: p.number}, replace) })
	}
}

// shows makes the document show a place in it, and tells its scripts later, as browsers do.
func (p *page) shows(v visit) {
	old := p.url
	p.document.setState("url", v.url)
	p.moved(v.url)
	p.loop.Post(func() {
		if p.ended.Load() {
			return
		}
		p.document.page().do("popState", v.state)
		if withoutFragment(old) == withoutFragment(v.url) && old != v.url {
			init, err := json.Marshal(map[string]string{"oldURL": old, "newURL": v.url})
			if err == nil {
				p.document.fire(windowID, eventInit{Type: "hashchange", Class: "HashChangeEvent", Init: init})
			}
		}
	})
}

// frameChanged is an iframe that came, or got another source.
func (p *page) frameChanged(e frameElement) {
	for _, f := range p.children {
		if f.element == e.ID {
			f.asked, f.changed = e, true
		}
	}
	if !p.loading { // otherwise the frames are loaded before the load event, in their order
		p.frame.driver.post(p.syncFrames)
	}
}

// frameRemoved is an iframe that left the document: its scripts hear of it at once.
func (p *page) frameRemoved(e frameElement) {
	for _, f := range p.children {
		if f.element != e.ID || f.page == nil {
			continue
		}
		f.page.hide(false)
		f.page.detach()
		p.frame.driver.post(p.syncFrames)
	}
}

// closes is window.close().
func (p *page) closes() {
	if p.frame.parent != nil {
		return // only a top window closes
	}
	switch f := p.frame; {
	case f.tab != nil:
		f.driver.post(func() { f.tab.close(true) })
	case f.popup != nil:
		f.driver.post(func() { f.popup.closePopup() })
	case f.background != nil:
		f.driver.post(func() { f.background.suspend() })
	}
}
