package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/webport/webport/jshost/internal/engine"
)

// plainCases are expressions, and whether their values are plain as JSON and as
// structured clones.
var plainCases = []struct {
	expression  string
	json, clone bool
}{
	{`null`, true, true},
	{`[true, false, null]`, true, true},
	{`[0, 1, -1, 2147483647, -2147483648, 2147483648, 0.1, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308]`, true, true},
	{`-0`, true, false},
	{`[NaN, Infinity, -Infinity]`, true, false},
	{`"text"`, true, true},
	{`"\"\\/\b\t\n\f\r\0\x1f\x7f\x80\xff"`, true, true},
	{`"é\u2028\u2029\uffff€"`, true, true},
	{`"😀 \ud83d \ude00 \ude00\ud83d"`, true, true},
	{`"a\ud83d"`, true, true},
	{`let s = ""; for (let i = 0; i < 20000; i++) s += "ab€"; s`, true, true},
	{`"ab".repeat(5000) + "c".repeat(5000)`, true, true},
	{`({})`, true, true},
	{`[]`, true, true},
	{`({a: 1, b: {c: [1, [2], {}]}})`, true, true},
	{`({z: 1, 10: 2, 9: 3, a: 4, 2147483647: 5, "01": 6, "-1": 7})`, true, true},
	{`({a: 1, 4294967294: 2})`, false, false},
	{`({a: 1, "€\"": 2, "\ud800": 3, "": 4})`, true, true},
	{`({"__proto__": 1, ["__proto__"]: 2})`, true, true},
	{`const o = {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10}; for (const k of "acegij") delete o[k]; o.a = 0; o`, true, true},
	{`Object.assign(Object.create(null), {a: 1})`, true, true},
	{`Object.freeze({a: Object.seal({b: 1})})`, true, true},
	{`Object.freeze([1])`, false, false},
	{`Object.defineProperty({a: 1}, "hidden", {value: 2})`, true, true},
	{`Object.defineProperty({a: 1}, "hidden", {get() { ran() }})`, true, true},
	{`({a: 1, [Symbol("s")]: 2, [Symbol.for("s")]: 3})`, true, true},
	{`JSON.parse('{"a":[1,2,{"b":"c"}],"1":0}')`, true, true},
	{`({a: undefined, b: 1})`, true, false},
	{`[undefined]`, true, false},
	{`undefined`, false, false},
	{`({$: 1})`, true, false},
	{`({$$: 1, a: "$"})`, true, true},
	{`const o = {}; [o, o]`, true, false},
	{`const o = {}; o.o = o`, false, false},
	{`const o = {}; [o].concat(1)`, true, true},
	{`let o = 1; for (let i = 0; i < 99; i++) o = [o]; o`, true, true},
	{`let o = 1; for (let i = 0; i < 101; i++) o = {o}; o`, true, false},
	{`let o = 1; for (let i = 0; i < 4766; i++) o = {o}; o`, false, false},
	{`new Array(3)`, false, false},
	{`[1, , 2]`, false, false},
	{`const a = [1, 2, 3]; a.length = 5; a`, false, false},
	{`const a = [1, 2, 3]; a.length = 1; a`, true, true},
	{`const a = [1, 2, 3]; a.pop(); a.shift(); a`, true, true},
	{`const a = [1, 2, 3]; delete a[1]; a`, false, false},
	{`const a = []; a[100000] = 1; a`, false, false},
	{`const a = [1]; a.name = 2; a`, false, false},
	{`Object.defineProperty([1], 0, {get() { ran() }})`, false, false},
	{`Object.setPrototypeOf([1], null)`, false, false},
	{`new (class extends Array {})()`, false, false},
	{`new (class { a = 1 })()`, false, false},
	{`Object.create({a: 1})`, false, false},
	{`({get a() { ran() }})`, false, false},
	{`({set a(x) { ran() }})`, false, false},
	{`({a: {get a() { ran() }}})`, false, false},
	{`({toJSON() { ran() }})`, false, false},
	{`({toJSON: 1})`, false, false},
	{`Object.defineProperty({}, "toJSON", {value() { ran() }})`, false, false},
	{`Object.defineProperty({}, "toJSON", {get() { ran() }})`, false, false},
	{`new Proxy({a: 1}, {get() { ran() }, ownKeys() { ran() }, getPrototypeOf() { ran() }})`, false, false},
	{`new Proxy([1], {get() { ran() }})`, false, false},
	{`Object.setPrototypeOf({a: 1}, new Proxy({}, {get() { ran() }, has() { ran() }}))`, false, false},
	{`class Base { constructor(o) { return o } } class Marked extends Base { #mark = 1 } new Marked({a: 1})`, false, false},
	{`(function () { return arguments })(1)`, false, false},
	{`globalThis`, false, false},
	{`10n`, false, false},
	{`({a: 10n})`, false, false},
	{`Symbol("s")`, false, false},
	{`({a: Symbol("s")})`, false, false},
	{`() => 1`, false, false},
	{`({a() {}})`, false, false},
	{`new Date(0)`, false, false},
	{`new String("a")`, false, false},
	{`Object(1)`, false, false},
	{`Object(true)`, false, false},
	{`Object(1n)`, false, false},
	{`/a/`, false, false},
	{`new Map([[1, 2]])`, false, false},
	{`new Uint8Array(2)`, false, false},
	{`new Error("e")`, false, false},
	{`"ab".match(/a/)`, false, false},
	{`new WeakMap()`, false, false},
	{`Promise.resolve(1)`, false, false},
}

