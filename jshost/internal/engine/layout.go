package engine

import (
	"unsafe"

	lib "modernc.org/libquickjs"
)

// How libquickjs keeps objects and strings in its memory, for plainWriter, which
// reads them there. go.mod pins the version of the engine, and plain_test.go
// holds what is read here against what the engine itself says.

// classPrototype is the prototype of a class's objects, such as Array.prototype.
func (m *vm) classPrototype(class uintptr) value {
	return *at[value](at[lib.TJSContext](m.context).Fclass_proto + class*valueSize)
}

// hasOwn reports whether object, which is no proxy, has a property of its own.
func (m *vm) hasOwn(object value, name lib.TJSAtom) bool {
	return lib.XJS_GetOwnProperty(m.tls, m.context, 0, object, name) > 0
}

// references is how many references there are to the object at p.
func references(p uintptr) int32 {
	header := p - unsafe.Sizeof(lib.TJSRefCountHeader{})
	return at[lib.TJSRefCountHeader](header).Fref_count
}

// prototypeOf is the address of an object's prototype, or 0.
func prototypeOf(object *lib.TJSObject) uintptr {
	return at[lib.TJSShape](object.Fshape).Fproto
}

// ownProperties are the names and the values of the own properties in the
// order they were made; see [lib.TJSShapeProperty] and its flags for what is
// none of those.
func ownProperties(object *lib.TJSObject) ([]lib.TJSShapeProperty, []lib.TJSProperty) {
	shape := at[lib.TJSShape](object.Fshape)
	// Between the shape and its names is a hash table of as many heads as the
	// mask has values.
	table := (uintptr(shape.Fprop_hash_mask) + 1) * unsafe.Sizeof(shape.Fprop_hash_mask)
	names := object.Fshape + unsafe.Sizeof(*shape) + table
	n := int(shape.Fprop_count)
	return unsafe.Slice(at[lib.TJSShapeProperty](names), n), unsafe.Slice(at[lib.TJSProperty](object.Fprop), n)
}

// arrayPart is u.array of a JSObject.
type arrayPart struct {
	_      uintptr
	values uintptr
	count  uint32
}

// denseElements are the elements of an array that has no holes and no other
// properties but its length.
func denseElements(array *lib.TJSObject) (_ []value, dense bool) {
	names, values := ownProperties(array)
	if len(names) != 1 { // length is always the first
		return nil, false
	}
	part := (*arrayPart)(unsafe.Pointer(&array.Fu))
	length := values[0].Fu.Fvalue
	if tagOf(length) != lib.EJS_TAG_INT || intOf(length) != int32(part.count) {
		return nil, false
	}
	return unsafe.Slice(at[value](part.values), int(part.count)), true
}

// An atom is the name of a property: an array index below 1<<31, or the number
// of a string or a symbol.

func isIndex(atom lib.TJSAtom) bool   { return atom&lib.MJS_ATOM_TAG_INT != 0 }
func indexOf(atom lib.TJSAtom) uint32 { return atom &^ lib.MJS_ATOM_TAG_INT }

// atom is the address of the string or symbol with that number.
func (m *vm) atom(number lib.TJSAtom) uintptr {
	atoms := at[lib.TJSRuntime](m.runtime).Fatom_array
	return *at[uintptr](atoms + uintptr(number)*unsafe.Sizeof(atoms))
}

func (m *vm) isSymbol(number lib.TJSAtom) bool {
	_, kind := atomType(at[lib.TJSString](m.atom(number)))
	return kind != lib.EJS_ATOM_TYPE_STRING
}

// isPrivate reports whether a symbol is the name of a private field.
func (m *vm) isPrivate(symbol lib.TJSAtom) bool {
	const privateHash = 1<<30 - 1
	hash, kind := atomType(at[lib.TJSString](m.atom(symbol)))
	return kind == lib.EJS_ATOM_TYPE_SYMBOL && hash == privateHash
}

// stringContent is a JavaScript string in the engine's memory: either narrow, in
// Latin-1, or wide, in UTF-16 with its lone surrogates.
type stringContent struct {
	narrow []byte
	wide   []uint16
}

func stringAt(p uintptr) (s stringContent) {
	header := at[lib.TJSString](p)
	data := p + unsafe.Sizeof(*header)
	n, wide := lengthOf(header)
	if wide {
		s.wide = unsafe.Slice(at[uint16](data), n)
	} else {
		s.narrow = unsafe.Slice(at[byte](data), n)
	}
	return s
}
