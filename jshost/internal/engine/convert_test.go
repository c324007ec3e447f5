package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/webport/webport/jshost/internal/engine"
)

// TestCrossing sends values through a JavaScript function and a host function
// and back.
func TestCrossing(t *testing.T) {
	f := newRealm(t, engine.Options{})
	var seen any
	f.do(func() {
		f.Host("see", func(args []any) (any, error) { seen = args[0]; return args[0], nil })
		funcs, err := f.Prelude("echo", `(host) => ({
			echo(x) { return host.see(x) },
			kind(x) { return x === null ? "null" : typeof x + (x?.constructor ? " " + x.constructor.name : "") },
			text(x) { return JSON.stringify(x) },
		})`)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			in   any
			kind string
			out  any
		}{
			{nil, "undefined", nil},
			{engine.Null{}, "null", nil},
			{true, "boolean Boolean", true},
			{7, "number Number", 7.0},
			{int64(1) << 40, "number Number", float64(int64(1) << 40)},
			{-0.5, "number Number", -0.5},
			{"", "string String", ""},
			{"a\x00é€😀", "string String", "a\x00é€😀"},
			{"lone \xed\xa0\x80 surrogate", "string String", "lone \xed\xa0\x80 surrogate"},
			{"bad \xff byte", "string String", "bad \ufffd byte"},
			{strings.Repeat("long ", 10000), "string String", strings.Repeat("long ", 10000)},
			{[]byte{0, 1, 255}, "object Uint8Array", []byte{0, 1, 255}},
			{[]byte{}, "object Uint8Array", []byte{}},
		} {
			kind, err := funcs["kind"].Call(test.in)
			if err != nil || kind != test.kind {
				t.Errorf("%#v is %v in JavaScript (%v), want %s", test.in, kind, err, test.kind)
			}
			out, err := funcs["echo"].Call(test.in)
			if err != nil || !reflect.DeepEqual(out, test.out) || !reflect.DeepEqual(seen, test.out) {
				t.Errorf("%#v comes back as %#v, seen as %#v (%v), want %#v", test.in, out, seen, err, test.out)
			}
		}
		text := `{"b":[1,"\ud800",null],"a":{"__proto__":1}}`
		if out, err := funcs["text"].Call(json.RawMessage(text)); err != nil || out != text {
			t.Errorf("JSON comes back as %v (%v)", out, err)
		}
		if _, err := funcs["text"].Call(json.RawMessage(`{"a":`)); err == nil || !strings.Contains(err.Error(), "SyntaxError") {
			t.Errorf("bad JSON: %v", err)
		}
		if _, err := funcs["text"].Call(struct{}{}); err == nil || !strings.Contains(err.Error(), "struct {}") {
			t.Errorf("a struct crosses: %v", err)
		}
	})
}

// TestHostErrors: what a host function returns as error is thrown as its class.
func TestHostErrors(t *testing.T) {
	f := newRealm(t, engine.Options{})
	f.do(func() {
		f.Host("fail", func(args []any) (any, error) {
			if name := args[0].(string); name != "" {
				return nil, fmt.Errorf("wrapped: %w", &engine.Exception{Name: name, Message: "the message"})
			}
			return nil, errors.New("plain")
		})
		if _, err := f.Prelude("fail", `(host) => { globalThis.fail = host.fail }`); err != nil {
			t.Fatal(err)
		}
	})
	for _, test := range []struct{ code, want string }{
		{`try { fail("") } catch (e) { [e instanceof Error, e.name, e.message].join() }`, "true,Error,plain"},
		{`try { fail("TypeError") } catch (e) { [e instanceof TypeError, e.message].join() }`, "true,the message"},
		{`try { fail("DataCloneError") } catch (e) { [e instanceof DOMException, e.name, e.code].join() }`, "true,DataCloneError,25"},
		{`try { fail(Symbol()) } catch (e) { [e instanceof TypeError, e.message.includes("symbol")].join() }`, "true,true"},
	} {
		if got := f.eval(test.code); got != test.want {
			t.Errorf("%s: got %s, want %s", test.code, got, test.want)
		}
	}
}

