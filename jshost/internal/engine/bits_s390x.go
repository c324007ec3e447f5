package engine

import lib "modernc.org/libquickjs"

// The bit-fields of the engine's structures: the first is the highest here.

// lengthOf reads len:31 and is_wide_char:1 of a JSString.
func lengthOf(s *lib.TJSString) (n int, wide bool) {
	return int(s.F__ccgo0 >> 1), s.F__ccgo0&1 != 0
}

// atomType reads hash:30 and atom_type:2 of a JSString that is an atom.
func atomType(s *lib.TJSString) (hash, kind uint32) {
	return s.F__ccgo4 >> 2, s.F__ccgo4 & 3
}

// flagsOf reads flags:6 of a JSShapeProperty, after hash_next:26.
func flagsOf(p *lib.TJSShapeProperty) uint32 { return p.F__ccgo0 & (1<<6 - 1) }
