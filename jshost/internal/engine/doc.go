// Package engine runs JavaScript: realms with the globals every script takes
// for granted, on event loops. It knows nothing of extensions; jshost builds
// chrome.* on it, headless builds pages.
//
// A [Loop] is one thread of JavaScript. A [Realm] is one global object on a
// loop. A prelude is JavaScript of ours that runs before the user's and gives a
// realm its globals; it alone sees the Go functions registered with
// [Realm.Host].
//
// Runaway scripts are stopped by [Limits]. One thing is not: a built-in that
// goes on for minutes without calling back or allocating, such as indexOf over
// an array-like object with a length of 2^53. The engine asks whether to stop
// at calls and at the rounds of loops in scripts, not inside such built-ins, so
// that Close waits for them.
//
// The engine is modernc.org/libquickjs, QuickJS translated to Go. Its package
// is called directly, not through modernc.org/quickjs: the wrapper takes no
// file name for scripts, does not tell of unhandled rejections, keeps its time
// limit on a clock that stands still in a synctest bubble, and shares 32,767
// host functions among all realms of the process.
package engine