// TestDeepClone holds that objects may be in one another to any depth, and what is met twice is met twice again.
func TestDeepClone(t *testing.T) {
	f := newRealm(t, engine.Options{})
	f.do(func() {
		funcs, err := f.Prelude("clone-test", `(host) => ({
			check(levels, deepest) {
				const inner = { inner: true }, kinds = [(v) => ({ v, inner }), (v) => [v, inner], (v) => new Map([[0, v], [1, inner]]), (v) => new Set([v, inner])];
				let value = inner;
				for (let i = 0; i < levels; i++) value = kinds[i % 4](value);
				value = host.deserialize(host.serialize(value, { deepest }));
				let depth = 0, seen;
				for (; !value.inner || value.v; depth++) {
					const [next, last] = value.v ? [value.v, value.inner] : [...(value.values?.() ?? value)];
					if (last !== (seen ??= last)) return "another object at " + depth;
					value = next;
				}
				return depth + " " + (value === seen);
			},
		})`)
		if err != nil {
			t.Fatal(err)
		}
		most := 20_000
		if testing.Short() { // with the race detector that takes longer than a script may
			most = 2000
		}
		for _, levels := range []int{1, 99, 100, 101, 250, most} {
			if got, err := funcs["check"].Call(levels, nil); err != nil || got != fmt.Sprint(levels, " true") {
				t.Errorf("%d levels: %v (%v)", levels, got, err)
			}
		}
		if got, err := funcs["check"].Call(301, 300); err == nil || !strings.Contains(err.Error(), "RangeError") {
			t.Errorf("more objects than the 300 that may be: %v (%v)", got, err)
		}
		if got, err := funcs["check"].Call(299, 300); err != nil || got != "299 true" {
			t.Errorf("300 objects where 300 may be: %v (%v)", got, err)
		}
	})
}

// TestCloneBetweenRealms carries structured clones as text, as the Ports of
// Firefox do.
func TestCloneBetweenRealms(t *testing.T) {
	f := newRealm(t, engine.Options{})
	const prelude = `(host) => ({
		write(code) { return host.serialize(eval(code)) },
		writeAs(code) {
			return host.serialize(eval(code), { refuse: (value, what) => new Error(what + " object could not be cloned."), arrayProperties: false });
		},
		read(text) { return host.inspect(host.deserialize(text)) },
	})`
	f.do(func() {
		other, err := engine.New(engine.Options{Name: "other", Loop: f.loop})
		if err != nil {
			t.Fatal(err)
		}
		here, err := f.Prelude("clone-test", prelude)
		if err != nil {
			t.Fatal(err)
		}
		there, err := other.Prelude("clone-test", prelude)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ code, text, read string }{
			{`({a: [1, "x", null, true], b: {}})`, `{"a":[1,"x",null,true],"b":{}}`, "{a: (4) [1, 'x', null, true], b: {}}"},
			{`undefined`, `{"$":"undefined"}`, "undefined"},
			{`"\ud800"`, `"\ud800"`, "\xed\xa0\x80"},
			{`[-0, 1n]`, `[{"$":"number","v":"-0"},{"$":"bigint","v":"1"}]`, "(2) [-0, 1n]"},
			{`({$: 1})`, `{"$":"object","v":[["$",1]]}`, "{$: 1}"},
			{`new Map([[1, new Date(0)]])`, `{"$":"map","v":[[1,{"$":"date","v":0}]]}`, "Map(1) {1 => Thu Jan 01 1970 00:00:00 GMT+0000}"},
			{`{ const o = {}; o.o = o; o }`, `{"o":{"$":"ref","v":0}}`, "{o: [Circular]}"},
			{`new Uint8Array([1, 2]).subarray(1)`, `{"$":"view","type":"Uint8Array","buffer":{"$":"buffer","v":"AQI="},"offset":1,"length":1}`, "Uint8Array(1) [2]"},
			{`[{get a() { delete this.b; return 1 }, b: 2}]`, `[{"a":1}]`, "[{a: 1}]"},
			{
				`{ const a = [1, {}, 3, 4]; Object.defineProperty(a[1], "g", {get: () => a.length = 2, enumerable: true}); a }`,
				`{"$":"array","length":4,"v":[["0",1],["1",{"g":2}]]}`, "(4) [1, {g: 2}, empty × 2]",
			},
			{
				`Object.prototype.toJSON = Array.prototype.toJSON = () => 0; const l = [[1, {a: new Date(0)}]]; l`,
				`[[1,{"a":{"$":"date","v":0}}]]`, "",
			},
			{`delete Object.prototype.toJSON; delete Array.prototype.toJSON; new AggregateError([1], "m") instanceof Error`, `true`, "true"},
			{`[1, , 2]`, `{"$":"array","length":3,"v":[["0",1],["2",2]]}`, "(3) [1, empty, 2]"},
			{`new Blob(["x"])`, `{"$":"blob","type":"","v":"eA=="}`, "Blob {}"},
		} {
			text, err := here["write"].Call(test.code)
			if err != nil || text != test.text {
				t.Errorf("%s is written as %v (%v), want %s", test.code, text, err, test.text)
				continue
			}
			if got, err := there["read"].Call(text); test.read != "" && (err != nil || got != test.read) {
				t.Errorf("%s is read as %v (%v), want %s", text, got, err, test.read)
			}
		}
		if _, err := here["writeAs"].Call(`({ a: () => 1 })`); err == nil || !strings.Contains(err.Error(), "Error: Function object could not be cloned.") {
			t.Errorf("refuse: %v", err)
		}
		if text, err := here["writeAs"].Call(`Object.assign([1], { named: 2 })`); err != nil || text != "[1]" && !strings.HasPrefix(text.(string), `{"$":"array","length":1,"v":[["0",1]]`) {
			t.Errorf("arrayProperties: false gives %v (%v)", text, err)
		}
	})
}
