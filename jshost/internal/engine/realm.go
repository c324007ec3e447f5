package engine

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lib "modernc.org/libquickjs"
)

// Options say what a realm is and where its output goes. Loop is required.
type Options struct {
	// Name says whose scripts run here, as errors and reports name it:
	// "background of Echo".
	Name string
	Loop *Loop
	// Limits stop runaway scripts; the zero value has the defaults.
	Limits Limits

	// Console receives each console call of the scripts.
	Console func(Line)
	// Uncaught receives what scripts throw and nobody catches outside of a
	// call that returns the error: in timers, in microtasks, rejected promises.
	Uncaught func(*ScriptError)
	// Load returns the source of a script that another one asks for: imports
	// of modules, and importScripts. name is the specifier resolved against
	// the importing script. Without Load, asking for a script is an error.
	Load func(name string) (source string, err error)

	// URL is what location shows, and what URLs are resolved against; "" means
	// that there is no location.
	URL string
	// UserAgent is navigator.userAgent; "" means one that names webport.
	UserAgent string
	// Worker gives the global scope of a worker: importScripts is there.
	Worker bool
}

// Limits bound what scripts may take; zero fields have the default.
type Limits struct {
	// Time bounds one turn: a task with the microtasks that follow. The
	// default is 10 s, after which Firefox offers to stop a script
	// (dom.max_script_run_time); nobody is here to be asked.
	Time time.Duration
	// Memory bounds the JavaScript heap in bytes. The default is 512 MiB: the
	// largest message a browser takes is 64 MiB of JSON text, and building it
	// takes several copies.
	Memory int64
	// Stack bounds the nesting of calls, in frames of the engine: one for a
	// call of a JavaScript function, three to nine for one through a getter, a
	// proxy or a built-in. The default is 5,000, about what a browser allows.
	Stack int
}

const (
	defaultTime   = 10 * time.Second
	defaultMemory = 512 << 20
	defaultStack  = lib.MaxStackSlots
)

func (l Limits) withDefaults() Limits {
	if l.Time <= 0 {
		l.Time = defaultTime
	}
	if l.Memory <= 0 {
		l.Memory = defaultMemory
	}
	if l.Stack <= 0 {
		l.Stack = defaultStack
	}
	return l
}

// Line is one call of a console method.
type Line struct {
	Level string // "log", "info", "warn", "error", "debug"
	Text  string // formatted as a browser's console shows it, without colours
}

// Realm is one global object with the scripts that run in it. It and all of
// its methods belong to its loop's goroutine, except Eval and Close.
type Realm struct {
	name    string
	loop    *Loop
	limits  Limits
	options Options
	vm      *vm
	id      uintptr // in the registry, how callbacks from the engine find the realm

	closed atomic.Bool
	freed  bool // the heap is gone
	broken bool // a Go panic went through the engine

	touched      bool
	stopped      error  // why the script that runs must end, until the turn ends
	stoppedAt    string // its stack then
	stopReported bool
	starved      bool // asked for more memory than its limit in this turn
	rejections   []rejection
	failed       map[uintptr]bool // modules whose exception isOfModule has seen

	hosts    []hostFunc
	text     []byte // memory for the text of a plain value
	host     value  // the object preludes receive
	funcs    map[*Func]struct{}
	timers   map[int]*timer
	waits    map[int]func(evaluation) // for promises, see settle
	lastWait int
	builtin  builtin
}

// builtin holds the functions of the engine's own preludes that Go calls.
type builtin struct {
	makeError *Func // (name, message) -> Error
	inspect   *Func // (value) -> text as the console shows it
	fire      *Func // (timer id)
	rejected  *Func // (promise, reason)
	settle    *Func // (promise, evaluation id)
	stopped   *Func // ()
}

