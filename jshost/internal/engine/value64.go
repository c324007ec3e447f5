//go:build !(386 || arm)

package engine

import (
	"math"

	lib "modernc.org/libquickjs"
)

// The 64-bit targets keep a JavaScript value in a struct: a tag, and a union
// that libquickjs represents as its widest member.

var (
	jsNull      = value{Ftag: lib.EJS_TAG_NULL}
	jsUndefined = value{Ftag: lib.EJS_TAG_UNDEFINED}
	jsException = value{Ftag: lib.EJS_TAG_EXCEPTION}
)

func jsFloat(n float64) (v value) {
	v.Fu.Fuint641 = math.Float64bits(n)
	v.Ftag = lib.EJS_TAG_FLOAT64
	return v
}

func jsInt(n int32) (v value) {
	v.Fu.Fuint641 = uint64(uint32(n))
	v.Ftag = lib.EJS_TAG_INT
	return v
}

func jsBool(b bool) (v value) {
	if b {
		v.Fu.Fuint641 = 1
	}
	v.Ftag = lib.EJS_TAG_BOOL
	return v
}

func tagOf(v value) int32       { return int32(v.Ftag) }
func floatOf(v value) float64   { return math.Float64frombits(v.Fu.Fuint641) }
func intOf(v value) int32       { return int32(v.Fu.Fuint641) }
func pointerOf(v value) uintptr { return uintptr(v.Fu.Fuint641) }
