package headless

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/webport/webport/jshost"
)

// Wait waits until nothing is queued anywhere and no script runs. What only timers, native apps or other users of the
// broker would bring about does not count. The error is why ctx ended first.
func (b *Browser) Wait(ctx context.Context) error {
	for {
		before := b.activity()
		for _, loop := range b.loops() {
			if loop.Call(ctx, func() {}) == nil {
				before[loop]++
			} else if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
		for _, d := range b.drivers() {
			idle := make(chan struct{})
			if !d.post(func() { close(idle) }) {
				continue
			}
			before[d]++
			select {
			case <-idle:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		// What was queued before has been done, so that what counts is whether something was queued since.
		if maps.Equal(before, b.activity()) {
			return nil
		}
	}
}

// Collect collects the garbage of all contexts that run. The error is why ctx ended first.
func (b *Browser) Collect(ctx context.Context) error {
	b.mu.Lock()
	scopes := slices.Clone(b.scopes)
	b.mu.Unlock()
	for _, s := range scopes {
		// A context that ends meanwhile has no garbage any more.
		if s.js.Loop().Call(ctx, s.js.Realm().Collect) != nil && ctx.Err() != nil {
			return fmt.Errorf("collect garbage: %w", context.Cause(ctx))
		}
	}
	return nil
}

// activity is how much was ever queued on each loop and driver.
func (b *Browser) activity() map[any]uint64 {
	posts := map[any]uint64{}
	for _, l := range b.loops() {
		posts[l] = l.Posted()
	}
	for _, d := range b.drivers() {
		posts[d] = d.posted()
	}
	return posts
}

// loops lists the loops that scripts run on, each once.
func (b *Browser) loops() []*jshost.Loop {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*jshost.Loop
	seen := map[*jshost.Loop]bool{}
	for _, s := range b.scopes {
		if loop := s.js.Loop(); !seen[loop] {
			seen[loop] = true
			all = append(all, loop)
		}
	}
	return all
}

func (b *Browser) drivers() []*driver {
	var all []*driver
	for _, i := range b.extensions {
		all = append(all, i.driver)
	}
	for _, t := range b.Tabs() {
		all = append(all, t.driver)
	}
	return all
}
