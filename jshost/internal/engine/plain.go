package engine

import (
	"math"
	"slices"
	"strconv"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// Plain says which values are plain: their JSON text says all there is to say
// of them, and writing it runs no script. Plain are null, booleans, numbers,
// strings, dense arrays, and objects that have no class and no accessors, all
// the way down.
type Plain int

const (
	// PlainJSON is what JSON.stringify makes of a value: undefined properties
	// are left out, NaN and the infinities are null.
	PlainJSON Plain = iota
	// PlainClone is the text of a structured clone, see js/serialize.js: undefined,
	// -0, NaN and the infinities are not plain, nor is an object that is met
	// twice or has a key "$".
	PlainClone
)

const (
	// plainDepth is how deep plain clones nest. What is deeper goes another
	// way, which knows a cycle and how to keep from the end of the stack.
	plainDepth = 100
	// plainDepthJSON is so of JSON: as deep as arrays may be in one another in
	// Chromium's. The engine's own way takes the square of the depth.
	plainDepthJSON = 4765
	// plainShared is how many objects that something else refers to as well a
	// plain clone has: each is compared with all the others.
	plainShared = 64
	// plainShare is the part of Limits.Memory that the text of a plain value
	// may take, as it counts to no heap.
	plainShare = 8
	// keptText is the size up to which the memory of a text is used again.
	keptText = 64 << 10
)

// plainWriter writes the text of one plain value. It reads the engine's memory
// and nothing that it does can be observed: a value that turns out not to be
// plain can be sent in any other way. Its methods return false then.
type plainWriter struct {
	vm    *vm
	as    Plain
	text  []byte
	limit int
	depth int
	deep  bool // it was for being too deep that the value is not plain

	objectPrototype value
	arrayPrototype  value
	shared          []uintptr // the objects met that something else refers to
}

// appendPlain appends the JSON text of v, which stays the caller's, to text. On
// false the value is not plain and text is what it was.
func (r *Realm) appendPlain(text []byte, v value, as Plain) (_ []byte, plain bool) {
	text, plain, _ = r.tryPlain(text, v, as)
	return text, plain
}

// tryPlain is appendPlain that says, too, whether it was for being too deep that v is not plain.
func (r *Realm) tryPlain(text []byte, v value, as Plain) (_ []byte, plain, deep bool) {
	w := plainWriter{
		vm: r.vm, as: as, text: text,
		limit:           len(text) + int(r.limits.Memory/plainShare),
		objectPrototype: r.vm.classPrototype(lib.EJS_CLASS_OBJECT),
		arrayPrototype:  r.vm.classPrototype(lib.EJS_CLASS_ARRAY),
	}
	w.shared = r.vm.shared[:0]
	if tagOf(v) == lib.EJS_TAG_OBJECT && !w.prototypesArePlain() || !w.value(v) {
		return text, false, w.deep
	}
	return w.text, true, false
}

// keepText gives the memory of a text to the next one.
func (r *Realm) keepText(text []byte) {
	if cap(text) <= keptText {
		r.text = text
	}
}

// plainText(value, whether as a structured clone) is the text of a plain value,
// undefined where it is not plain, null where that is for being too deep.
func (r *Realm) plainText(args []value) value {
	as := PlainJSON
	if intOf(args[1]) != 0 {
		as = PlainClone
	}
	text, plain, deep := r.tryPlain(r.text[:0], args[0], as)
	switch {
	case deep:
		return jsNull
	case !plain:
		return jsUndefined
	}
	r.keepText(text)
	return r.vm.string(unsafe.String(unsafe.SliceData(text), len(text)))
}

// prototypesArePlain reports whether no toJSON changes what an object or an
// array without one of its own is in JSON.
func (w *plainWriter) prototypesArePlain() bool {
	return prototypeOf(at[lib.TJSObject](pointerOf(w.arrayPrototype))) == pointerOf(w.objectPrototype) &&
		!w.vm.hasOwn(w.objectPrototype, lib.EJS_ATOM_toJSON) && !w.vm.hasOwn(w.arrayPrototype, lib.EJS_ATOM_toJSON)
}

func (w *plainWriter) value(v value) bool {
	switch tagOf(v) {
	case lib.EJS_TAG_NULL:
		w.text = append(w.text, "null"...)
	case lib.EJS_TAG_BOOL:
		w.text = strconv.AppendBool(w.text, intOf(v) != 0)
	case lib.EJS_TAG_INT:
		w.text = strconv.AppendInt(w.text, int64(intOf(v)), 10)
	case lib.EJS_TAG_FLOAT64:
		return w.float(floatOf(v))
	case lib.EJS_TAG_STRING:
		return w.string(pointerOf(v))
	case lib.EJS_TAG_STRING_ROPE:
		return w.rope(v)
	case lib.EJS_TAG_OBJECT:
		return w.object(pointerOf(v))
	default:
		return false
	}
	return len(w.text) <= w.limit
}

func (w *plainWriter) float(n float64) bool {
	special := math.IsNaN(n) || math.IsInf(n, 0)
	switch {
	case w.as == PlainClone && (special || n == 0 && math.Signbit(n)):
		return false
	case special:
		w.text = append(w.text, "null"...)
	default:
		w.text = appendNumber(w.text, n)
	}
	return len(w.text) <= w.limit
}

func (w *plainWriter) string(p uintptr) bool {
	s := stringAt(p)
	if len(w.text)+s.size() > w.limit {
		return false
	}
	w.text = s.appendQuoted(w.text)
	return true
}

// rope writes a string that the engine keeps in parts.
func (w *plainWriter) rope(v value) bool {
	s := lib.XJS_ToString(w.vm.tls, w.vm.context, v)
	if isException(s) { // no memory to join it
		w.vm.free(w.vm.exception())
		return false
	}
	defer w.vm.free(s)
	return w.string(pointerOf(s))
}

func (w *plainWriter) object(p uintptr) bool {
	if w.deep = w.depth == plainDepthJSON || w.as == PlainClone && w.depth == plainDepth; w.deep {
		return false
	}
	if w.as == PlainClone && !w.meet(p) {
		return false
	}
	w.depth++
	plain := w.members(at[lib.TJSObject](p))
	w.depth--
	return plain
}

func (w *plainWriter) members(object *lib.TJSObject) bool {
	prototype := prototypeOf(object)
	switch object.Fclass_id {
	case lib.EJS_CLASS_ARRAY:
		return prototype == pointerOf(w.arrayPrototype) && w.array(object)
	case lib.EJS_CLASS_OBJECT:
		return (prototype == pointerOf(w.objectPrototype) || prototype == 0) && w.properties(object)
	}
	return false
}

// meet reports whether the object is met for the first time. One that nothing
// else refers to cannot be met again.
func (w *plainWriter) meet(p uintptr) bool {
	if references(p) == 1 {
		return true
	}
	if len(w.shared) == plainShared || slices.Contains(w.shared, p) {
		return false
	}
	w.shared = append(w.shared, p)
	return true
}

func (w *plainWriter) array(object *lib.TJSObject) bool {
	elements, dense := denseElements(object)
	if !dense {
		return false
	}
	w.text = append(w.text, '[')
	for i, v := range elements {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		if w.as == PlainJSON && isUndefined(v) {
			v = jsNull
		}
		if !w.value(v) {
			return false
		}
	}
	w.text = append(w.text, ']')
	return true
}

// properties writes the own enumerable properties: as everywhere in JavaScript
// array indices come first, in their order.
func (w *plainWriter) properties(object *lib.TJSObject) bool {
	names, values := ownProperties(object)
	w.text = append(w.text, '{')
	first := len(w.text)
	for _, i := range indexed(names) {
		if !w.property(first, &names[i], values[i].Fu.Fvalue) {
			return false
		}
	}
	for i := range names {
		if !isIndex(names[i].Fatom) && !w.property(first, &names[i], values[i].Fu.Fvalue) {
			return false
		}
	}
	w.text = append(w.text, '}')
	return true
}

// indexed is the positions of the names that are array indices, in their order.
func indexed(names []lib.TJSShapeProperty) (positions []int) {
	for i := range names {
		if isIndex(names[i].Fatom) {
			positions = append(positions, i)
		}
	}
	slices.SortFunc(positions, func(a, b int) int { return int(indexOf(names[a].Fatom)) - int(indexOf(names[b].Fatom)) })
	return positions
}

// property writes one property of the object whose properties begin at first;
// v is its value where flags say that it has one.
func (w *plainWriter) property(first int, name *lib.TJSShapeProperty, v value) bool {
	const deleted = lib.MJS_ATOM_NULL
	flags := flagsOf(name)
	switch {
	case name.Fatom == deleted:
		return true
	case name.Fatom == lib.EJS_ATOM_toJSON:
		return false
	case !isIndex(name.Fatom) && w.vm.isSymbol(name.Fatom):
		// Symbols are left out; what has a tag may be one of the language's own objects.
		return !w.vm.isPrivate(name.Fatom) && (w.as == PlainJSON || name.Fatom != lib.EJS_ATOM_Symbol_toStringTag)
	case flags&lib.MJS_PROP_ENUMERABLE == 0:
		return true
	case flags&lib.MJS_PROP_TMASK != 0: // an accessor
		return false
	case w.as == PlainJSON && isUndefined(v):
		return true
	}
	if len(w.text) > first {
		w.text = append(w.text, ',')
	}
	if !w.key(name.Fatom) {
		return false
	}
	w.text = append(w.text, ':')
	return w.value(v)
}

func (w *plainWriter) key(atom lib.TJSAtom) bool {
	if isIndex(atom) {
		w.text = append(w.text, '"')
		w.text = strconv.AppendUint(w.text, uint64(indexOf(atom)), 10)
		w.text = append(w.text, '"')
		return true
	}
	p := w.vm.atom(atom)
	name := stringAt(p)
	if name.isLargeIndex() || w.as == PlainClone && string(name.narrow) == "$" {
		return false
	}
	return w.string(p)
}

// appendNumber is Number::toString of ECMAScript for a finite number, with the
// "0" of JSON.stringify for -0.
func appendNumber(b []byte, n float64) []byte {
	if n == 0 {
		return append(b, '0')
	}
	if abs := math.Abs(n); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, n, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, n, 'e', -1, 64)
	if end := len(b); b[end-4] == 'e' && b[end-2] == '0' { // e-07 is e-7 there
		b[end-2] = b[end-1]
		b = b[:end-1]
	}
	return b
}
