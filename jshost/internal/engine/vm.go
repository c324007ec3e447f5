package engine

import (
	"errors"
	"strings"
	"unicode/utf8"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// value is a JavaScript value as the engine holds it. One with a reference
// count belongs to the vm that made it and is freed there exactly once.
type value = lib.TJSValue

const valueSize = unsafe.Sizeof(jsNull)

// vm is one JavaScript heap with one global object: the thin layer between Go
// and libquickjs, the pure Go translation of QuickJS. It knows values, strings
// and calls, and nothing of turns, limits or names.
type vm struct {
	tls     *libc.TLS
	runtime uintptr // JSRuntime
	context uintptr // JSContext

	// scratch is C memory that short strings pass through on their way in, so
	// that a message costs no allocation in the C heap.
	scratch uintptr

	// shared is memory for plainWriter, whose field of that name it is.
	shared [plainShared]uintptr
}

// scratchSize covers nearly every message; a longer string gets C memory of
// its own for the time of the call.
const scratchSize = 16 << 10

// firstCollection is the size of the heap, in bytes, at which garbage is first
// collected: above what a realm takes to start, which has no garbage.
const firstCollection = 1 << 20

// newVM makes a heap for the realm numbered id.
func newVM(id uintptr) (*vm, error) {
	tls := libc.NewTLS()
	runtime := lib.XJS_NewRuntime2(tls, uintptr(unsafe.Pointer(&mallocFunctions)), id)
	if runtime == 0 {
		tls.Close()
		return nil, errors.New("engine: no memory for a JavaScript runtime")
	}
	lib.XJS_SetGCThreshold(tls, runtime, firstCollection)
	// From 1, so that 0 means a module without top-level await, see isOfModule.
	at[lib.TJSRuntime](runtime).Fmodule_async_evaluation_next_timestamp = 1
	context := lib.XJS_NewContext(tls, runtime)
	scratch := libc.Xmalloc(tls, scratchSize)
	if context == 0 || scratch == 0 {
		lib.XJS_FreeRuntime(tls, runtime)
		tls.Close()
		return nil, errors.New("engine: no memory for a JavaScript context")
	}
	return &vm{tls: tls, runtime: runtime, context: context, scratch: scratch}, nil
}

// close frees the heap. A heap that a Go panic went through cannot be walked
// any more: its memory is given up, its thread state is not.
func (m *vm) close(sound bool) {
	libc.Xfree(m.tls, m.scratch)
	if sound {
		lib.XJS_FreeContext(m.tls, m.context)
		lib.XJS_FreeRuntime(m.tls, m.runtime)
	}
	m.tls.Close()
	*m = vm{}
}

func (m *vm) dup(v value) value { return lib.XDupValue(m.tls, m.context, v) }
func (m *vm) free(v value)      { lib.XFreeValue(m.tls, m.context, v) }

// at is the Go view of C memory.
func at[T any](p uintptr) *T { return (*T)(unsafe.Add(nil, p)) }

// callback makes a Go function callable by libquickjs. f is a package-level
// function: nothing keeps a closure alive there.
func callback(f any) uintptr {
	type iface struct{ typ, data uintptr }
	return (*iface)(unsafe.Pointer(&f)).data
}

// withBytes calls f with s in NUL-terminated C memory that lives until f
// returns. f must not run JavaScript: the memory may be the shared scratch.
func (m *vm) withBytes(s string, f func(p uintptr, n lib.Tsize_t) value) value {
	if len(s) >= scratchSize {
		return m.withCopy(s, f)
	}
	return f(fill(m.scratch, s), lib.Tsize_t(len(s)))
}

// withCopy is withBytes with memory of its own: f may do what it likes.
func (m *vm) withCopy(s string, f func(p uintptr, n lib.Tsize_t) value) value {
	p := libc.Xmalloc(m.tls, lib.Tsize_t(len(s)+1))
	if p == 0 {
		return lib.XJS_ThrowOutOfMemory(m.tls, m.context)
	}
	defer libc.Xfree(m.tls, p)
	return f(fill(p, s), lib.Tsize_t(len(s)))
}

func fill(p uintptr, s string) uintptr {
	b := unsafe.Slice(at[byte](p), len(s)+1)
	copy(b, s)
	b[len(s)] = 0
	return p
}

// string makes a JavaScript string. A lone surrogate in its three-byte form
// (WTF-8) stays one; any other byte that is not UTF-8 becomes U+FFFD.
func (m *vm) string(s string) value {
	return m.withBytes(wellFormed(s), func(p uintptr, n lib.Tsize_t) value {
		return lib.XJS_NewStringLen(m.tls, m.context, p, n)
	})
}

// jsonDepth is how deep the values of a JSON text may nest, besides Limits.Stack: as deep as those of a message.
const jsonDepth = 10_000

// json parses a JSON text into a value, or throws a SyntaxError.
func (m *vm) json(text string) value {
	limit := at[lib.TJSRuntime](m.runtime).Fstack_size
	lib.XJS_SetMaxStackSize(m.tls, m.runtime, limit+jsonDepth)
	defer lib.XJS_SetMaxStackSize(m.tls, m.runtime, limit)
	return m.withBytes(wellFormed(text), func(p uintptr, n lib.Tsize_t) value {
		return lib.XJS_ParseJSON(m.tls, m.context, p, n, jsonName)
	})
}

// cName is a NUL-terminated name in C memory, for the life of the process.
func cName(s string) uintptr {
	p, err := libc.CString(s)
	if err != nil {
		panic("engine: no memory to start: " + err.Error())
	}
	return p
}

var jsonName = cName("JSON")

// bytes makes a Uint8Array with a copy of b.
func (m *vm) bytes(b []byte) value {
	buffer := m.withBytes(string(b), func(p uintptr, n lib.Tsize_t) value {
		return lib.XJS_NewArrayBufferCopy(m.tls, m.context, p, n)
	})
	if isException(buffer) {
		return buffer
	}
	defer m.free(buffer)
	// The constructor reads all its three arguments, given or not.
	return m.withArgs([]value{buffer, jsUndefined, jsUndefined}, func(argc int32, argv uintptr) value {
		return lib.XJS_NewTypedArray(m.tls, m.context, argc, argv, lib.EJS_TYPED_ARRAY_UINT8)
	})
}

// withArgs calls f with args in C memory that lives until f returns.
func (m *vm) withArgs(args []value, f func(argc int32, argv uintptr) value) value {
	if len(args) == 0 {
		return f(0, 0)
	}
	size := len(args) * int(valueSize)
	argv := m.tls.Alloc(size)
	defer m.tls.Free(size)
	copy(unsafe.Slice(at[value](argv), len(args)), args)
	return f(int32(len(args)), argv)
}

// call calls function with this undefined. args stay the caller's.
func (m *vm) call(function value, args ...value) value {
	return m.withArgs(args, func(argc int32, argv uintptr) value {
		return lib.XJS_Call(m.tls, m.context, function, jsUndefined, argc, argv)
	})
}

// goString is the text of v as String(v) gives it, in WTF-8: a lone surrogate
// has its three-byte form. On false an exception is pending.
func (m *vm) goString(v value) (string, bool) {
	const size = int(unsafe.Sizeof(lib.Tsize_t(0)))
	length := m.tls.Alloc(size)
	defer m.tls.Free(size)
	p := lib.XJS_ToCStringLen2(m.tls, m.context, length, v, 0)
	if p == 0 {
		return "", false
	}
	defer lib.XJS_FreeCString(m.tls, m.context, p)
	return string(unsafe.Slice(at[byte](p), int(*at[lib.Tsize_t](length)))), true
}

// text is goString for reports: it never fails and leaves no exception.
func (m *vm) text(v value) string {
	s, ok := m.goString(v)
	if !ok {
		m.free(m.exception())
	}
	return s
}

// property is the value of object[name], owned by the caller; undefined where
// reading it throws.
func (m *vm) property(object value, name uintptr) value {
	v := lib.XJS_GetPropertyStr(m.tls, m.context, object, name)
	if isException(v) {
		m.free(m.exception())
		return jsUndefined
	}
	return v
}

// setProperty makes v, which it takes over, an own property of object.
func (m *vm) setProperty(object value, name string, v value) bool {
	ok := true
	m.withBytes(name, func(p uintptr, _ lib.Tsize_t) value {
		const flags = lib.MJS_PROP_WRITABLE | lib.MJS_PROP_CONFIGURABLE | lib.MJS_PROP_ENUMERABLE
		ok = lib.XJS_DefinePropertyValueStr(m.tls, m.context, object, p, v, flags) >= 0
		return jsUndefined
	})
	return ok
}

// exception takes the pending exception.
func (m *vm) exception() value { return lib.XJS_GetException(m.tls, m.context) }

func (m *vm) isFunction(v value) bool { return lib.XJS_IsFunction(m.tls, m.context, v) != 0 }
func (m *vm) isError(v value) bool    { return lib.XJS_IsError(m.tls, m.context, v) != 0 }

func isException(v value) bool { return tagOf(v) == lib.EJS_TAG_EXCEPTION }
func isUndefined(v value) bool { return tagOf(v) == lib.EJS_TAG_UNDEFINED }

func isString(v value) bool {
	tag := tagOf(v)
	return tag == lib.EJS_TAG_STRING || tag == lib.EJS_TAG_STRING_ROPE
}

// wellFormed is s as the engine can take it, see [vm.string].
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + utf8.UTFMax)
	for len(s) > 0 {
		if len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2]&0xc0 == 0x80 {
			b.WriteString(s[:3])
			s = s[3:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}
