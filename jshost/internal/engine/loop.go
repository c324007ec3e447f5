package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Loop is one thread of JavaScript, an event loop: a goroutine that runs tasks
// in the order they were posted, and timers. Several realms may share a loop,
// as the worlds of one page do; a host function of one may call into another,
// nested and synchronously. When the outermost JavaScript of a task has
// returned, the microtasks of every realm it ran in run, as in a browser when
// the stack is empty.
//
// Post, Call and Close may be called concurrently. Everything of a Realm and a
// Func is for the loop's own goroutine unless its comment says otherwise: call
// it inside a task.
type Loop struct {
	mu    sync.Mutex // guards following
	queue []func()   // posted, not yet taken by the goroutine
	idle  bool       // the goroutine waits on wake
	posts uint64     // how many tasks were ever queued

	closed atomic.Bool // written under mu
	wake   chan struct{}
	done   chan struct{} // closed when the goroutine is gone

	// Following belong to the goroutine.

	taken    int // tasks taken from the queue that come after the one that runs
	timers   timerQueue
	started  time.Time
	realms   map[*Realm]struct{}
	depth    int      // nesting of calls into JavaScript
	touched  []*Realm // ran in this turn: microtasks and rejections to look after
	overtime bool     // a script of this turn was stopped for the time it took
	deadline int64    // of this turn, as monotonic gives it; 0 until an interrupt check sets it
	holding  bool     // no timer runs
}

// NewLoop starts a loop. Close ends it.
func NewLoop() *Loop {
	l := &Loop{
		wake:    make(chan struct{}, 1),
		done:    make(chan struct{}),
		started: time.Now(),
		realms:  map[*Realm]struct{}{},
	}
	go l.run()
	return l
}

// Post queues task and never blocks. It reports false after Close: the task
// will not run. A task still queued when Close is called does not run either.
func (l *Loop) Post(task func()) bool {
	l.mu.Lock()
	if l.closed.Load() {
		l.mu.Unlock()
		return false
	}
	l.queue = append(l.queue, task)
	l.posts++
	wake := l.idle
	l.idle = false
	l.mu.Unlock()
	if wake {
		l.wake <- struct{}{}
	}
	return true
}

// Posted is how many tasks were ever queued: who sees it unchanged, after a Call,
// knows that nothing happens on the loop but what timers may start. Any
// goroutine may call it.
func (l *Loop) Posted() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.posts
}

// Waiting reports whether something waits for the end of the task that runs: a
// task, a timer that is due, or Close. Call it inside a task of the loop.
func (l *Loop) Waiting() bool {
	if l.taken > 0 {
		return true
	}
	l.mu.Lock()
	waiting := len(l.queue) > 0 || l.closed.Load()
	l.mu.Unlock()
	if waiting || l.holding || len(l.timers.heap) == 0 {
		return waiting
	}
	delay, _ := l.timers.wait(l.now())
	return delay <= 0
}

// HoldTimers keeps timers from running, or lets them run again, those overdue
// at once: the page of the loop is in the back/forward cache. Call it inside a
// task of the loop.
func (l *Loop) HoldTimers(hold bool) { l.holding = hold }

// Call posts task and waits until it has run. When ctx is done first it
// returns the cause: a task that has not started then never runs, one that has
// goes on. It returns [ErrClosed] when the loop closes before the task runs.
// The loop's own goroutine must not call it.
func (l *Loop) Call(ctx context.Context, task func()) error {
	const waiting, running, given = 0, 1, 2
	var state atomic.Int32
	ran := make(chan struct{})
	posted := l.Post(func() {
		if state.CompareAndSwap(waiting, running) {
			defer close(ran)
			task()
		}
	})
	if !posted {
		return fmt.Errorf("call a task: %w", ErrClosed)
	}
	select {
	case <-ran:
		return nil
	case <-ctx.Done():
		state.CompareAndSwap(waiting, given)
		return context.Cause(ctx)
	case <-l.done:
		select {
		case <-ran:
			return nil
		default:
			return fmt.Errorf("call a task: %w", ErrClosed)
		}
	}
}

// Close stops the loop: it interrupts the script that runs, frees the realms
// and returns when the goroutine is gone. Tasks still queued do not run. The
// loop's own goroutine must not call it. Calling it again waits likewise.
func (l *Loop) Close() error {
	l.mu.Lock()
	l.closed.Store(true)
	wake := l.idle
	l.idle = false
	l.mu.Unlock()
	if wake {
		l.wake <- struct{}{}
	}
	<-l.done
	return nil
}

func (l *Loop) run() {
	// Also where a task ends the goroutine with runtime.Goexit, as t.Fatal does.
	defer close(l.done)
	defer l.freeRealms()
	// A fault in the engine's C heap is a panic then, which breaks one realm,
	// and not the end of the process.
	debug.SetPanicOnFault(true)
	var batch []func()
	for {
		var open bool
		if batch, open = l.next(batch[:0]); !open {
			return
		}
		for i, task := range batch {
			if l.closed.Load() {
				return
			}
			l.taken = len(batch) - i - 1
			task()
			batch[i] = nil
		}
		l.runTimers()
	}
}

// next waits for tasks or a due timer. It hands spare to Post as the next
// queue and returns the tasks queued so far, none when only a timer is due.
func (l *Loop) next(spare []func()) (batch []func(), open bool) {
	for {
		l.mu.Lock()
		switch {
		case l.closed.Load():
			l.mu.Unlock()
			return nil, false
		case len(l.queue) > 0:
			batch, l.queue = l.queue, spare
			l.mu.Unlock()
			return batch, true
		}
		delay, timed := l.timers.wait(l.now())
		timed = timed && !l.holding
		if timed && delay <= 0 {
			l.mu.Unlock()
			return spare, true
		}
		l.idle = true
		l.mu.Unlock()
		l.sleep(delay, timed)
	}
}

// sleep waits for Post or Close, and where timed for at most delay.
func (l *Loop) sleep(delay time.Duration, timed bool) {
	if !timed {
		<-l.wake
		return
	}
	alarm := time.NewTimer(delay)
	defer alarm.Stop()
	select {
	case <-l.wake:
		return
	case <-alarm.C:
	}
	l.mu.Lock()
	woken := !l.idle // by a Post that sends, or has sent, on wake
	l.idle = false
	l.mu.Unlock()
	if woken {
		<-l.wake
	}
}

// now is the time since the loop started, on the clock of time.Now, which is a
// fake one in a synctest bubble.
func (l *Loop) now() time.Duration { return time.Since(l.started) }

// freeRealms is what Close leaves to the goroutine.
func (l *Loop) freeRealms() {
	l.mu.Lock()
	l.closed.Store(true)
	l.queue = nil
	l.mu.Unlock()
	for r := range l.realms {
		r.free()
	}
}
