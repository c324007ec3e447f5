package conformance

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// log has what was written in the course of a scenario. Its methods may be called concurrently.
type log struct {
	// poll adds what was written where nobody tells of it. Nil: there is no such place. It is called by the goroutine
	// that plays the scenario.
	poll func(add func(context, text string))

	mu    sync.Mutex // guards following
	parts []part
	lines int
}

// look adds what is there to be polled.
func (l *log) look() {
	if l.poll != nil {
		l.poll(l.add)
	}
}

// part is a step with what was written until the next.
type part struct {
	step  string
	lines []line
}

// line is what a script wrote. Those that come over different connections have when, by the clock of who wrote them.
type line struct {
	context, text string
	when          float64
}

func (l line) String() string { return l.context + ": " + l.text }

func (l *log) step(what string) {
	l.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.parts = append(l.parts, part{step: what})
}

func (l *log) add(context, text string) { l.addAt(0, context, text) }

func (l *log) addAt(when float64, context, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.parts) == 0 {
		return // it is from before the scenario
	}
	last := &l.parts[len(l.parts)-1]
	last.lines = append(last.lines, line{context, text, when})
	l.lines++
}

// count is how many lines there are.
func (l *log) count() int {
	l.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines
}

// recent are the lines of the last step.
func (l *log) recent() (lines []string) {
	l.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.parts[len(l.parts)-1].lines {
		lines = append(lines, line.String())
	}
	return lines
}

// trace is what was written as it stands in a scenario's file: each step, and below it its lines. Unless ordered they
// are sorted by context, for nobody promises which of two contexts is faster; those of one context stay in order.
func (l *log) trace(ordered bool, normal func(string) string) string {
	l.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, p := range l.parts {
		b.WriteString("> " + p.step + "\n")
		lines := slices.Clone(p.lines)
		for i := range lines {
			lines[i] = line{normal(lines[i].context), normal(lines[i].text), lines[i].when}
		}
		slices.SortStableFunc(lines, func(x, y line) int {
			if ordered || x.context == y.context {
				return cmp.Compare(x.when, y.when)
			}
			return cmp.Compare(x.context, y.context)
		})
		for _, line := range lines {
			b.WriteString(strings.ReplaceAll(line.String(), "\n", "\n  ") + "\n")
		}
	}
	return b.String()
}
