// Package engine runs JavaScript: realms with the globals every script takes
// for granted, on event loops. It knows nothing of extensions; jshost builds
// chrome.* on it, headless builds pages.
//
// A [Loop] is one thread of JavaScript. A [Realm] is one global object on a
// loop. A prelude is JavaScript of ours that runs before the user's and gives a
// realm its globals; it alone sees the Go functions registered with
// [Realm.Host].
//
// The engine is modernc.org/libquickjs, QuickJS translated to Go. Its package
// is called directly, not through modernc.org/quickjs: the wrapper takes no
// file name for scripts, does not tell of unhandled rejections, and crosses
// between Go and JavaScript at several times the cost.
package engine
