package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	lib "modernc.org/libquickjs"
)

// builtinHosts are the host functions of the engine's own preludes.
func (r *Realm) builtinHosts() []hostFunc {
	return []hostFunc{
		{name: "loadPrelude", raw: r.loadPrelude},
		{name: "print", call: r.print},
		{name: "reportUncaught", raw: r.reportUncaught},
		{name: "startTimer", call: r.startTimer},
		{name: "stopTimer", call: r.stopTimer},
		{name: "now", call: r.now},
		{name: "settled", raw: r.settled},
		{name: "promiseState", raw: r.promiseState},
		{name: "option", call: r.option},
		{name: "classNames", call: classNames},
		{name: "classId", raw: r.classID},
		{name: "plainText", raw: r.plainText},
		{name: "locate", raw: r.locate},
		{name: "postTask", call: r.postTask},
		{name: "importScript", raw: r.importScript},
		{name: "encodeText", call: encodeText},
		{name: "decodeText", call: decodeText},
		{name: "incompleteText", call: incompleteText},
		{name: "binaryToBase64", call: binaryToBase64},
		{name: "base64ToBinary", call: base64ToBinary},
		{name: "toBase64", call: toBase64},
		{name: "fromBase64", call: fromBase64},
		{name: "randomBytes", call: randomBytes},
		{name: "parseURL", call: parseURL},
		{name: "setURL", call: setURL},
		{name: "percentDecode", call: percentDecode},
	}
}

// loadPrelude(name) runs one of the preludes that are not run at the start.
func (r *Realm) loadPrelude(args []value) value {
	name := r.vm.text(args[0])
	function := r.runScript(preludePrefix+name, builtinSource(name))
	if isException(function) {
		return function
	}
	defer r.vm.free(function)
	return r.vm.call(function, r.host)
}

// print(level, text) is one call of a console method.
func (r *Realm) print(args []any) (any, error) {
	if r.options.Console != nil {
		r.options.Console(Line{Level: args[0].(string), Text: args[1].(string)})
	}
	return nil, nil
}

// reportUncaught(thrown) reports what no script handles.
func (r *Realm) reportUncaught(args []value) value {
	err := r.scriptError(args[0])
	err.Rejection = len(args) > 1 && intOf(args[1]) != 0
	r.uncaught(err)
	return jsUndefined
}

// startTimer(id, delay in ms) has fire(id) called after delay.
func (r *Realm) startTimer(args []any) (any, error) {
	id, delay := int(args[0].(float64)), args[1].(float64)
	t := &timer{realm: r, id: id, when: r.loop.now() + time.Duration(delay*float64(time.Millisecond))}
	r.timers[id] = t
	r.loop.timers.add(t)
	return nil, nil
}

// stopTimer(id) takes a timer back; one that is not pending is left alone.
func (r *Realm) stopTimer(args []any) (any, error) {
	id := int(args[0].(float64))
	if t := r.timers[id]; t != nil {
		r.loop.timers.remove(t)
		delete(r.timers, id)
	}
	return nil, nil
}

// fire runs the callback of timer id as one turn.
func (r *Realm) fire(id int) {
	if _, err := r.builtin.fire.Call(id); err != nil && !errors.Is(err, ErrClosed) {
		r.uncaught(err)
	}
}

// now() is the time in milliseconds since 1970, on the clock of time.Now.
func (r *Realm) now([]any) (any, error) {
	return float64(time.Now().UnixNano()) / 1e6, nil
}

// rejected has the scripts' own handlers asked about a rejection, and reports it.
func (r *Realm) rejected(pending rejection) {
	result := r.vm.call(r.builtin.rejected.v, pending.promise, pending.reason)
	if isException(result) {
		r.uncaught(r.takeError())
	}
	r.vm.free(result)
}

// whenSettled calls done when promise, the caller's, is settled.
func (r *Realm) whenSettled(promise value, done func(error)) {
	r.settle(promise, false, func(result evaluation) { done(result.err) })
}

// settle has done called with what promise comes to, as text where shown.
func (r *Realm) settle(promise value, shown bool, done func(evaluation)) {
	r.lastWait++
	id := r.lastWait
	r.waits[id] = done
	result := r.vm.call(r.builtin.settle.v, promise, jsInt(int32(id)), jsBool(shown))
	if isException(result) {
		delete(r.waits, id)
		done(evaluation{err: r.takeError()})
	}
	r.vm.free(result)
}

// settled(id, rejected, value) is the end of a promise given to settle.
func (r *Realm) settled(args []value) value {
	id := int(intOf(args[0]))
	done := r.waits[id]
	delete(r.waits, id)
	if done == nil {
		return jsUndefined
	}
	if intOf(args[1]) != 0 {
		done(evaluation{err: r.scriptError(args[2])})
	} else {
		done(evaluation{text: r.vm.text(args[2])})
	}
	return jsUndefined
}

// promiseState(promise) is "pending", "fulfilled" or "rejected", with the
// result in an array; undefined for anything but a promise.
func (r *Realm) promiseState(args []value) value {
	m := r.vm
	if tagOf(args[0]) != lib.EJS_TAG_OBJECT || lib.XJS_GetClassID(m.tls, args[0]) != lib.EJS_CLASS_PROMISE {
		return jsUndefined
	}
	result := lib.XJS_NewArray(m.tls, m.context)
	state := map[lib.TJSPromiseStateEnum]string{
		lib.EJS_PROMISE_PENDING: "pending", lib.EJS_PROMISE_FULFILLED: "fulfilled", lib.EJS_PROMISE_REJECTED: "rejected",
	}[lib.XJS_PromiseState(m.tls, m.context, args[0])]
	m.setProperty(result, "0", m.string(state))
	m.setProperty(result, "1", lib.XJS_PromiseResult(m.tls, m.context, args[0]))
	return result
}

