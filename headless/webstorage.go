package headless

import (
	"encoding/json"
	"fmt"
)

// localStorage is kept by origin for as long as the browser lives, sessionStorage by origin and tab.

// area is the name of a storage area of the page.
func (p *page) area(kind string) string {
	if kind == "session" && p.frame.tab != nil {
		return fmt.Sprintf("session %d %s", p.frame.tab.number, p.origin)
	}
	return kind + " " + p.origin
}

// stored is a script's change to an area.
func (p *page) stored(e storageEffect) {
	if p.origin == opaqueOrigin {
		return
	}
	b := p.browser
	b.mu.Lock()
	name := p.area(e.Area)
	if b.areas[name] == nil {
		b.areas[name] = map[string]string{}
	}
	var old any
	if before, ok := b.areas[name][e.Key]; ok {
		old = before
	}
	if e.Value == nil {
		delete(b.areas[name], e.Key)
	} else {
		b.areas[name][e.Key] = *e.Value
	}
	others := b.pagesWith(name, p, e.Area)
	b.mu.Unlock()
	init, err := json.Marshal(map[string]any{"key": e.Key, "oldValue": old, "newValue": e.Value, "url": p.url})
	if err != nil {
		return
	}
	for _, other := range others {
		other.loop.Post(func() {
			if !other.ended.Load() {
				other.store(e.Area, e.Key, e.Value)
				other.document.fire(windowID, eventInit{Type: "storage", Class: "StorageEvent", Init: init})
			}
		})
	}
}

// pagesWith lists the other pages that share an area; Browser.mu is locked.
func (b *Browser) pagesWith(name string, except *page, kind string) []*page {
	var all []*page
	for _, s := range b.scopes {
		if q := s.page; q != nil && q != except && !s.hidden && len(all) < len(b.scopes) && s.world != nil && s.world.info.Main && q.area(kind) == name {
			all = append(all, q)
		}
	}
	return all
}

// restoreStorage gives a new page what its origin has stored. Call it on the loop.
func (p *page) restoreStorage() {
	for _, kind := range []string{"local", "session"} {
		p.browser.mu.Lock()
		items := map[string]string{}
		for key, value := range p.browser.areas[p.area(kind)] {
			items[key] = value
		}
		p.browser.mu.Unlock()
		for key, value := range items {
			p.store(kind, key, &value)
		}
	}
}

// store puts an item into all worlds of the page.
func (p *page) store(kind, key string, value *string) {
	op, err := json.Marshal([]any{"storage", kind, key, value})
	if err != nil {
		return
	}
	for _, w := range p.document.worlds {
		w.do("apply", string(op))
	}
}
