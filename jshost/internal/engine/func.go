package engine

import (
	"fmt"
)

// Func is a JavaScript function that Go keeps. It belongs to its realm's loop
// and is gone with the realm.
type Func struct {
	realm *Realm
	v     value
}

// keep makes a Func of v, which stays the caller's.
func (r *Realm) keep(v value) *Func {
	f := &Func{realm: r, v: r.vm.dup(v)}
	r.funcs[f] = struct{}{}
	return f
}

// Free lets go of the function before its realm ends. After it, Free does
// nothing and Call fails.
func (f *Func) Free() {
	if _, kept := f.realm.funcs[f]; kept && !f.realm.broken {
		delete(f.realm.funcs, f)
		f.realm.vm.free(f.v)
	}
	f.v = jsUndefined
}

// Call calls the function with this undefined. Outside of any turn it is one:
// when it returns, the microtasks have run. Called by a host function, it is
// part of the turn that called that. What crosses, and how, is at [Null]. The
// error is a *[ScriptError] when the function throws or is stopped.
func (f *Func) Call(args ...any) (result any, err error) {
	r := f.realm
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
	result, err = f.invoke(args)
	finished = true
	return result, err
}

// invoke calls the function inside a turn.
func (f *Func) invoke(args []any) (any, error) {
	r := f.realm
	if isUndefined(f.v) {
		return nil, fmt.Errorf("call a function of %s: it is freed", r.name)
	}
	var fixed [8]value
	converted := fixed[:0]
	defer func() {
		for _, v := range converted {
			r.vm.free(v)
		}
	}()
	for _, arg := range args {
		v, err := r.toJS(arg)
		if err != nil {
			return nil, err
		}
		converted = append(converted, v)
	}
	result := r.vm.call(f.v, converted...)
	if isException(result) {
		return nil, r.takeError()
	}
	defer r.vm.free(result)
	return r.toGo(result)
}
