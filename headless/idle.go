package headless

import (
	"slices"
	"time"

	"github.com/webport/webport"
)

// idleTime is how long a background that is not persistent goes on when nothing happens in it.
const idleTime = 30 * time.Second

// sleep is the state of a background that may be stopped for idleness; running.mu guards it.
type sleep struct {
	asleep bool
	wants  []string      // the events that it listened to
	stop   chan struct{} // closed when nobody needs to watch it any more
}

// main is the background's scope, nil while it does not run. Call it on the driver.
func (r *running) main() *scope {
	switch {
	case r.worker != nil:
		return r.worker
	case r.background != nil && len(r.background.scopes) > 0:
		return r.background.own()
	}
	return nil
}

// watch sees to it that the background is stopped when it is idle. Call it on the driver.
func (r *running) watch() {
	s := r.main()
	if s == nil || r.extension.Manifest.Background.Persistent {
		return
	}
	stop := make(chan struct{})
	r.mu.Lock()
	r.sleep = sleep{stop: stop}
	r.mu.Unlock()
	r.browser.working.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		seen, since := s.js.Activity(), time.Now()
		for {
			select {
			case <-tick.C:
			case <-stop:
				return
			case <-r.browser.ctx.Done():
				return
			}
			if now := s.js.Activity(); now != seen {
				seen, since = now, time.Now()
			} else if time.Since(since) >= idleTime {
				r.driver.post(func() { r.suspendIdle(s, seen) })
				since = time.Now()
			}
		}
	})
}

// unwatch ends watch. Call it on the driver.
func (r *running) unwatch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sleep.stop != nil {
		close(r.sleep.stop)
		r.sleep.stop = nil
	}
}

// suspendIdle stops the background unless something has happened since, or a port keeps it, which in Chromium any port of
// a page does.
func (r *running) suspendIdle(s *scope, seen uint64) {
	if r.main() != s || s.js.Activity() != seen {
		return
	}
	kept := true
	s.js.Call(r.browser.ctx, func() {
		all, keeping := s.js.Ports()
		kept = keeping > 0 || all > 0 && s.page != nil && r.extension.Dialect == webport.Chromium
	})
	if !kept {
		r.suspend()
	}
}

// suspend stops the background; the next event that it listened to starts it again. Call it on the driver.
func (r *running) suspend() {
	s := r.main()
	if s == nil || r.extension.Manifest.Background.Persistent || r.now() != r {
		return
	}
	if s.page != nil { // a worker is not told
		s.js.Fire("runtime.onSuspend")
	}
	var wants []string
	s.js.Call(r.browser.ctx, func() { wants = s.js.Listening() })
	r.unwatch()
	r.mu.Lock()
	r.sleep = sleep{asleep: true, wants: wants}
	r.mu.Unlock()
	r.stopBackground()
}

// wakeFor has ready called when the background runs again, if it is stopped and one of the events is a reason to start
// it. It reports whether it does. It may be called from anywhere.
func (r *running) wakeFor(ready func(), events ...string) bool {
	r.mu.Lock()
	asleep := r.sleep.asleep
	wanted := slices.ContainsFunc(events, func(e string) bool { return slices.Contains(r.sleep.wants, e) })
	r.mu.Unlock()
	return asleep && wanted && r.driver.post(func() {
		r.wake()
		ready()
	})
}

// wake starts a background that was stopped. Call it on the driver.
func (r *running) wake() {
	r.mu.Lock()
	asleep := r.sleep.asleep && r.running == r
	r.mu.Unlock()
	if !asleep {
		return
	}
	if err := r.startBackground(); err != nil {
		r.browser.uncaught(r.backgroundName(), err)
	}
	r.mu.Lock()
	r.sleep.asleep = false
	r.mu.Unlock()
	r.watch()
}

// sleeping reports whether the background was stopped for idleness.
func (r *running) sleeping() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sleep.asleep
}

// wake is [webport.Broker.Wake]. Chromium starts a background only for events that it listened to; Firefox always.
func (b *Browser) wake(extension string, ready func()) bool {
	i := b.installedAs(extension)
	if i == nil {
		return false
	}
	r := i.now()
	if r == nil {
		return false
	}
	if b.options.Dialect == webport.Firefox && r.sleeping() {
		return r.driver.post(func() {
			r.wake()
			ready()
		})
	}
	return r.wakeFor(ready, "runtime.onConnect", "runtime.onConnectExternal", "runtime.onMessage", "runtime.onMessageExternal")
}