// plainPrelude compares the texts of plain values with those of the engine's
// JSON and of the structured clone.
const plainPrelude = `(host) => {
	let runs = 0;
	globalThis.ran = () => { runs++ };
	host.loadPrelude("serialize.js");
	const check = (value) => {
		runs = 0;
		const json = host.plainText(value, false) ?? undefined, clone = host.plainText(value, true) ?? undefined;
		if (runs) return "writing it ran a script";
		if (json !== undefined && json !== JSON.stringify(value)) return json + " for " + JSON.stringify(value);
		if (clone !== undefined && clone !== host.serialize(value)) return clone + " as a clone for " + host.serialize(value);
		return (json !== undefined) + " " + (clone !== undefined);
	};
	return { check, run: (source) => check((0, eval)("{" + source + "}")), random: RANDOM };
}`

func TestPlain(t *testing.T) {
	f := newRealm(t, engine.Options{})
	f.do(func() {
		funcs, err := f.Prelude("plain", strings.Replace(plainPrelude, "RANDOM", "() => 0", 1))
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range plainCases {
			got, err := funcs["run"].Call(test.expression)
			if want := fmt.Sprint(test.json, " ", test.clone); err != nil || got != want {
				t.Errorf("%s: %v (%v), want %s", test.expression, got, err, want)
			}
		}
	})
}

// TestPlainToJSON: a toJSON that every object inherits is not overlooked.
func TestPlainToJSON(t *testing.T) {
	for _, prototype := range []string{"Object.prototype", "Array.prototype"} {
		f := newRealm(t, engine.Options{})
		f.do(func() {
			funcs, err := f.Prelude("plain", `(host) => ({
				plain: () => host.plainText([1], false) ?? "not plain",
				define() { Object.defineProperty(`+prototype+`, "toJSON", { value: () => "changed", configurable: true }) },
				remove() { delete `+prototype+`.toJSON },
			})`)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range []struct{ before, want string }{{"plain", "[1]"}, {"define", "not plain"}, {"remove", "[1]"}} {
				if _, err := funcs[step.before].Call(); err != nil {
					t.Fatal(err)
				}
				if got, err := funcs["plain"].Call(); err != nil || got != step.want {
					t.Errorf("%s, after %s: %v (%v), want %s", prototype, step.before, got, err, step.want)
				}
			}
		})
	}
}

