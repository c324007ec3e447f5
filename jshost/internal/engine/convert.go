package engine

import (
	"encoding/json"
	"fmt"
	"math"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// The values that cross between Go and JavaScript:
//
//	JavaScript                   to Go             from Go
//	undefined                    nil               nil
//	null                         nil               Null
//	boolean                      bool              bool
//	number                       float64           float64, int, int64, …
//	string                       string            string
//	Uint8Array, ArrayBuffer      []byte, a copy    []byte
//	function                     *Func             *Func of the same realm
//	Error                        *ScriptError      error
//	any JSON value               –                 json.RawMessage
//
// Everything else stays in JavaScript: preludes pass text, or a plain value to
// a function of [Realm.HostPlain]. Strings cross as WTF-8: a lone surrogate
// keeps its code point as three bytes, which is not valid UTF-8. A JSON text
// never has one, JSON.stringify escapes them.

// Null is JavaScript's null on its way from Go.
type Null struct{}

// toJS makes a value, owned by the caller. On an error it is an exception and
// pending where it came from the engine.
func (r *Realm) toJS(arg any) (value, error) {
	switch x := arg.(type) {
	case nil:
		return jsUndefined, nil
	case Null:
		return jsNull, nil
	case bool:
		return jsBool(x), nil
	case int:
		return r.jsNumber(float64(x)), nil
	case int32:
		return jsInt(x), nil
	case int64:
		return r.jsNumber(float64(x)), nil
	case uint32:
		return r.jsNumber(float64(x)), nil
	case float64:
		return r.jsNumber(x), nil
	case string:
		return r.checked(r.vm.string(x))
	case json.RawMessage:
		return r.checked(r.vm.json(unsafe.String(unsafe.SliceData(x), len(x))))
	case []byte:
		return r.checked(r.vm.bytes(x))
	case *Func:
		if x.realm != r {
			return jsException, fmt.Errorf("pass a function of %s to %s: functions cannot leave their realm", x.realm.name, r.name)
		}
		return r.vm.dup(x.v), nil
	case error:
		return r.checked(r.jsError(x))
	}
	return jsException, fmt.Errorf("pass a %T to %s: not a type that crosses into JavaScript", arg, r.name)
}

// jsNumber keeps small whole numbers as the engine's integers, which are faster.
func (r *Realm) jsNumber(n float64) value {
	if i := int32(n); float64(i) == n && (i != 0 || !math.Signbit(n)) {
		return jsInt(i)
	}
	return jsFloat(n)
}

func (r *Realm) checked(v value) (value, error) {
	if isException(v) {
		return v, r.takeError()
	}
	return v, nil
}

// toGo converts v, which stays the caller's.
func (r *Realm) toGo(v value) (any, error) {
	switch tagOf(v) {
	case lib.EJS_TAG_UNDEFINED, lib.EJS_TAG_NULL:
		return nil, nil
	case lib.EJS_TAG_BOOL:
		return intOf(v) != 0, nil
	case lib.EJS_TAG_INT:
		return float64(intOf(v)), nil
	case lib.EJS_TAG_FLOAT64:
		return floatOf(v), nil
	case lib.EJS_TAG_STRING, lib.EJS_TAG_STRING_ROPE:
		s, ok := r.vm.goString(v)
		if !ok {
			return nil, r.takeError()
		}
		return s, nil
	case lib.EJS_TAG_OBJECT:
		return r.objectToGo(v)
	}
	return nil, fmt.Errorf("take a JavaScript value out of %s: a symbol or BigInt does not cross into Go", r.name)
}

func (r *Realm) objectToGo(v value) (any, error) {
	m := r.vm
	switch {
	case m.isFunction(v):
		return r.keep(v), nil
	case m.isError(v):
		return r.scriptError(v), nil
	}
	switch lib.XJS_GetClassID(m.tls, v) {
	case lib.EJS_CLASS_ARRAY_BUFFER:
		return m.bufferBytes(v, 0, -1), nil
	case lib.EJS_CLASS_UINT8_ARRAY:
		return m.arrayBytes(v), nil
	}
	return nil, fmt.Errorf("take a JavaScript value out of %s: only Uint8Array, ArrayBuffer, functions and errors cross into Go as objects", r.name)
}

// arrayBytes copies the bytes of a Uint8Array.
func (m *vm) arrayBytes(v value) []byte {
	const word = int(unsafe.Sizeof(lib.Tsize_t(0)))
	out := m.tls.Alloc(3 * word)
	defer m.tls.Free(3 * word)
	buffer := lib.XJS_GetTypedArrayBuffer(m.tls, m.context, v, out, out+uintptr(word), out+2*uintptr(word))
	if isException(buffer) { // detached
		m.free(m.exception())
		return nil
	}
	defer m.free(buffer)
	offset, length := *at[lib.Tsize_t](out), *at[lib.Tsize_t](out + uintptr(word))
	return m.bufferBytes(buffer, int(offset), int(length))
}

// bufferBytes copies length bytes of an ArrayBuffer, or all where length is -1.
func (m *vm) bufferBytes(v value, offset, length int) []byte {
	const word = int(unsafe.Sizeof(lib.Tsize_t(0)))
	size := m.tls.Alloc(word)
	defer m.tls.Free(word)
	p := lib.XJS_GetArrayBuffer(m.tls, m.context, size, v)
	if p == 0 { // empty or detached
		m.free(m.exception())
		return []byte{}
	}
	if length < 0 {
		length = int(*at[lib.Tsize_t](size))
	}
	return append([]byte{}, unsafe.Slice(at[byte](p+uintptr(offset)), length)...)
}