// classNames() is the engine's word for each class of object, by its number.
func classNames([]any) (any, error) { return classTable, nil }

var classTable = func() json.RawMessage {
	text, err := json.Marshal(map[int]string{
		lib.EJS_CLASS_OBJECT: "Object", lib.EJS_CLASS_ARRAY: "Array", lib.EJS_CLASS_ERROR: "Error",
		lib.EJS_CLASS_NUMBER: "Number", lib.EJS_CLASS_STRING: "String", lib.EJS_CLASS_BOOLEAN: "Boolean",
		lib.EJS_CLASS_SYMBOL: "Symbol", lib.EJS_CLASS_ARGUMENTS: "Arguments", lib.EJS_CLASS_MAPPED_ARGUMENTS: "Arguments",
		lib.EJS_CLASS_DATE: "Date", lib.EJS_CLASS_REGEXP: "RegExp", lib.EJS_CLASS_BIG_INT: "BigInt",
		lib.EJS_CLASS_MODULE_NS: "Module", lib.EJS_CLASS_GLOBAL_OBJECT: "Global", lib.EJS_CLASS_PROXY: "Proxy",
		lib.EJS_CLASS_PROMISE: "Promise", lib.EJS_CLASS_MAP: "Map", lib.EJS_CLASS_SET: "Set",
		lib.EJS_CLASS_WEAKMAP: "WeakMap", lib.EJS_CLASS_WEAKSET: "WeakSet", lib.EJS_CLASS_WEAK_REF: "WeakRef",
		lib.EJS_CLASS_FINALIZATION_REGISTRY: "FinalizationRegistry",
		lib.EJS_CLASS_GENERATOR:             "Generator", lib.EJS_CLASS_ASYNC_GENERATOR: "AsyncGenerator",
		lib.EJS_CLASS_MAP_ITERATOR: "Map Iterator", lib.EJS_CLASS_SET_ITERATOR: "Set Iterator",
		lib.EJS_CLASS_ARRAY_ITERATOR: "Array Iterator", lib.EJS_CLASS_STRING_ITERATOR: "String Iterator",
		lib.EJS_CLASS_ARRAY_BUFFER: "ArrayBuffer", lib.EJS_CLASS_SHARED_ARRAY_BUFFER: "SharedArrayBuffer",
		lib.EJS_CLASS_DATAVIEW: "DataView", lib.EJS_CLASS_INT8_ARRAY: "Int8Array", lib.EJS_CLASS_UINT8_ARRAY: "Uint8Array",
		lib.EJS_CLASS_UINT8C_ARRAY: "Uint8ClampedArray", lib.EJS_CLASS_INT16_ARRAY: "Int16Array",
		lib.EJS_CLASS_UINT16_ARRAY: "Uint16Array", lib.EJS_CLASS_INT32_ARRAY: "Int32Array",
		lib.EJS_CLASS_UINT32_ARRAY: "Uint32Array", lib.EJS_CLASS_BIG_INT64_ARRAY: "BigInt64Array",
		lib.EJS_CLASS_BIG_UINT64_ARRAY: "BigUint64Array", lib.EJS_CLASS_FLOAT16_ARRAY: "Float16Array",
		lib.EJS_CLASS_FLOAT32_ARRAY: "Float32Array", lib.EJS_CLASS_FLOAT64_ARRAY: "Float64Array",
	})
	if err != nil {
		panic("engine: " + err.Error()) // a map of strings always marshals
	}
	return text
}()

// classId(value) is the number of an object's class; 0 for anything else.
func (r *Realm) classID(args []value) value {
	if tagOf(args[0]) != lib.EJS_TAG_OBJECT {
		return jsInt(0)
	}
	return jsInt(int32(lib.XJS_GetClassID(r.vm.tls, args[0])))
}

// locate(thrown) is where and what an exception is: {text, file, line, column}.
func (r *Realm) locate(args []value) value {
	err := r.scriptError(args[0])
	text, _ := json.Marshal(map[string]any{"text": err.Text(), "file": err.File, "line": err.Line, "column": err.Column})
	return r.vm.json(string(text))
}

// postTask(callback) has callback called as a task of its own.
func (r *Realm) postTask(args []any) (any, error) {
	callback := args[0].(*Func)
	r.loop.Post(func() {
		if r.freed {
			return
		}
		if _, err := callback.Call(); err != nil && !errors.Is(err, ErrClosed) {
			r.uncaught(err)
		}
		callback.Free()
	})
	return nil, nil
}

// importScript(specifier) loads a script and runs it before it returns.
func (r *Realm) importScript(args []value) value {
	specifier := r.vm.text(args[0])
	name, err := resolve(r.options.URL, specifier)
	if err != nil && !strings.Contains(specifier, ":") { // unlike in a module, x.js means ./x.js
		name, err = resolve(r.options.URL, "./"+specifier)
	}
	var source string
	if err == nil {
		source, err = r.load(name)
	}
	if r.stopped != nil { // Options.Load panicked
		return jsUndefined
	}
	if err != nil {
		return r.throw(&Exception{"NetworkError", "Failed to execute 'importScripts': " + err.Error()})
	}
	return r.runScript(name, source)
}

// option(name) is one of the Options as scripts see them.
func (r *Realm) option(args []any) (any, error) {
	switch args[0].(string) {
	case "url":
		return r.options.URL, nil
	case "userAgent":
		if r.options.UserAgent == "" {
			return "Mozilla/5.0 (webport)", nil
		}
		return r.options.UserAgent, nil
	case "worker":
		return r.options.Worker, nil
	}
	return nil, fmt.Errorf("no option %v", args[0])
}
