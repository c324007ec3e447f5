package engine

import (
	"container/list"
	"strings"
	"sync"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// Run runs a classic script in the global scope, as one turn, or nested where
// a host function calls it. name is what positions and stacks show, usually a
// URL. The error is a *[ScriptError] with the place, for a script that does not
// parse too.
func (r *Realm) Run(name, source string) (err error) {
	if err := r.begin(); err != nil {
		return err
	}
	finished := false
	defer func() {
		if finished {
			r.end(true, nil, nil)
		} else {
			r.end(false, recover(), &err)
		}
	}()
	result := r.runScript(name, source)
	if isException(result) {
		err = r.takeError()
	}
	r.vm.free(result)
	finished = true
	return err
}

// runScript runs a classic script inside a turn and returns its completion
// value, or an exception.
func (r *Realm) runScript(name, source string) value {
	function := r.compile(name, source, lib.MJS_EVAL_TYPE_GLOBAL)
	if isException(function) {
		return function
	}
	return lib.XJS_EvalFunction(r.vm.tls, r.vm.context, function)
}

// compile returns a script as a function that runs it, or a module, from
// bytecode where this process compiled it before.
func (r *Realm) compile(name, source string, flags int32) value {
	m := r.vm
	key := codeKey{name: name, source: source, flags: flags}
	if code := codes.get(key); code != "" {
		return m.withBytes(code, func(p uintptr, n lib.Tsize_t) value {
			return lib.XJS_ReadObject(m.tls, m.context, p, n, lib.MJS_READ_OBJ_BYTECODE)
		})
	}
	if strings.HasPrefix(name, preludePrefix) {
		// Functions of preludes show as native code then, as a browser's do.
		lib.XJS_SetStripInfo(m.tls, m.runtime, lib.MJS_STRIP_SOURCE)
		defer lib.XJS_SetStripInfo(m.tls, m.runtime, 0)
	}
	function := m.evalSource(name, source, flags|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if isException(function) {
		return function
	}
	if code := m.bytecode(function); code != "" {
		codes.put(key, code)
	}
	return function
}

// evalSource hands source to the engine. A byte order mark is dropped and bad
// UTF-8 replaced, as browsers do when they decode a script.
func (m *vm) evalSource(name, source string, flags int32) value {
	source = strings.ToValidUTF8(strings.TrimPrefix(source, "\ufeff"), "\ufffd")
	name = strings.ReplaceAll(name, "\x00", "\ufffd")
	return m.withCopy(name, func(file uintptr, _ lib.Tsize_t) value {
		return m.withCopy(source, func(text uintptr, n lib.Tsize_t) value {
			return lib.XJS_Eval(m.tls, m.context, text, n, file, flags)
		})
	})
}

// bytecode is function in the engine's own format, "" where it has none.
func (m *vm) bytecode(function value) string {
	const word = int(unsafe.Sizeof(lib.Tsize_t(0)))
	size := m.tls.Alloc(word)
	defer m.tls.Free(word)
	p := lib.XJS_WriteObject(m.tls, m.context, size, function, lib.MJS_WRITE_OBJ_BYTECODE)
	if p == 0 {
		m.free(m.exception())
		return ""
	}
	defer lib.Xjs_free(m.tls, m.context, p)
	return string(unsafe.Slice(at[byte](p), int(*at[lib.Tsize_t](size))))
}

// codeKey is what decides about the bytecode of a script.
type codeKey struct {
	name, source string
	flags        int32
}

// codeCache keeps the bytecode of the scripts compiled last: every frame runs
// the same preludes and the same content scripts.
type codeCache struct {
	mu    sync.Mutex // guards following
	codes map[codeKey]*list.Element
	order list.List // of cachedCode, the one used last first
	size  int       // bytes of source and code
}

type cachedCode struct {
	key  codeKey
	code string
}

func (c cachedCode) size() int { return len(c.key.source) + len(c.code) }

// maxCodeSize bounds the cache, in bytes: room for the scripts of a few dozen
// extensions.
const maxCodeSize = 64 << 20

var codes = codeCache{codes: map[codeKey]*list.Element{}}

func (c *codeCache) get(key codeKey) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.codes[key]
	if e == nil {
		return ""
	}
	c.order.MoveToFront(e)
	return e.Value.(cachedCode).code
}

func (c *codeCache) put(key codeKey, code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.codes[key] != nil {
		return // another realm compiled it meanwhile
	}
	entry := cachedCode{key, code}
	c.codes[key] = c.order.PushFront(entry)
	c.size += entry.size()
	for c.size > maxCodeSize && c.order.Len() > 0 {
		oldest := c.order.Remove(c.order.Back()).(cachedCode)
		delete(c.codes, oldest.key)
		c.size -= oldest.size()
	}
}
