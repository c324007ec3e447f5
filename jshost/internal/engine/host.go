package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// hostFunc is a Go function that preludes call. raw is for the engine's own,
// which handle values that do not cross; plain is set for HostPlain's.
type hostFunc struct {
	name  string
	call  func(args []any) (any, error)
	raw   func(args []value) value
	plain *Plain
}

// Host gives the preludes that run after it a Go function: the property name
// of the object they receive. Scripts never see that object. What crosses, and
// how, is at [Null]; an argument that cannot is an error thrown to the caller.
// args is valid until f returns. An error that f returns is thrown, see
// [Exception]; a panic in f stops the script and becomes a [*PanicError].
func (r *Realm) Host(name string, f func(args []any) (any, error)) error {
	return r.register(hostFunc{name: name, call: f})
}

// HostPlain is [Realm.Host] for a function whose first argument, any value,
// crosses as a [json.RawMessage] with its text, valid until f returns. Where the
// value is not plain, f is not called and JavaScript gets false: so f itself
// should return no boolean.
func (r *Realm) HostPlain(name string, as Plain, f func(args []any) (any, error)) error {
	return r.register(hostFunc{name: name, call: f, plain: &as})
}

func (r *Realm) register(f hostFunc) error {
	if r.closed.Load() || r.freed {
		return fmt.Errorf("register host function %s with %s: %w", f.name, r.name, ErrClosed)
	}
	if len(r.hosts) > math.MaxInt16 { // the engine keeps the number in 16 bits
		return fmt.Errorf("register host function %s with %s: there are %d already", f.name, r.name, len(r.hosts))
	}
	m := r.vm
	r.hosts = append(r.hosts, f)
	function := m.withBytes(f.name, func(p uintptr, _ lib.Tsize_t) value {
		return lib.XJS_NewCFunction2(m.tls, m.context, callback(callHost), p, 0, lib.EJS_CFUNC_generic_magic, int32(len(r.hosts)-1))
	})
	if isException(function) || !m.setProperty(r.host, f.name, function) {
		return fmt.Errorf("register host function %s: %w", f.name, r.takeError())
	}
	return nil
}

// callHost is where every host function is entered from JavaScript.
func callHost(tls *libc.TLS, context uintptr, _ value, argc int32, argv uintptr, index int32) (result value) {
	r := realms.get(lib.XJS_GetContextOpaque(tls, context))
	f := &r.hosts[index]
	args := unsafe.Slice(at[value](argv), int(argc))
	if f.raw != nil {
		result = f.raw(args)
	} else {
		result = r.callHost(f, args)
	}
	if r.broken { // by a nested call: nothing of this heap may run any more
		panic(errBrokenBelow)
	}
	if r.stopped != nil && !isException(result) {
		// A nested call was stopped: the script that led to it must end too,
		// whatever the host function made of the error.
		r.vm.free(result)
		result = r.throwStop()
	}
	return result
}

func (r *Realm) callHost(f *hostFunc, args []value) value {
	var fixed [8]any
	converted := fixed[:0]
	if f.plain != nil {
		text, plain := r.appendPlain(r.text[:0], args[0], *f.plain)
		if !plain {
			return jsBool(false)
		}
		r.text = nil // f may come back here
		defer r.keepText(text)
		converted, args = append(converted, json.RawMessage(text)), args[1:]
	}
	for _, arg := range args {
		x, err := r.toGo(arg)
		if err != nil {
			return r.throw(&Exception{"TypeError", f.name + ": " + err.Error()})
		}
		converted = append(converted, x)
	}
	result, err := f.guarded(r, converted)
	if r.loop.overtime && r.stopped == nil {
		r.stop(ErrTime) // a realm that f called into took all the time of the turn
	}
	if r.broken || r.stopped != nil {
		return jsUndefined // the caller sees to it
	}
	if err != nil {
		return r.throw(err)
	}
	v, err := r.toJS(result)
	if err != nil {
		return r.throw(err)
	}
	return v
}

// guarded calls the function; a panic in it stops the script. Not so a panic
// in the engine, before and after: that goes on up and breaks the realm.
func (f *hostFunc) guarded(r *Realm, args []any) (result any, err error) {
	finished := false
	defer func() {
		if finished || r.broken {
			return
		}
		if p := recover(); p != nil {
			r.stop(&PanicError{Func: f.name, Value: p, Stack: string(debug.Stack())})
		}
	}()
	result, err = f.call(args)
	finished = true
	return result, err
}

// throwStop throws what the engine throws for an interrupt.
func (r *Realm) throwStop() value {
	m := r.vm
	lib.XJS_ThrowInternalError(m.tls, m.context, stopText, 0)
	lib.XJS_SetUncatchableException(m.tls, m.context, 1)
	return jsException
}

var stopText = cName("interrupted")

// throw makes err the pending exception.
func (r *Realm) throw(err error) value {
	v := r.jsError(err)
	if isException(v) {
		return v
	}
	return lib.XJS_Throw(r.vm.tls, r.vm.context, v)
}

