//go:build 386 || arm

package engine

import (
	"math"

	lib "modernc.org/libquickjs"
)

// The 32-bit targets keep a JavaScript value in 64 bits: the tag in the high
// half, or a float64 shifted by floatAddend so that no float looks like a tag.

const (
	floatAddend = 0x7ff80000 - lib.EJS_TAG_FIRST + 1
	boxedNaN    = (0x7ff8000000000000 - floatAddend<<32) & (1<<64 - 1)
)

var (
	jsNull      = boxed(lib.EJS_TAG_NULL)
	jsUndefined = boxed(lib.EJS_TAG_UNDEFINED)
	jsException = boxed(lib.EJS_TAG_EXCEPTION)
)

func boxed(tag int32) value { return value(uint64(uint32(tag)) << 32) }

func jsFloat(n float64) value {
	if math.IsNaN(n) {
		return value(boxedNaN)
	}
	return math.Float64bits(n) - uint64(floatAddend)<<32
}

func jsInt(n int32) value { return boxed(lib.EJS_TAG_INT) | value(uint32(n)) }

func jsBool(b bool) value {
	v := boxed(lib.EJS_TAG_BOOL)
	if b {
		v |= 1
	}
	return v
}

func tagOf(v value) int32 {
	tag := int32(v >> 32)
	first := int32(lib.EJS_TAG_FIRST)
	if uint32(tag)-uint32(first) >= lib.EJS_TAG_FLOAT64-lib.EJS_TAG_FIRST {
		return lib.EJS_TAG_FLOAT64
	}
	return tag
}

func floatOf(v value) float64   { return math.Float64frombits(v + uint64(floatAddend)<<32) }
func intOf(v value) int32       { return int32(v) }
func pointerOf(v value) uintptr { return uintptr(v) }
