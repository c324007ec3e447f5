package engine

import (
	"errors"
	"fmt"
	"runtime/debug"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// A turn is one outermost entry into JavaScript from Go, with everything it
// calls, nested entries into other realms of the loop included, and the
// microtasks that follow.

// begin enters JavaScript in r. Every begin that returns nil is paired with end.
func (r *Realm) begin() error {
	if r.closed.Load() || r.loop.closed.Load() {
		return fmt.Errorf("%s: %w", r.name, ErrClosed)
	}
	r.loop.depth++
	if !r.touched {
		r.touched = true
		r.loop.touched = append(r.loop.touched, r)
	}
	return nil
}

// end leaves JavaScript. It is deferred, with finished false where a Go panic
// comes through the engine, which recovered then holds.
func (r *Realm) end(finished bool, recovered any, err *error) {
	if !finished {
		r.breakDown()
		*err = r.brokenError(recovered)
	}
	l := r.loop
	if l.depth == 1 {
		l.checkpoint()
	}
	l.depth--
}

// breakDown gives the realm up after a Go panic went through the engine: its
// heap holds pointers into frames that are gone.
func (r *Realm) breakDown() {
	r.broken = true
	r.Close()
}

func (r *Realm) brokenError(recovered any) error {
	if recovered == nil || recovered == any(errBrokenBelow) {
		return &ScriptError{Realm: r.name, Name: "InternalError", Message: "a failure of the JavaScript engine closed the realm", Cause: ErrBroken}
	}
	return &ScriptError{
		Realm: r.name, Name: "InternalError",
		Message: fmt.Sprintf("the JavaScript engine failed and the realm is closed: %v", recovered),
		Stack:   string(debug.Stack()),
		Cause:   ErrBroken,
	}
}

// errBrokenBelow is what goes on up through the frames of a broken engine.
var errBrokenBelow = errors.New("engine: broken in a nested call")

// checkpoint ends a turn: microtasks until none is left, then the rejections
// that nobody handled, whose handlers may queue more.
func (l *Loop) checkpoint() {
	for again := true; again; {
		again = false
		for i := 0; i < len(l.touched); i++ { // a job may touch another realm
			again = l.touched[i].runJobs() || again
		}
		if again {
			continue
		}
		for i := 0; i < len(l.touched); i++ {
			again = l.touched[i].reportRejections() || again
		}
	}
	for i, r := range l.touched {
		r.reportStop()
		r.recoverMemory()
		r.resume()
		r.touched = false
		l.touched[i] = nil
	}
	l.touched = l.touched[:0]
	l.deadline = 0
	l.overtime = false
}

// reportStop sees to it that somebody hears of a script that was stopped. A
// promise it should have settled never will be: those who wait are told.
func (r *Realm) reportStop() {
	if r.stopped == nil || r.freed {
		return
	}
	for id, done := range r.waits {
		delete(r.waits, id)
		done(evaluation{err: r.stopError()})
	}
	if !r.stopReported && !errors.Is(r.stopped, ErrClosed) { // whoever closed it knows
		r.uncaught(r.stopError())
	}
}

// resume makes a realm in which a script was stopped ready for the next one:
// no finally of the preludes has run.
func (r *Realm) resume() {
	if r.stopped == nil {
		return
	}
	r.stopped, r.stoppedAt = nil, ""
	r.loop.deadline, r.loop.overtime = 0, false
	if r.builtin.stopped == nil {
		return
	}
	if _, err := r.builtin.stopped.Call(); err != nil && !errors.Is(err, ErrClosed) {
		r.uncaught(err)
	}
}

// recoverMemory closes a realm that ran out of memory and whose scripts keep
// so much that none of them can run any more.
func (r *Realm) recoverMemory() {
	if !r.starved || r.freed || r.broken {
		return
	}
	r.starved = false
	lib.XJS_RunGC(r.vm.tls, r.vm.runtime)
	if !r.memoryIsShort() {
		return
	}
	err := &ScriptError{Realm: r.name}
	r.setMemory(err)
	err.Message += "; what its scripts keep leaves no room, so the realm is closed"
	r.uncaught(err)
	r.Close()
}

// jobsBetweenChecks is how many microtasks run between two looks at the clock:
// the engine looks only inside long ones.
const jobsBetweenChecks = 256

// runJobs runs the microtasks of r and reports whether there were any.
func (r *Realm) runJobs() (ran bool) {
	if r.broken || r.freed || lib.XJS_IsJobPending(r.vm.tls, r.vm.runtime) == 0 {
		return false
	}
	var err error
	finished := false
	defer func() {
		if !finished {
			r.breakDown()
			err = r.brokenError(recover())
			r.uncaught(err)
		}
	}()
	for n := 1; lib.XJS_IsJobPending(r.vm.tls, r.vm.runtime) != 0; n++ {
		if n%jobsBetweenChecks == 0 {
			r.mustStop()
		}
		if r.stopped != nil {
			r.dropJobs()
			break
		}
		if lib.XJS_ExecutePendingJob(r.vm.tls, r.vm.runtime, 0) < 0 {
			r.uncaught(r.takeError())
		}
	}
	finished = true
	return true
}

// dropJobs forgets the microtasks that a stopped turn leaves: run later, an
// endless chain of them would stop every turn to come.
func (r *Realm) dropJobs() {
	m := r.vm
	list := uintptr(unsafe.Pointer(&at[lib.TJSRuntime](m.runtime).Fjob_list))
	for link := at[lib.Tlist_head](list).Fnext; link != list; {
		job := at[lib.TJSJobEntry](link)
		next := job.Flink.Fnext
		args := unsafe.Slice(at[value](link+unsafe.Sizeof(lib.TJSJobEntry{})), int(job.Fargc))
		at[lib.Tlist_head](job.Flink.Fprev).Fnext = next
		at[lib.Tlist_head](next).Fprev = job.Flink.Fprev
		for _, arg := range args {
			m.free(arg)
		}
		lib.XJS_FreeContext(m.tls, job.Frealm)
		lib.Xjs_free_rt(m.tls, m.runtime, link)
		link = next
	}
}

// callsBetweenChecks is how many calls and loop rounds of a script run between
// two looks at the clock. The engine's own number is 10,000: minutes, where each
// is a JSON.stringify of some 10,000 objects.
const callsBetweenChecks = 500

// interrupted is the engine's question, asked every so many calls and loop
// rounds, whether the script must stop.
func interrupted(_ *libc.TLS, _, opaque uintptr) int32 {
	r := realms.get(opaque)
	if r == nil {
		return 0
	}
	at[lib.TJSContext](r.vm.context).Finterrupt_counter = callsBetweenChecks
	if r.mustStop() {
		return 1
	}
	return 0
}

// mustStop reports whether the script in r must end, and remembers why.
func (r *Realm) mustStop() bool {
	switch {
	case r.stopped != nil:
	case r.closed.Load() || r.loop.closed.Load():
		r.stop(ErrClosed)
	case r.overdue():
		r.loop.overtime = true
		r.stop(ErrTime)
	}
	return r.stopped != nil
}

func (r *Realm) stop(why error) {
	r.stopped = why
	r.stopReported = false
}

// overdue starts the clock of a turn at its first check, so that a short turn
// never looks at one.
func (r *Realm) overdue() bool {
	now := monotonic()
	if r.loop.deadline == 0 {
		r.loop.deadline = now + int64(r.limits.Time)
	}
	return now >= r.loop.deadline
}