// New makes a realm with the globals that every script takes for granted. It
// must be called on the loop's goroutine, inside a task.
func New(options Options) (*Realm, error) {
	if options.Loop == nil {
		return nil, errors.New("new realm: Options.Loop is nil; make one with NewLoop")
	}
	if options.Loop.closed.Load() {
		return nil, fmt.Errorf("new realm %q: its loop: %w", options.Name, ErrClosed)
	}
	r := &Realm{
		name:    options.Name,
		loop:    options.Loop,
		limits:  options.Limits.withDefaults(),
		options: options,
		funcs:   map[*Func]struct{}{},
		failed:  map[uintptr]bool{},
		timers:  map[int]*timer{},
		waits:   map[int]func(evaluation){},
	}
	r.id = realms.add(r)
	m, err := newVM(r.id)
	if err != nil {
		realms.remove(r.id)
		return nil, fmt.Errorf("new realm %q: %w", options.Name, err)
	}
	r.vm = m
	lib.XJS_SetContextOpaque(m.tls, m.context, r.id)
	lib.XJS_SetMemoryLimit(m.tls, m.runtime, lib.Tsize_t(r.limits.Memory))
	lib.XJS_SetMaxStackSize(m.tls, m.runtime, lib.Tsize_t(r.limits.Stack))
	lib.XJS_SetInterruptHandler(m.tls, m.runtime, callback(interrupted), r.id)
	lib.XJS_SetHostPromiseRejectionTracker(m.tls, m.runtime, callback(rejectionChanged), r.id)
	lib.XJS_SetModuleLoaderFunc(m.tls, m.runtime, callback(resolveModule), callback(loadModule), r.id)
	r.loop.realms[r] = struct{}{}
	r.host = lib.XJS_NewObject(m.tls, m.context)
	if err := r.installGlobals(); err != nil {
		r.free()
		return nil, fmt.Errorf("new realm %q: %w", options.Name, err)
	}
	return r, nil
}

// Name is Options.Name.
func (r *Realm) Name() string { return r.name }

// Loop is the loop the realm runs on.
func (r *Realm) Loop() *Loop { return r.loop }

// Collect collects the garbage of the realm. It must be called on the loop.
func (r *Realm) Collect() {
	if !r.freed && !r.broken {
		lib.XJS_RunGC(r.vm.tls, r.vm.runtime)
	}
}

// Close ends the realm: the script that runs in it is stopped, none runs after
// it, timers and evaluations are dropped. It does not wait: the loop frees the
// heap before it runs a task posted later, and at the latest when it closes.
// Any goroutine may call it, host functions included, any number of times.
func (r *Realm) Close() error {
	if !r.closed.Swap(true) {
		r.loop.Post(r.free) // a closed loop frees its realms itself
	}
	return nil
}

// free ends the realm on the loop's goroutine, outside of any turn.
func (r *Realm) free() {
	if r.freed {
		return
	}
	r.freed = true
	r.closed.Store(true)
	delete(r.loop.realms, r)
	for _, t := range r.timers {
		r.loop.timers.remove(t)
	}
	r.timers = nil
	for id, done := range r.waits {
		delete(r.waits, id)
		done(evaluation{err: fmt.Errorf("wait for a promise of %s: %w", r.name, ErrClosed)})
	}
	if !r.broken {
		for f := range r.funcs {
			r.vm.free(f.v)
		}
		for _, pending := range r.rejections {
			r.vm.free(pending.promise)
			r.vm.free(pending.reason)
		}
		r.vm.free(r.host)
	}
	r.funcs, r.rejections, r.hosts = nil, nil, nil
	r.vm.close(!r.broken)
	realms.remove(r.id)
}

// uncaught reports err where the scripts' own handlers are not asked any more.
func (r *Realm) uncaught(err error) {
	var script *ScriptError
	if !errors.As(err, &script) {
		script = &ScriptError{Realm: r.name, Message: err.Error(), Cause: err}
	}
	if r.options.Uncaught != nil {
		r.options.Uncaught(script)
	}
}

// registry numbers the realms of the process: C memory cannot hold a pointer
// into Go's.
type registry struct {
	mu   sync.Mutex // guards following, for writing
	free []uintptr
	all  atomic.Pointer[[]*Realm] // copied on writing, so that reading takes no lock
}

var realms registry

func (g *registry) add(r *Realm) uintptr {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []*Realm
	if old := g.all.Load(); old != nil {
		all = *old
	}
	if n := len(g.free); n > 0 {
		id := g.free[n-1]
		g.free = g.free[:n-1]
		all = append([]*Realm(nil), all...)
		all[id-1] = r
		g.all.Store(&all)
		return id
	}
	all = append(all[:len(all):len(all)], r)
	g.all.Store(&all)
	return uintptr(len(all))
}

func (g *registry) get(id uintptr) *Realm { return (*g.all.Load())[id-1] }

func (g *registry) remove(id uintptr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := append([]*Realm(nil), *g.all.Load()...)
	all[id-1] = nil
	g.all.Store(&all)
	g.free = append(g.free, id)
}
