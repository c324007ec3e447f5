package headless

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/webport/webport"
)

// how says what a navigation is besides its URL.
type how struct {
	creator *page // whose script asked for it; nil for a user
	replace bool  // the place in the history is taken over
	reload  bool
	script  bool // nobody waits for the error
	silent  bool // the history stands where it should already
}

// navigate shows a URL in the frame. Call it on the driver.
func (f *frame) navigate(address string, h how) error {
	err := f.tryNavigate(address, h)
	if err != nil && h.script && f.page != nil && !errors.Is(err, errPageEnded) {
		f.page.own().say("error", "Not allowed to navigate to %s: %v", address, err)
	}
	return err
}

func (f *frame) tryNavigate(address string, h how) error {
	switch current := f.page; {
	case f.tab != nil && f.tab.gone, current == nil, h.creator != nil && h.creator.ended.Load():
		return errPageEnded
	case f.parent != nil:
		if f.parent.task(func() {}) != nil || current.ended.Load() {
			return errPageEnded
		}
		f.replace(address, orPage(h.creator, f.parent), nil)
		return nil
	case !h.reload && sameDocument(current.address(), address):
		return current.task(func() { current.stays(address, h.replace) })
	case f.tab == nil:
		return errors.New("a background or popup stays where it is")
	}
	if h.creator != nil && h.creator.run == nil {
		if r := f.browser.extensionAt(address); r != nil && !h.creator.mayLoad(r, address) {
			return h.creator.denied(address)
		}
	}
	return f.tab.leaveFor(address, h)
}

func orPage(p, otherwise *page) *page {
	if p != nil {
		return p
	}
	return otherwise
}

// leaveFor loads another document in the tab.
func (t *Tab) leaveFor(address string, h how) error {
	current := t.top.page
	next := t.top.newPage(address, h.creator)
	current.leaving()
	if err := next.get(); err != nil {
		return err
	}
	if !h.silent {
		t.history.leave(current)
	}
	// Firefox keeps one that is replaced, to which nobody can go back, until the next one is left.
	firefox := t.browser.options.Dialect == webport.Firefox
	t.putAway(current, t.browser.options.BFCache && !h.reload && (!h.replace || firefox), false)
	if !h.silent {
		t.history.add(visit{url: address, state: "null", document: next.number}, h.replace || h.reload)
	} else {
		t.history.visits[t.history.at].document = next.number
	}
	if !h.replace || !firefox {
		t.history.discard(t.browser.options.Dialect)
	}
	return t.show(next)
}

// show loads a page that was fetched.
func (t *Tab) show(next *page) error {
	t.browser.mu.Lock()
	t.url, t.title, t.loading = next.url, "", true
	t.browser.mu.Unlock()
	t.tell(map[string]any{"status": "loading", "url": next.url})
	if err := next.load(); err != nil {
		return fmt.Errorf("load %s: %w", next.url, err)
	}
	t.setLoading(false)
	return nil
}

// tell tells extensions of a change of the tab.
func (t *Tab) tell(what map[string]any) {
	first := true
	t.change(what, func() bool { defer func() { first = false }(); return first })
}

// putAway ends the page that the tab leaves, or keeps it in the back/forward cache. swapped says that the page which is
// shown instead comes from there: then Chromium has closed the channels before the scripts hear of pagehide.
func (t *Tab) putAway(p *page, keep, swapped bool) {
	if !keep || p.run != nil || p.ended.Load() || p.waitsForUnload() {
		p.discard(true)
		return
	}
	t.history.keep(p)
	p.freeze(swapped && t.browser.options.Dialect == webport.Chromium)
}

// waitsForUnload reports whether a script in the page or its frames listens to unload, which keeps a page out of the
// back/forward cache.
func (p *page) waitsForUnload() (waits bool) {
	p.task(func() {
		waits = slices.ContainsFunc(p.tree(), func(each *page) bool { return each.document.listens("unload") })
	})
	return waits
}

// freeze puts the page and those in its frames into the back/forward cache. With late its scripts hear of it when their
// ports are closed already.
func (p *page) freeze(late bool) {
	p.task(func() {
		if !late {
			p.hide(true)
		}
		for _, each := range p.tree() {
			for _, s := range each.scopes {
				s.js.Freeze()
			}
		}
		if late {
			p.hide(true)
		}
		p.loop.HoldTimers(true)
	})
	p.showScopes(false)
}

// thaw takes them out of it.
func (p *page) thaw() error {
	p.showScopes(true)
	return p.task(func() {
		p.loop.HoldTimers(false)
		for _, each := range p.tree() {
			for _, s := range each.scopes {
				s.js.Thaw()
			}
			each.document.setState("visibility", "visible")
			each.document.fire(documentID, eventInit{Type: "visibilitychange", Init: json.RawMessage(`{"bubbles":true}`)})
			each.document.fire(windowID, eventInit{Type: "pageshow", Class: "PageTransitionEvent", Init: json.RawMessage(`{"persisted":true}`)})
		}
	})
}

func (p *page) showScopes(show bool) {
	p.browser.mu.Lock()
	defer p.browser.mu.Unlock()
	for _, s := range p.browser.scopes {
		if s.page != nil && s.page.top() == p {
			s.hidden = !show
		}
	}
}

// traverse goes to another place in the tab's history. Call it on the driver.
func (t *Tab) traverse(delta int) error {
	h, current := &t.history, t.top.page
	at := h.at + delta
	if t.gone || at < 0 || at >= len(h.visits) || delta == 0 {
		return nil
	}
	h.leave(current)
	before := h.at
	h.at = at
	v := h.visits[at]
	if v.document == current.number {
		return current.task(func() { current.state = v.state; current.shows(v) })
	}
	kept := h.take(v.document)
	if kept == nil {
		err := t.leaveFor(v.url, how{silent: true})
		if t.top.page == current {
			h.at = before // the tab stays where it is
		}
		return err
	}
	current.leaving()
	t.putAway(current, true, true)
	t.history.discard(t.browser.options.Dialect)
	t.top.page = kept
	err := kept.thaw()
	t.browser.mu.Lock()
	t.url, t.loading = v.url, false
	t.browser.mu.Unlock()
	t.tell(map[string]any{"url": v.url, "status": "complete"})
	kept.task(func() {
		if kept.url != v.url {
			kept.shows(v)
		}
		kept.retitle()
	})
	return err
}
