// The files of this directory and of one dialect's are one prelude: package
// jshost joins them, this one first, into the body of one function. What a file
// declares the later ones use; nothing of it is visible to scripts. These may
// replace built-ins: the ones that decide what is sent and who is called are
// taken now.
//
// host is the engine's object; go has the functions of hostfuncs.go. world says
// where this runs: see worldInfo in Go.

const go = {};
for (const key of Object.keys(host)) {
  if (key.startsWith("chrome.")) go[key.slice("chrome.".length)] = host[key];
}
const world = go.world();
world.permissions = new Set(world.permissions);
const { parse, stringify } = JSON;
const { plainText } = host; // (value, whether as a structured clone) -> text, or undefined where that takes more
const { apply } = Reflect;
const { isArray } = Array;
const { isInteger } = Number;
const { defineProperty, getOwnPropertyDescriptor, is: isSame, keys } = Object;
const toText = String;
const { queueMicrotask, DOMException } = globalThis;
const NativePromise = Promise;
const { then } = Promise.prototype;
const promiseThen = (promise, resolved, rejected) => apply(then, promise, [resolved, rejected]);
const { call } = Function.prototype;
const callWith = call.bind(call); // (function, this, …arguments), cheaper than apply
const internal = {}; // proves that a call comes from here

// method makes a function that is no constructor, named name, of length 0.
const method = (name, body) => ({ [name](...args) { return body(args); } })[name];

// invalidated is set when the extension of this content script is gone.
let invalidated = false;
const whenInvalidated = []; // what is done then

// report tells what a listener or callback threw.
function report(error) {
  go.uncaught(error instanceof Error ? error : host.inspect(error), texts.inListener);
}
