package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/internal/browsertest"
)

// How many browsers of a kind there are at a time: a scenario mostly waits for the browser to come to rest, and those
// that need one unwatched wait long.
const (
	mostShared    = 3
	mostUnwatched = 6
)

// browsers are the real ones that a run has started: some of each kind, each for one scenario after the other, and one
// more for each scenario that needs it unwatched.
type browsers struct {
	shared    [2]chan *realBrowser // by dialect: those that nobody uses; nil is one to be started
	unwatched chan struct{}        // has room for those that run
	starting  sync.Mutex           // held while one of these starts
}

func newBrowsers(t *testing.T) *browsers {
	b := &browsers{unwatched: make(chan struct{}, mostUnwatched)}
	for d := range b.shared {
		b.shared[d] = make(chan *realBrowser, mostShared)
		for range mostShared {
			b.shared[d] <- nil
		}
	}
	t.Cleanup(func() {
		for d := range b.shared {
			for range mostShared {
				if r := <-b.shared[d]; r != nil {
					if err := r.browser.Close(); err != nil {
						t.Error(err)
					}
				}
			}
		}
	})
	return b
}

// result is what came of a scenario in a real browser.
type result struct {
	trace string
	err   error
}

// runAll plays the scenario in the real browsers that the flag names, and that it is about, at the same time.
func (b *browsers) runAll(t *testing.T, s *Scenario, flag *dialectsFlag) map[webport.Dialect]result {
	t.Helper()
	results := map[webport.Dialect]result{}
	for _, d := range Dialects {
		if flag.dialects[d] && s.In(d) {
			browsertest.Require(t, d)
			results[d] = result{}
		}
	}
	var playing sync.WaitGroup
	var mu sync.Mutex // guards results
	for d := range maps.Clone(results) {
		playing.Go(func() {
			got, err := b.run(t, s, d)
			mu.Lock()
			defer mu.Unlock()
			results[d] = result{got, err}
		})
	}
	playing.Wait()
	return results
}

// run plays the scenario in a real browser and returns the trace.
func (b *browsers) run(t *testing.T, s *Scenario, d webport.Dialect) (string, error) {
	if s.options["unwatched"] {
		return b.runUnwatched(t, s, d)
	}
	r := <-b.shared[d]
	defer func() { b.shared[d] <- r }()
	ctx, cancel := deadline(t, s)
	defer cancel()
	if r == nil {
		started, err := b.start(ctx, d, false)
		if err != nil {
			return "", err
		}
		r = started
	}
	return r.play(ctx, t.TempDir(), s)
}

// runUnwatched is run in a browser of its own.
func (b *browsers) runUnwatched(t *testing.T, s *Scenario, d webport.Dialect) (string, error) {
	b.unwatched <- struct{}{}
	defer func() { <-b.unwatched }()
	ctx, cancel := deadline(t, s)
	defer cancel()
	r, err := b.start(ctx, d, true)
	if err != nil {
		return "", err
	}
	got, err := r.play(ctx, t.TempDir(), s)
	return got, errors.Join(err, r.browser.Close())
}

func deadline(t *testing.T, s *Scenario) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 2*time.Minute+2*s.Waits())
}

// start starts a browser, one at a time: that is work for a computer.
func (b *browsers) start(ctx context.Context, d webport.Dialect, unwatched bool) (*realBrowser, error) {
	b.starting.Lock()
	defer b.starting.Unlock()
	return startReal(ctx, d, unwatched)
}

// realBrowser is a real browser in which one scenario is played at a time.
type realBrowser struct {
	dialect webport.Dialect
	browser *browsertest.Browser
	logURL  string // where scripts send their lines, "" where the console is read

	mu   sync.Mutex // guards following
	show *show      // the scenario that is played, nil between two
}

func startReal(ctx context.Context, d webport.Dialect, unwatched bool) (*realBrowser, error) {
	r := &realBrowser{dialect: d}
	if unwatched {
		r.logURL = "http://" + logHost + "/"
	}
	var err error
	r.browser, err = browsertest.Start(ctx, browsertest.Options{
		Dialect: d, Unwatched: unwatched,
		Web: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if s := r.now(); s != nil {
				s.handler.ServeHTTP(w, req)
			} else {
				http.NotFound(w, req)
			}
		}),
		Console: func(line browsertest.Line) {
			if s := r.now(); s != nil {
				s.console(line)
			}
		},
	})
	return r, err
}

func (r *realBrowser) now() *show {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.show
}

func (r *realBrowser) setShow(s *show) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.show = s
}

// play plays a scenario, leaving the browser as it was.
func (r *realBrowser) play(ctx context.Context, dir string, s *Scenario) (trace string, err error) {
	dir, err = filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	dirs, err := s.unpack(dir, r.dialect, r.logURL)
	if err != nil {
		return "", err
	}
	p := &show{
		realBrowser: r, scenario: s, log: &log{}, ids: map[string]string{}, began: map[string]bool{},
		unloaded: map[string]bool{},
	}
	p.handler = s.handler(r.dialect, r.logURL, p.posted)
	if s.Native() {
		manifests := r.nativeManifests()
		p.apps, err = s.installApps(filepath.Join(dir, "apps"), manifests, r.dialect)
		if err != nil {
			return "", err
		}
		defer s.removeApps(manifests, r.dialect)
		p.log.poll = p.apps.poll
	}
	r.setShow(p)
	defer r.setShow(nil)
	defer func() { err = errors.Join(err, p.leave(context.WithoutCancel(ctx))) }()
	if err := s.play(ctx, p, dirs, p.log); err != nil {
		return "", fmt.Errorf("%w\nso far:\n%s", err, p.trace())
	}
	return p.trace(), nil
}

// nativeManifests is the directory of a user's native manifests.
func (r *realBrowser) nativeManifests() string {
	if r.dialect == webport.Firefox {
		return filepath.Join(r.browser.Home(), ".mozilla", "native-messaging-hosts")
	}
	return filepath.Join(r.browser.Home(), ".config", "chromium", "NativeMessagingHosts")
}
