package engine

import (
	"embed"
	"fmt"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// Prelude runs JavaScript of webport's own in the realm, before any script of
// the user: that is how globals come about. source is one expression, a
// function; it is called with one object that has every host function
// registered so far and what earlier preludes left there, see the comment at
// the head of js/base.js. Scripts never see that object. If the function
// returns an object, Prelude returns its function-valued properties for Go to
// keep. The compiled code is shared by all realms of the process. name appears
// in stacks, which users are shown without the frames of preludes.
func (r *Realm) Prelude(name, source string) (funcs map[string]*Func, err error) {
	if err := r.begin(); err != nil {
		return nil, err
	}
	finished := false
	defer func() {
		if finished {
			r.end(true, nil, nil)
		} else {
			r.end(false, recover(), &err)
		}
	}()
	funcs, err = r.runPrelude(preludePrefix+name, source)
	if err != nil {
		err = fmt.Errorf("prelude %s: %w", name, err)
	}
	finished = true
	return funcs, err
}

func (r *Realm) runPrelude(name, source string) (map[string]*Func, error) {
	m := r.vm
	function := r.runScript(name, source)
	if isException(function) {
		return nil, r.takeError()
	}
	defer m.free(function)
	if !m.isFunction(function) {
		return nil, fmt.Errorf("it is not a function expression")
	}
	exports := m.call(function, r.host)
	if isException(exports) {
		return nil, r.takeError()
	}
	defer m.free(exports)
	if tagOf(exports) != lib.EJS_TAG_OBJECT {
		return nil, nil
	}
	return r.keepFunctions(exports)
}

// keepFunctions keeps the own, enumerable, function-valued properties of object.
func (r *Realm) keepFunctions(object value) (map[string]*Func, error) {
	m := r.vm
	const word = int(unsafe.Sizeof(uintptr(0)))
	out := m.tls.Alloc(2 * word)
	defer m.tls.Free(2 * word)
	const flags = lib.MJS_GPN_STRING_MASK | lib.MJS_GPN_ENUM_ONLY
	if lib.XJS_GetOwnPropertyNames(m.tls, m.context, out, out+uintptr(word), object, flags) < 0 {
		return nil, r.takeError()
	}
	table, count := *at[uintptr](out), *at[uint32](out + uintptr(word))
	defer lib.XJS_FreePropertyEnum(m.tls, m.context, table, count)
	funcs := map[string]*Func{}
	for _, property := range unsafe.Slice(at[lib.TJSPropertyEnum](table), int(count)) {
		name := lib.XJS_AtomToString(m.tls, m.context, property.Fatom)
		v := lib.XJS_GetPropertyInternal(m.tls, m.context, object, property.Fatom, object, 0)
		if m.isFunction(v) {
			funcs[m.text(name)] = r.keep(v)
		}
		m.free(name)
		m.free(v)
	}
	return funcs, nil
}

//go:embed js/*.js
var sources embed.FS

// atStart are the preludes of every realm, in order. The others run when a
// script first uses one of their globals, see lazy in js/base.js.
var atStart = []string{"base.js", "console.js", "events.js", "timers.js", "globals.js"}

// installGlobals gives a new realm its globals.
func (r *Realm) installGlobals() (err error) {
	for _, f := range r.builtinHosts() {
		if err := r.register(f); err != nil {
			return err
		}
	}
	names := atStart
	if clockIsFake() {
		names = append(names[:len(names):len(names)], "clock.js")
	}
	for _, name := range names {
		funcs, err := r.Prelude(name, builtinSource(name))
		if err != nil {
			return err
		}
		r.builtin.take(funcs)
	}
	return nil
}

func builtinSource(name string) string {
	source, err := sources.ReadFile("js/" + name)
	if err != nil {
		panic("engine: " + err.Error()) // embedded when this was built
	}
	return string(source)
}

func (b *builtin) take(funcs map[string]*Func) {
	for name, f := range funcs {
		switch name {
		case "makeError":
			b.makeError = f
		case "inspect":
			b.inspect = f
		case "fire":
			b.fire = f
		case "rejected":
			b.rejected = f
		case "settle":
			b.settle = f
		case "stopped":
			b.stopped = f
		}
	}
}
