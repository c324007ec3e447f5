package engine

import (
	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// The engine's own allocator, with one difference: a realm is told when its
// limit is passed. The exception alone does not say so, it is null when there
// is no memory for an Error either, and scripts may catch it.

// mallocOverhead is what the engine counts for each allocation besides its
// size, MALLOC_OVERHEAD in quickjs.c.
const mallocOverhead = 8

var mallocFunctions = lib.TJSMallocFunctions{
	Fjs_malloc:             callback(heapMalloc),
	Fjs_free:               callback(heapFree),
	Fjs_realloc:            callback(heapRealloc),
	Fjs_malloc_usable_size: callback(usableSize),
}

// permits reports whether the heap may grow by size bytes.
func permits(state *lib.TJSMallocState, size lib.Tsize_t) bool {
	if state.Fmalloc_size+size <= state.Fmalloc_limit {
		return true
	}
	if r := realms.get(state.Fopaque); r != nil {
		r.starved = true
	}
	return false
}

func usableSize(tls *libc.TLS, p uintptr) lib.Tsize_t { return libc.Xmalloc_usable_size(tls, p) }

func heapMalloc(tls *libc.TLS, s uintptr, size lib.Tsize_t) uintptr {
	state := at[lib.TJSMallocState](s)
	if !permits(state, size) {
		return 0
	}
	p := libc.Xmalloc(tls, size)
	if p != 0 {
		state.Fmalloc_count++
		state.Fmalloc_size += usableSize(tls, p) + mallocOverhead
	}
	return p
}

func heapFree(tls *libc.TLS, s, p uintptr) {
	if p == 0 {
		return
	}
	state := at[lib.TJSMallocState](s)
	state.Fmalloc_count--
	state.Fmalloc_size -= usableSize(tls, p) + mallocOverhead
	libc.Xfree(tls, p)
}

func heapRealloc(tls *libc.TLS, s, p uintptr, size lib.Tsize_t) uintptr {
	switch {
	case p == 0 && size == 0:
		return 0
	case p == 0:
		return heapMalloc(tls, s, size)
	case size == 0:
		heapFree(tls, s, p)
		return 0
	}
	state := at[lib.TJSMallocState](s)
	old := usableSize(tls, p)
	if size > old && !permits(state, size-old) {
		return 0
	}
	p = libc.Xrealloc(tls, p, size)
	if p != 0 {
		state.Fmalloc_size += usableSize(tls, p) - old
	}
	return p
}
