package headless

import (
	"encoding/json"
	"strconv"
	"strings"
)

// posts takes a message from one window to another of the same page tree, or to itself. Windows are named as
// messageEffect.To has them, and "page:NUMBER" for one that is neither.
func (p *page) posts(from *scope, e messageEffect) {
	to := p.window(e.To)
	if to == nil {
		return // the window is gone, or shows nothing yet
	}
	if e.Target != "*" && e.Target != to.origin {
		from.say("error", "Failed to execute 'postMessage' on 'DOMWindow': The target origin provided ('%s') does not match the recipient window's origin ('%s').", e.Target, to.origin)
		return
	}
	source := to.nameOf(p)
	p.loop.Post(func() {
		if !to.ended.Load() {
			to.document.fire(windowID, eventInit{Type: "message", Class: "MessageEvent", Init: json.RawMessage(e.Init), Source: source})
		}
	})
}

// window is the page that a name of a window means.
func (p *page) window(name string) *page {
	switch {
	case name == "self":
		return p
	case name == "top":
		return p.top()
	case name == "parent":
		if p.frame.parent != nil {
			return p.frame.parent
		}
		return p
	}
	if id, ok := strings.CutPrefix(name, "frame:"); ok {
		for _, f := range p.children {
			if strconv.FormatInt(f.element, 10) == id {
				return f.page
			}
		}
	}
	if number, ok := strings.CutPrefix(name, "page:"); ok {
		for _, each := range p.top().tree() {
			if strconv.Itoa(each.number) == number {
				return each
			}
		}
	}
	return nil
}

// nameOf is what another page's window is called in this one.
func (p *page) nameOf(other *page) string {
	switch {
	case other == p:
		return "self"
	case other == p.frame.parent:
		return "parent"
	case other == p.top():
		return "top"
	case other.frame.parent == p:
		return "frame:" + strconv.FormatInt(other.frame.element, 10)
	}
	return "page:" + strconv.Itoa(other.number)
}
