package engine

import (
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// rejection is a promise that was rejected without a handler.
type rejection struct {
	promise value
	reason  value
}

// rejectionChanged is how the engine tells that a promise was rejected with no
// handler, and later that it got one.
func rejectionChanged(_ *libc.TLS, _ uintptr, promise, reason value, handled int32, opaque uintptr) {
	r := realms.get(opaque)
	if r == nil {
		return
	}
	if handled == 0 && r.stopped != nil { // the stop itself, in an async function
		if r.stoppedAt == "" {
			r.stoppedAt = r.vm.stack(reason)
		}
		return
	}
	if handled == 0 {
		r.rejections = append(r.rejections, rejection{r.vm.dup(promise), r.vm.dup(reason)})
		return
	}
	for i, pending := range r.rejections {
		if pointerOf(pending.promise) == pointerOf(promise) {
			r.rejections = append(r.rejections[:i], r.rejections[i+1:]...)
			r.vm.free(pending.promise)
			r.vm.free(pending.reason)
			return
		}
	}
}

// reportRejections reports the promises still rejected without a handler, and
// whether it ran JavaScript for that.
func (r *Realm) reportRejections() (ran bool) {
	for len(r.rejections) > 0 && !r.broken {
		pending := r.rejections[0]
		r.rejections = r.rejections[1:]
		ran = true
		if !r.isOfModule(pending.reason) {
			r.rejected(pending)
		}
		r.vm.free(pending.promise)
		r.vm.free(pending.reason)
	}
	return ran
}

// isOfModule reports, once for each module, whether reason is what the module
// threw. The engine runs a module without top-level await as an async function
// and only looks at its promise: that rejection, the first with this reason, no
// script can handle. Whoever imported the module has a promise of its own.
func (r *Realm) isOfModule(reason value) bool {
	m := r.vm
	list := uintptr(unsafe.Pointer(&at[lib.TJSContext](m.context).Floaded_modules))
	for link := at[lib.Tlist_head](list).Fnext; link != list; link = at[lib.Tlist_head](link).Fnext {
		module := link - unsafe.Offsetof(lib.TJSModuleDef{}.Flink)
		def := at[lib.TJSModuleDef](module)
		if def.Fasync_evaluation_timestamp != 0 || isUndefined(def.Feval_exception) || r.failed[module] {
			continue
		}
		if lib.XJS_StrictEq(m.tls, m.context, def.Feval_exception, reason) != 0 {
			r.failed[module] = true
			return true
		}
	}
	return false
}