// randomValues makes values from a seed: of everything that is plain, and with
// a little of what is not.
const randomValues = `(seed) => {
	let state = seed;
	const random = (n) => {
		state = state + 0x6d2b79f5 | 0;
		let t = Math.imul(state ^ state >>> 15, 1 | state);
		t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
		return ((t ^ t >>> 14) >>> 0) % n;
	};
	const bits = new DataView(new ArrayBuffer(8));
	const ranges = [[32, 95], [0, 256], [0, 65536], [0xd800, 0x800]];
	const text = () => {
		let s = "";
		const [from, size] = ranges[random(4)];
		for (let n = random(12); n > 0; n--) s += String.fromCharCode(from + random(size));
		return s;
	};
	const number = () => {
		switch (random(4)) {
			case 0: return random(2000) - 1000;
			case 1: return (random(2 ** 31) - 2 ** 30) / 10 ** random(12);
			case 2: return (random(2 ** 31) - 2 ** 30) * 10 ** random(20);
		}
		bits.setUint32(0, random(2 ** 32));
		bits.setUint32(4, random(2 ** 32));
		return bits.getFloat64(0);
	};
	const key = () => random(4) ? text() : random(3) ? random(30) : random(2 ** 32);
	const value = (depth) => {
		switch (random(depth > 4 ? 5 : 8)) {
			case 0: return random(10) ? [true, false, null][random(3)] : [undefined, -0, Symbol.iterator][random(3)];
			case 1: case 2: return number();
			case 3: case 4: return text();
			case 5: {
				const array = [];
				for (let n = random(6); n > 0; n--) array.push(value(depth + 1));
				if (!random(20)) delete array[0];
				return array;
			}
		}
		const object = random(10) ? {} : Object.create(null);
		for (let n = random(8); n > 0; n--) object[key()] = value(depth + 1);
		const keys = Object.keys(object);
		for (let n = random(3); n > 0 && keys.length > 0; n--) delete object[keys[random(keys.length)]];
		if (!random(10)) Object.defineProperty(object, text(), { value: 1, configurable: true });
		if (!random(30)) Object.defineProperty(object, text(), { get() { ran(); return 1 }, enumerable: true, configurable: true });
		return object;
	};
	const made = value(0);
	try {
		return check(made);
	} catch (error) {
		return error.name === "DataCloneError" ? "false false" : error.stack;
	}
}`

func TestPlainRandom(t *testing.T) {
	f := newRealm(t, engine.Options{})
	plain := 0
	f.do(func() {
		funcs, err := f.Prelude("plain", strings.Replace(plainPrelude, "RANDOM", randomValues, 1))
		if err != nil {
			t.Fatal(err)
		}
		for seed := range 1_000 {
			got, err := funcs["random"].Call(seed)
			switch {
			case err != nil:
				t.Fatalf("seed %d: %v", seed, err)
			case got == "true true" || got == "true false":
				plain++
			case got != "false false":
				t.Fatalf("seed %d: %v", seed, got)
			}
		}
	})
	if plain < 500 {
		t.Errorf("only %d of 1000 random values were plain", plain)
	}
}

func FuzzPlain(f *testing.F) {
	for _, text := range []string{`{"a":[1,2.5e-7,"x\ud800é"],"1":null}`, `"\u0000\u001f😀"`, `[1e400,-0,[[]]]`} {
		f.Add(text)
	}
	realm := newRealm(f, engine.Options{})
	var funcs map[string]*engine.Func
	realm.do(func() {
		var err error
		if funcs, err = realm.Prelude("plain", strings.Replace(plainPrelude, "RANDOM", "() => 0", 1)); err != nil {
			f.Fatal(err)
		}
	})
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			t.Skip("no JSON")
		}
		realm.loop.Call(t.Context(), func() {
			got, err := funcs["check"].Call(json.RawMessage(text))
			if err == nil && got != "true true" && got != "true false" && got != "false false" {
				t.Errorf("%s: %v", text, got)
			}
		})
	})
}

// TestHostPlain: a host function gets the text of a plain value, and nothing
// else calls it.
func TestHostPlain(t *testing.T) {
	f := newRealm(t, engine.Options{})
	f.do(func() {
		var funcs map[string]*engine.Func
		var got []string
		err := f.HostPlain("send", engine.PlainClone, func(args []any) (any, error) {
			text := args[0].(json.RawMessage)
			if args[1] == 1.0 { // a call in the call leaves the text alone
				if _, err := funcs["send"].Call(2); err != nil {
					return nil, err
				}
			}
			got = append(got, fmt.Sprint(string(text), args[1:]))
			return "sent", nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if funcs, err = f.Prelude("send", `(host) => ({
			send: (n) => host.send({ n }, n, "more"),
			refused: () => host.send(undefined, 3) === false,
		})`); err != nil {
			t.Fatal(err)
		}
		if result, err := funcs["send"].Call(1); err != nil || result != "sent" {
			t.Errorf("a plain value: %v, %v", result, err)
		}
		if result, err := funcs["refused"].Call(); err != nil || result != true {
			t.Errorf("a value that is not plain: %v, %v", result, err)
		}
		if want := `[{"n":2}[2 more] {"n":1}[1 more]]`; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}
