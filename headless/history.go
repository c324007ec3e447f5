package headless

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

// discard ends the pages that are kept beyond the newest few, and those that no visit leads to any more. Their scripts
// do not hear of it.
func (h *history) discard(most int) {
	var kept, gone []*page
	for i, p := range h.kept {
		if len(h.kept)-i > most || !h.leadsTo(p) {
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

func (h *history) leadsTo(p *page) bool {
	for _, v := range h.visits {
		if v.document == p.number {
			return true
		}
	}
	return false
}
