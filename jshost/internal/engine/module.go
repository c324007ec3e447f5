package engine

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// RunModule runs source as an ES module named name, which import.meta.url
// shows and imports are resolved against. done is called on the loop, exactly
// once, when the module has run to its end, top-level await included, with nil
// or with the error that ended it; it may be called before RunModule returns.
// A module that does not parse, or an import that fails, is such an error too.
func (r *Realm) RunModule(name, source string, done func(error)) {
	if err := r.begin(); err != nil {
		done(err)
		return
	}
	finished := false
	var err error
	defer func() {
		if finished {
			r.end(true, nil, nil)
			return
		}
		r.end(false, recover(), &err)
		done(err)
	}()
	promise := r.startModule(name, source)
	if isException(promise) {
		err = r.takeError()
		finished = true
		done(err)
		return
	}
	defer r.vm.free(promise)
	r.whenSettled(promise, done)
	finished = true
}

// startModule links and starts a module and returns the promise of its end.
func (r *Realm) startModule(name, source string) value {
	m := r.vm
	module := r.compile(name, source, lib.MJS_EVAL_TYPE_MODULE)
	if isException(module) {
		return module
	}
	if lib.XJS_ResolveModule(m.tls, m.context, module) < 0 {
		m.free(module)
		return jsException
	}
	if !m.setImportMeta(module, name) {
		m.free(module)
		return jsException
	}
	return lib.XJS_EvalFunction(m.tls, m.context, module)
}

// setImportMeta gives a module its import.meta.
func (m *vm) setImportMeta(module value, name string) bool {
	meta := lib.XJS_GetImportMeta(m.tls, m.context, pointerOf(module))
	if isException(meta) {
		return false
	}
	defer m.free(meta)
	return m.setProperty(meta, "url", m.string(name))
}

// resolveModule is the engine asking which module specifier means in base. The
// answer is a C string that the engine frees, or 0 with an exception pending.
func resolveModule(tls *libc.TLS, context, base, specifier, opaque uintptr) uintptr {
	r := realms.get(opaque)
	from := libc.GoString(base)
	if from == consoleName {
		from = r.options.URL
	}
	name, err := resolve(from, libc.GoString(specifier))
	if err != nil {
		r.throw(&Exception{"TypeError", err.Error()})
		return 0
	}
	var kept uintptr
	r.vm.withBytes(name, func(p uintptr, n lib.Tsize_t) value {
		kept = lib.Xjs_strndup(tls, context, p, n)
		return jsUndefined
	})
	return kept
}

// resolve is the name of the module that specifier means in the module base.
func resolve(base, specifier string) (string, error) {
	if strings.Contains(specifier, "://") {
		return specifier, nil
	}
	if !strings.HasPrefix(specifier, "/") && !strings.HasPrefix(specifier, "./") && !strings.HasPrefix(specifier, "../") {
		return "", fmt.Errorf("Failed to resolve module specifier %q. Relative references must start with either \"/\", \"./\", or \"../\".", specifier) //lint:ignore ST1005 Chromium's text
	}
	if strings.Contains(base, "://") {
		from, err := url.Parse(base)
		if err != nil {
			return "", fmt.Errorf("resolve module specifier %q: the importing module's URL: %w", specifier, err)
		}
		to, err := from.Parse(specifier)
		if err != nil {
			return "", fmt.Errorf("resolve module specifier %q in %s: %w", specifier, base, err)
		}
		return to.String(), nil
	}
	if strings.HasPrefix(specifier, "/") {
		return path.Clean(specifier), nil
	}
	return path.Join(path.Dir(base), specifier), nil
}

// loadModule is the engine asking for a module it does not have yet. The
// answer is the module, or 0 with an exception pending.
func loadModule(_ *libc.TLS, _, name, opaque uintptr) uintptr {
	r := realms.get(opaque)
	file := libc.GoString(name)
	source, err := r.load(file)
	if r.stopped != nil { // Options.Load panicked
		r.throwStop()
		return 0
	}
	if err != nil {
		r.throw(&Exception{"TypeError", err.Error()})
		return 0
	}
	v := r.compile(file, source, lib.MJS_EVAL_TYPE_MODULE)
	if isException(v) {
		return 0
	}
	if !r.vm.setImportMeta(v, file) {
		r.vm.free(v)
		return 0
	}
	r.vm.free(v) // the context keeps its modules
	return pointerOf(v)
}

// load asks Options.Load for a script.
func (r *Realm) load(name string) (string, error) {
	if r.options.Load == nil {
		return "", fmt.Errorf("Failed to load %s: %s cannot load scripts", name, r.name) //lint:ignore ST1005 shown as a TypeError's message
	}
	load := hostFunc{name: "Options.Load", call: func([]any) (any, error) { return r.options.Load(name) }}
	source, err := load.guarded(r, nil)
	if err != nil {
		return "", fmt.Errorf("Failed to load %s: %w", name, err) //lint:ignore ST1005 shown as a TypeError's message
	}
	text, _ := source.(string)
	return text, nil
}
