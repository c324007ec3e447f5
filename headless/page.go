package headless

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/webport/webport/jshost"
)

// task runs f on the page's loop and waits for it. It fails when the browser is closed, and when the page has ended.
func (p *page) task(f func()) error {
	ended := false
	err := p.loop.Call(p.browser.ctx, func() {
		if ended = p.ended.Load(); !ended {
			f()
		}
	})
	if ended {
		return errPageEnded
	}
	return err
}

var errPageEnded = errors.New("the page is gone")

// get fetches the page's document.
func (p *page) get() error {
	if p.blocked != "" || p.url == srcdocURL {
		return nil
	}
	var err error
	p.source, err = p.browser.fetchDocument(p.url)
	return err
}

// load makes the page of its document and runs it to the end of its load event and of the scripts for document_idle.
// Call it on the driver. The error is none of a script's: those are told to Options.Uncaught.
func (p *page) load() error {
	if err := p.open(p.source.html()); err != nil {
		return err
	}
	p.source = source{}
	p.runDocument()
	return nil
}

// open makes the page with its tree and its own scope, of which no script has run.
func (p *page) open(html string) error {
	if p.frame.parent == nil {
		p.loop = jshost.NewLoop()
	} else {
		p.loop = p.frame.parent.loop
	}
	p.document.effect = p.react
	p.document.failed = func(w *world, err error) { p.of(w).failed(err) }
	var err error
	callErr := p.loop.Call(p.browser.ctx, func() {
		if p.frame.parent != nil && p.frame.parent.ended.Load() {
			err = errPageEnded
			return
		}
		p.frame.page = p
		if _, err = p.newScope(p.kind(), p.run, false); err != nil {
			return
		}
		p.restoreStorage()
		err = p.document.load(html)
	})
	if callErr != nil {
		// The browser ends, and the task may run on: nothing that it writes is read.
		if p.frame.parent == nil {
			p.loop.Close()
		}
		return callErr
	}
	if err != nil && len(p.scopes) == 0 && p.frame.parent == nil {
		p.loop.Close()
	}
	return err
}

// runDocument does what the parser does once it has the tree, in the order of browsers. Chromium runs the scripts for
// document_end when DOMContentLoaded has been dispatched (LocalFrameClientImpl::RunScriptsAtDocumentReady), Firefox
// likewise.
func (p *page) runDocument() {
	if p.blocked != "" {
		p.task(func() { p.own().say("error", "%s", p.blocked) })
	}
	p.inject("document_start")
	p.task(p.retitle)
	deferred := p.runScripts()
	p.task(func() { p.setReadyState("interactive") })
	for _, script := range deferred {
		p.task(func() { p.runScript(script) })
	}
	p.task(func() {
		p.document.fire(documentID, eventInit{Type: "DOMContentLoaded", Init: json.RawMessage(`{"bubbles":true}`)})
		p.retitle()
	})
	p.inject("document_end")
	p.syncFrames()
	p.task(func() {
		p.setReadyState("complete")
		p.finish()
		p.document.fire(windowID, eventInit{Type: "load"})
		p.document.fire(windowID, eventInit{Type: "pageshow", Class: "PageTransitionEvent"})
		p.retitle()
	})
	if p.frame.tab != nil && p.frame.parent == nil {
		p.frame.tab.setLoading(false)
	}
	p.inject("document_idle")
}

// finish ends loading; what is inserted from now on no load event waits for.
func (p *page) finish() { p.loading = false }

func (p *page) setReadyState(state string) {
	p.document.setState("readyState", state)
	p.document.fire(documentID, eventInit{Type: "readystatechange"})
}

// retitle tells the tab of the document's title.
func (p *page) retitle() {
	if p.frame.tab == nil || p.frame.parent != nil {
		return
	}
	if title, err := p.document.page().call("title"); err == nil {
		text, _ := title.(string)
		p.frame.tab.setTitle(text)
	}
}

// leaving tells the pages of a tree that they may be going; what the listeners answer does not stop anything, as a user
// who does not see the question leaves.
func (p *page) leaving() {
	p.task(func() {
		for _, each := range p.tree() {
			each.document.fire(windowID, eventInit{Type: "beforeunload", Class: "BeforeUnloadEvent", Init: json.RawMessage(`{"cancelable":true}`)})
		}
	})
}

// hide is the last that the scripts of the page hear: pagehide, and unless the page is kept for later unload. Call it
// on the loop.
func (p *page) hide(kept bool) {
	for _, each := range p.tree() {
		if each.ended.Load() || len(each.scopes) == 0 {
			continue
		}
		persisted := json.RawMessage(`{"persisted":false}`)
		if kept {
			persisted = json.RawMessage(`{"persisted":true}`)
		}
		each.document.fire(windowID, eventInit{Type: "pagehide", Class: "PageTransitionEvent", Init: persisted})
		each.document.setState("visibility", "hidden")
		each.document.fire(documentID, eventInit{Type: "visibilitychange", Init: json.RawMessage(`{"bubbles":true}`)})
		if !kept {
			each.document.fire(windowID, eventInit{Type: "unload"})
		}
	}
}

// discard ends the page and those in its frames: their scripts hear of it if told is set, then their ports are
// disconnected. Call it on the driver. Native apps that they started exit later; Browser.Close waits for them.
func (p *page) discard(told bool) {
	if p.discarded {
		return
	}
	p.discarded = true
	var scopes []*scope
	err := p.loop.Call(p.browser.ctx, func() {
		if told && !p.ended.Load() {
			p.hide(false)
		}
		p.detach()
		scopes = p.all()
	})
	if err != nil && p.frame.parent != nil {
		return // the browser is closing, and does this with the top page
	}
	if err != nil {
		p.loop.Close() // and with it ends what could change the tree
		scopes = p.all()
	}
	p.browser.finish(scopes, p.loop, p.frame.parent == nil)
}

// detach ends all scripts of the page and those in its frames, and disconnects their ports. Call it on the loop, in the
// middle of a script too.
func (p *page) detach() {
	for _, each := range p.tree() {
		each.ended.Store(true)
		for _, s := range each.scopes {
			s.js.Detach()
		}
	}
}

// all lists the scopes of the page and those in its frames.
func (p *page) all() (scopes []*scope) {
	for _, each := range p.tree() {
		scopes = append(scopes, each.scopes...)
	}
	return scopes
}

// finish waits for what ended scopes leave behind, their native apps, and closes their loop if it is theirs alone; on a
// goroutine that Close joins.
func (b *Browser) finish(scopes []*scope, loop *jshost.Loop, whole bool) {
	for _, s := range scopes {
		b.leave(s)
	}
	b.working.Go(func() {
		for _, s := range scopes {
			b.report(s, s.js.Close())
		}
		if whole {
			loop.Close()
		}
	})
}

func tokens(list string) []string { return strings.Fields(strings.ToLower(list)) }