// jsError makes the Error object for err.
func (r *Realm) jsError(err error) value {
	name, message := "Error", err.Error()
	var exception *Exception
	var script *ScriptError
	switch {
	case errors.As(err, &exception):
		name, message = exception.Name, exception.Message
	case errors.As(err, &script):
		name, message = script.Name, script.Message
	}
	if r.builtin.makeError == nil {
		return r.vm.string(name + ": " + message)
	}
	nameValue, messageValue := r.vm.string(name), r.vm.string(message)
	defer r.vm.free(nameValue)
	defer r.vm.free(messageValue)
	return r.vm.call(r.builtin.makeError.v, nameValue, messageValue)
}

// takeError takes the pending exception as an error.
func (r *Realm) takeError() error {
	v := r.vm.exception()
	defer r.vm.free(v)
	if r.stopped != nil {
		if r.stoppedAt == "" {
			r.stoppedAt = r.vm.stack(v)
		}
		return r.stopError()
	}
	return r.scriptError(v)
}

// stopError is the error for a script that was stopped.
func (r *Realm) stopError() *ScriptError {
	r.stopReported = true
	err := &ScriptError{Realm: r.name, Name: "InternalError", Cause: r.stopped}
	err.setStack(r.stoppedAt)
	switch {
	case errors.Is(r.stopped, ErrTime):
		err.Message = fmt.Sprintf("stopped: one turn ran for more than %v (Limits.Time)", r.limits.Time)
	case errors.Is(r.stopped, ErrClosed):
		err.Message = "stopped: the realm is closed"
	default:
		err.Message = "stopped: " + r.stopped.Error()
	}
	return err
}

// scriptError reads v, anything that was thrown, which stays the caller's.
func (r *Realm) scriptError(v value) *ScriptError {
	m := r.vm
	err := &ScriptError{Realm: r.name}
	if tagOf(v) == lib.EJS_TAG_NULL && r.starved {
		r.setMemory(err) // there was none left for an Error
		return err
	}
	if !m.isError(v) {
		err.Message = r.inspect(v)
		return err
	}
	err.Name = m.textProperty(v, nameProperty)
	err.Message = m.textProperty(v, messageProperty)
	err.setStack(m.stack(v))
	if err.File == "" {
		r.setParsePosition(err, v)
	}
	switch err.Message {
	case "out of memory":
		if err.Name == "InternalError" {
			r.setMemory(err)
		}
	case "stack overflow":
		if err.Name == "InternalError" || err.Name == "SyntaxError" { // while parsing
			err.Cause = ErrStack
			err.Message = fmt.Sprintf("stack overflow: calls nest deeper than %d frames (Limits.Stack)", r.limits.Stack)
		}
	}
	return err
}

func (r *Realm) setMemory(err *ScriptError) {
	err.Name, err.Cause = "InternalError", ErrMemory
	err.Message = fmt.Sprintf("out of memory: the heap needs more than %d MiB (Limits.Memory)", r.limits.Memory>>20)
}

// memoryIsShort reports whether an eighth of the heap's limit is all that is left.
func (r *Realm) memoryIsShort() bool {
	used := int64(at[lib.TJSRuntime](r.vm.runtime).Fmalloc_ctx.Fmalloc_state.Fmalloc_size)
	return used > r.limits.Memory-r.limits.Memory/8
}

// setParsePosition takes the place of a syntax error from its properties.
func (r *Realm) setParsePosition(err *ScriptError, v value) {
	file := r.vm.textProperty(v, fileProperty)
	line := r.vm.textProperty(v, lineProperty)
	if file == "" || line == "" {
		return
	}
	err.setStack(fmt.Sprintf("    at %s:%s:%s", file, line, r.vm.textProperty(v, columnProperty)))
}

var (
	nameProperty    = cName("name")
	messageProperty = cName("message")
	stackProperty   = cName("stack")
	fileProperty    = cName("fileName")
	lineProperty    = cName("lineNumber")
	columnProperty  = cName("columnNumber")
)

func (m *vm) stack(v value) string {
	if !m.isError(v) {
		return ""
	}
	return m.textProperty(v, stackProperty)
}

// textProperty is a property that is a string or a number, else "".
func (m *vm) textProperty(v value, name uintptr) string {
	p := m.property(v, name)
	defer m.free(p)
	if isString(p) || tagOf(p) == lib.EJS_TAG_INT {
		return m.text(p)
	}
	return ""
}

// inspect is v as the console shows it.
func (r *Realm) inspect(v value) string {
	if r.builtin.inspect == nil {
		return r.vm.text(v)
	}
	text := r.vm.call(r.builtin.inspect.v, v)
	if isException(text) {
		r.vm.free(r.vm.exception())
		return r.vm.text(v)
	}
	defer r.vm.free(text)
	return r.vm.text(text)
}
