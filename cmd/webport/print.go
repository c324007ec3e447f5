package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/webport/webport"
)

// transcriptMax bounds what expect searches: the end of what was printed.
const transcriptMax = 64 << 20

// printer writes events in the order in which they are added. Adding never
// blocks, because traces are told with a channel locked: one goroutine renders
// and writes. All methods may be called concurrently.
type printer struct {
	out      io.Writer
	asJSON   bool
	colour   bool
	text     textLayout
	width    func() int // columns of the terminal, 0 where there is none
	channels channelNames
	failed   func(error)   // called once, when out cannot be written
	named    chan struct{} // closed when channels has its name
	done     chan struct{}

	mu      sync.Mutex // guards following
	changed sync.Cond  // signalled when there is work, or the work is done
	queue   []entry
	added   int // how many entries, ever
	printed int
	closed  bool
	err     error
	said    string        // the transcript: what was printed, plain, blanks squeezed
	dropped int           // bytes of the transcript that are gone
	grown   chan struct{} // closed when said grows
}

// entry is an event, or a trace that becomes one when it is its turn.
type entry struct {
	event event
	trace *webport.Trace
}

// newPrinter returns a printer that writes at once, except traces: see nameBy.
func newPrinter(out io.Writer, asJSON, colour bool, width func() int, failed func(error)) *printer {
	p := &printer{
		out: out, asJSON: asJSON, colour: colour, width: width, failed: failed,
		named: make(chan struct{}), done: make(chan struct{}), grown: make(chan struct{}),
	}
	p.changed.L = &p.mu
	go p.print()
	return p
}

// nameBy says how contexts in traces are named: the browser knows. Until then
// traces wait, and what follows them. It is called once.
func (p *printer) nameBy(name func(*webport.EndpointInfo) string) {
	p.channels.name = name
	close(p.named)
}

func (p *printer) add(e event) {
	p.enqueue(entry{event: e})
}

// addTrace is a webport.Broker's Trace.
func (p *printer) addTrace(t webport.Trace) {
	p.enqueue(entry{trace: &t})
}

func (p *printer) notef(format string, args ...any) {
	p.add(event{Event: eventNote, Text: fmt.Sprintf(format, args...)})
}

func (p *printer) enqueue(e entry) {
	e.event.Time = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.queue = append(p.queue, e)
	p.added++
	p.changed.Broadcast()
}

// print is the goroutine that writes.
func (p *printer) print() {
	defer close(p.done)
	for {
		entries := p.take()
		if entries == nil {
			return
		}
		var screen strings.Builder
		var said strings.Builder
		width := p.width()
		for i := range entries {
			e := p.resolve(&entries[i])
			p.render(e, width, &screen, &said)
		}
		_, err := io.WriteString(p.out, screen.String())
		p.wrote(len(entries), said.String(), err)
	}
}

// take waits for entries, and returns nil when there will be none.
func (p *printer) take() []entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) == 0 && !p.closed {
		p.changed.Wait()
	}
	entries := p.queue
	p.queue = nil
	return entries
}

func (p *printer) resolve(e *entry) *event {
	if e.trace == nil {
		return &e.event
	}
	<-p.named
	resolved := p.channels.event(e.trace)
	resolved.Time = e.event.Time
	return &resolved
}

// render appends what is shown of e to screen, and what expect may find of it
// to said: the plain text whatever the output looks like, so that one script
// holds for both, and the line of --json where that is what is printed.
func (p *printer) render(e *event, width int, screen, said *strings.Builder) {
	line := ""
	if p.asJSON {
		line = string(renderJSON(e))
	}
	if !e.quiet {
		plain := p.text.render(e, false, 0)
		if !p.asJSON {
			line = plain
			if p.colour || width > 0 {
				line = p.text.render(e, p.colour, width)
			}
		}
		if e.Event != eventCommand {
			said.WriteString(squeeze(plain))
		}
	}
	if p.asJSON && e.Event != eventCommand {
		said.WriteString(squeeze(line))
	}
	screen.WriteString(line)
}

func (p *printer) wrote(n int, said string, err error) {
	p.mu.Lock()
	first := err != nil && p.err == nil
	if first {
		p.err = err
	}
	p.printed += n
	p.said += said
	if over := len(p.said) - transcriptMax; over > 0 {
		p.said = strings.Clone(p.said[over:])
		p.dropped += over
	}
	close(p.grown)
	p.grown = make(chan struct{})
	p.changed.Broadcast()
	p.mu.Unlock()
	if first {
		p.failed(err)
	}
}

// flush waits until everything that was added before is written.
func (p *printer) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for until := p.added; p.printed < until; {
		p.changed.Wait()
	}
}

// count is how many events were added.
func (p *printer) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.added
}

// expect waits until text has been printed, since the session began, and
// reports whether it was before ctx ended. Blanks of any length are alike, so
// that columns do not count.
func (p *printer) expect(ctx context.Context, text string) bool {
	text = strings.TrimSpace(squeeze(text))
	from := 0 // where to search, counted from the beginning of all that was printed
	for {
		p.mu.Lock()
		said, dropped, grown := p.said, p.dropped, p.grown
		p.mu.Unlock()
		if strings.Contains(said[max(from-dropped, 0):], text) {
			return true
		}
		from = dropped + len(said) - len(text) + 1
		select {
		case <-grown:
		case <-ctx.Done():
			return false
		}
	}
}

// close writes what was added and ends the goroutine. It returns the first
// error of writing.
func (p *printer) close() error {
	p.mu.Lock()
	p.closed = true
	p.changed.Broadcast()
	p.mu.Unlock()
	<-p.done
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// squeeze makes every run of blanks one blank.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case r == ' ' || r == '\t':
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
		default:
			b.WriteRune(r)
			blank = false
		}
	}
	return b.String()
}
