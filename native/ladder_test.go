package native

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
)

// fakeProcess hears signals and goes when it likes, in the fake time of a synctest bubble.
type fakeProcess struct {
	start  time.Time
	gone   chan struct{}
	heard  []string
	endsAt map[string]time.Duration // by what makes it go: "EOF", "SIGTERM", "SIGKILL"; how long that takes
}

func (p *fakeProcess) hear(what string) {
	p.heard = append(p.heard, time.Since(p.start).String()+" "+what)
	if after, ok := p.endsAt[what]; ok {
		time.AfterFunc(after, func() { close(p.gone) })
	}
}

func (p *fakeProcess) terminate() { p.hear("SIGTERM") }
func (p *fakeProcess) kill()      { p.hear("SIGKILL") }

func TestLadder(t *testing.T) {
	for _, test := range []struct {
		name    string
		dialect webport.Dialect
		endsAt  map[string]time.Duration
		heard   []string
		took    time.Duration
		last    string
		ended   bool
	}{
		{"Chromium, ends at EOF", webport.Chromium, map[string]time.Duration{"EOF": 1999 * time.Millisecond}, []string{"0s EOF"}, 1999 * time.Millisecond, "", true},
		{"Chromium, ignores EOF", webport.Chromium, map[string]time.Duration{"SIGKILL": 0}, []string{"0s EOF", "2s SIGKILL"}, 2 * time.Second, "SIGKILL", true},
		{"Chromium, cannot die", webport.Chromium, nil, []string{"0s EOF", "2s SIGKILL"}, 5 * time.Second, "SIGKILL", false},
		{"Firefox, ends at EOF", webport.Firefox, map[string]time.Duration{"EOF": 0}, []string{"0s EOF"}, 0, "", true},
		{"Firefox, ends late", webport.Firefox, map[string]time.Duration{"EOF": 2999 * time.Millisecond}, []string{"0s EOF"}, 2999 * time.Millisecond, "", true},
		{"Firefox, ends at SIGTERM", webport.Firefox, map[string]time.Duration{"SIGTERM": time.Second}, []string{"0s EOF", "3s SIGTERM"}, 4 * time.Second, "SIGTERM", true},
		{"Firefox, ignores SIGTERM", webport.Firefox, map[string]time.Duration{"SIGKILL": 0}, []string{"0s EOF", "3s SIGTERM", "6s SIGKILL"}, 6 * time.Second, "SIGKILL", true},
		{"Firefox, cannot die", webport.Firefox, nil, []string{"0s EOF", "3s SIGTERM", "6s SIGKILL"}, 9 * time.Second, "SIGKILL", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &fakeProcess{start: time.Now(), gone: make(chan struct{}), endsAt: test.endsAt}
				p.hear("EOF")
				last, ended := climb(p, ladderOf(test.dialect), p.gone)
				if diff := cmp.Diff(test.heard, p.heard); diff != "" {
					t.Error(diff)
				}
				name := ""
				if last != nil {
					name = last.name
				}
				if took := time.Since(p.start); took != test.took || name != test.last || ended != test.ended {
					t.Errorf("took %v to %q, ended %v; want %v to %q, %v", took, name, ended, test.took, test.last, test.ended)
				}
			})
		})
	}
}
