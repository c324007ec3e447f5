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
	boxedNaN    = 0x7ff8000000000000 - floatAddend<<32
)

var (
	jsNull      = value(lib.EJS_TAG_NULL << 32)
	jsUndefined = value(lib.EJS_TAG_UNDEFINED << 32)
	jsException = value(lib.EJS_TAG_EXCEPTION << 32)
)

func jsFloat(n float64) value {
	if math.IsNaN(n) {
		return value(boxedNaN)
	}
	return math.Float64bits(n) - uint64(floatAddend)<<32
}

func jsInt(n int32) value { return value(uint64(lib.EJS_TAG_INT)<<32 | uint64(uint32(n))) }

func jsBool(b bool) value {
	v := value(lib.EJS_TAG_BOOL << 32)
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
