package headless

import "github.com/webport/webport"

// history is where a tab has been.
type history struct {
	visits []visit
	at     int
	kept   []*page // in the back/forward cache, the oldest first
}

// visit is one place in a history.
type visit struct {
	url      string
	state    string // what pushState gave, as host.serialize writes it
	document int    // the page's number
}

// add goes to a new place: what was ahead is forgotten, and closed by the next discard.
func (h *history) add(v visit, replace bool) {
	if len(h.visits) == 0 {
		h.visits = []visit{v}
		return
	}
	if replace {
		h.visits[h.at] = v
		return
	}
	h.visits = append(h.visits[:h.at+1], v)
	h.at++
}

// leave notes where the page is now; pushState and the like have told already, what is left is the document's number.
func (h *history) leave(p *page) {
	if len(h.visits) > 0 {
		h.visits[h.at].document = p.number
	}
}

// keep puts a page into the back/forward cache.
func (h *history) keep(p *page) { h.kept = append(h.kept, p) }

// take takes a page out of it, nil where it is not there.
func (h *history) take(document int) *page {
	for i, p := range h.kept {
		if p.number == document {
			h.kept = append(h.kept[:i:i], h.kept[i+1:]...)
			return p
		}
	}
	return nil
}

// The back/forward cache keeps at most so many pages of a tab, and in Firefox those alone that are so near in the
// history: Chromium's kDefaultBackForwardCacheSize; Firefox's sessionhistory.max_total_viewers and VIEWER_WINDOW.
const (
	mostKeptChromium = 6
	mostKeptFirefox  = 8
	reachFirefox     = 3
)

// discard ends the pages that are kept beyond what the dialect's browser keeps, and those that no visit leads to any
// more. Their scripts do not hear of it.
func (h *history) discard(d webport.Dialect) {
	most := mostKeptChromium
	if d == webport.Firefox {
		most = mostKeptFirefox
	}
	kept := h.kept
	h.discardIf(func(i int, p *page) bool {
		away := h.away(p)
		return len(kept)-i > most || away < 0 || d == webport.Firefox && away > reachFirefox
	})
}

// discardAll ends all pages that are kept.
func (h *history) discardAll() { h.discardIf(func(int, *page) bool { return true }) }

func (h *history) discardIf(goes func(int, *page) bool) {
	var kept, gone []*page
	for i, p := range h.kept {
		if goes(i, p) {
			gone = append(gone, p)
		} else {
			kept = append(kept, p)
		}
	}
	h.kept = kept
	for _, p := range gone {
		p.discard(false)
	}
}

// away is how many visits lie between where the tab is and the page; -1 where none leads to it.
func (h *history) away(p *page) int {
	nearest := -1
	for i, v := range h.visits {
		if far := max(i-h.at, h.at-i); v.document == p.number && (nearest < 0 || far < nearest) {
			nearest = far
		}
	}
	return nearest
}
