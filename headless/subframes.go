package headless

import (
	"encoding/json"
	"errors"
	"strings"
)

// maxNesting bounds how deep frames nest, as browsers do.
const maxNesting = 32

// syncFrames makes the frames of the page those that the document has iframes for, and loads the new ones. Call it on
// the driver.
func (p *page) syncFrames() {
	for {
		var gone []*frame
		var next *frame
		err := p.task(func() { gone, next = p.compareFrames() })
		for _, f := range gone {
			f.page.discard(false)
		}
		if err != nil || next == nil {
			return
		}
		next.show()
	}
}

// compareFrames takes frames out whose iframe has left the document, and returns one that is to load. Call it on the
// loop.
func (p *page) compareFrames() (gone []*frame, next *frame) {
	elements, err := p.document.frames()
	if err != nil {
		p.own().failed(err)
		return nil, nil
	}
	there := map[int64]bool{}
	for _, e := range elements {
		there[e.ID] = true
	}
	kept := p.children[:0:0]
	for _, f := range p.children {
		if there[f.element] {
			kept = append(kept, f)
		} else if f.page != nil {
			gone = append(gone, f)
		}
	}
	p.children = kept
	for _, e := range elements {
		if f := p.child(e); f.page == nil || f.changed {
			return gone, f
		}
	}
	return gone, nil
}

// child is the frame of an iframe, made where there is none.
func (p *page) child(e frameElement) *frame {
	for _, f := range p.children {
		if f.element == e.ID {
			return f
		}
	}
	f := &frame{
		browser: p.browser, driver: p.frame.driver, tab: p.frame.tab, background: p.frame.background, popup: p.frame.popup,
		parent: p, element: e.ID, name: e.Name, sandbox: e.Sandbox, asked: e, number: p.top().frame.nextNumber(),
	}
	p.children = append(p.children, f)
	return f
}

// popupFrames is what the frames of popups are numbered from, so that they are told from those of backgrounds: neither
// is in a tab.
const popupFrames = 1000

// nextNumber numbers the iframes of a top frame, from 1; a tab's go on when it navigates. Call it on the loop.
func (f *frame) nextNumber() int {
	f.numbered++
	if f.popup != nil {
		return popupFrames + f.numbered
	}
	return f.numbered
}

// show loads what the frame's iframe asks for, in place of what is there.
func (f *frame) show() {
	url := blankURL
	var srcdoc *string
	f.parent.task(func() {
		f.changed = false
		srcdoc = f.asked.Srcdoc
		switch {
		case f.asked.Srcdoc != nil:
			url = srcdocURL
		case f.asked.Src != "":
			url = f.asked.Src
		}
	})
	f.replace(url, f.parent, srcdoc)
}

// replace loads a document in an iframe, in place of the one that is there.
func (f *frame) replace(url string, creator *page, srcdoc *string) {
	if f.page != nil {
		f.page.leaving()
		f.page.discard(true)
	}
	next := f.newPage(url, creator)
	next.blocked = f.blocks(url, creator)
	if next.blocked != "" {
		next.run, next.embedded = nil, false
	}
	if srcdoc != nil {
		next.source = source{[]byte(*srcdoc), "text/html"}
	}
	if err := next.get(); err != nil {
		creator.own().say("error", "%v", err)
	}
	if err := next.load(); err != nil {
		if !errors.Is(err, errPageEnded) {
			creator.own().failed(err)
		}
		return
	}
	f.parent.task(func() { f.parent.document.fire(f.element, eventInit{Type: "load"}) })
}

// blocks says why a frame must not show a URL; "" where it may.
func (f *frame) blocks(url string, creator *page) string {
	depth, same := 0, 0
	for p := f.parent; p != nil; p = p.frame.parent {
		depth++
		if withoutFragment(p.address()) == withoutFragment(url) {
			same++
		}
	}
	switch r := f.browser.extensionAt(url); {
	case depth > maxNesting, same > 1:
		return "The frame for " + url + " is not loaded: it is within itself"
	case strings.HasPrefix(url, "file:") && !strings.HasPrefix(creator.address(), "file:"):
		return "Not allowed to load local resource: " + url
	case r != nil && creator.run != r && !creator.mayLoad(r, url):
		return creator.denied(url).Error()
	}
	return ""
}

// addFrame appends an iframe to the page's body and loads it. Call it on the driver.
func (p *page) addFrame(url string) error {
	code, err := json.Marshal(url)
	if err != nil {
		return err
	}
	var runErr error
	err = p.task(func() {
		runErr = p.own().js.Run("frame", `{ const frame = document.createElement("iframe"); frame.src = `+string(code)+`; document.body.append(frame); }`)
	})
	if err == nil {
		err = runErr
	}
	if err == nil {
		p.syncFrames()
	}
	return err
}
