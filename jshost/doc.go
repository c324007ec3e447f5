// Package jshost runs unmodified extension scripts as endpoints of a
// [webport.Broker]: it gives them chrome.* and browser.*, and the Port object,
// as Chromium or Firefox does.
//
// A [Context] is one script world: a background, a page of the extension, a
// content script in one frame, or a web page. What all contexts of one
// extension share is an [Extension]: the manifest, the storage, alarms, the
// button. Contexts run on a [Loop], a thread of JavaScript with tasks, timers
// and microtasks; the worlds of one page share one.
//
// # What scripts find
//
// Background and extension pages: runtime, extension, i18n, tabs, windows,
// permissions and, where manifest.json asks for them, storage, alarms, and
// action or browserAction and pageAction. Content scripts: runtime (a part of
// it), extension, i18n and, as above, storage. Web pages: in Chromium
// runtime.connect and sendMessage, where an extension's externally_connectable
// lets them; in Firefox nothing.
//
// # What they do not find
//
// An API that webport does not have, such as webRequest, is undefined in an
// extension that has no permission for it, as in a browser, so that
// "if (chrome.webRequest)" and "'webRequest' in chrome" do what they should. In
// an extension that asks for it in manifest.json it is there, because such a
// script takes it for granted at its top level and would stop with an error
// that says nothing: its events take listeners and never fire, which the
// console says once, and its functions fail as API functions do, through
// lastError or a rejected promise, with an error that names them
// ("chrome.webRequest.handlerBehaviorChanged is not available in webport"). So
// do single functions that are missing in a namespace that is there, such as
// tabs.executeScript.
//
// # Messages between Go and scripts
//
// In Chromium's dialect messages are JSON. In Firefox's, and in Chromium's where
// manifest.json says "message_serialization": "structured_clone", they are
// structured clones, and these are JSON too wherever JSON says all there is to
// say. What it cannot say is an object with the key "$": a Date is
// {"$":"date","v":0}. An object of the script's own that has such a key arrives
// in Go as {"$":"object","v":[[key,value],…]}, and so must it be posted. Of more
// than 100 objects in one another the inner ones follow in a list, as
// {"$":"deep"}; all forms are listed in internal/engine/js/serialize.js. Web pages
// of Chromium's exchange with an extension what that extension does.
//
// # Known differences
//
//   - Of Chromium's structured clones the text that they are here may have 64 MiB,
//     not V8's form of them: bytes count a third more, and characters as in UTF-8.
//   - Browsers fail a one-time message once the sendResponse that would answer it
//     is garbage; here it waits until the context ends.
//   - In Chromium's dialect, port.onMessage and port.onDisconnect are accessors
//     until they are first read, then data properties as in the browser.
//   - Of what is posted to a native app in the turn of disconnect(), Firefox
//     loses all but the first message, and so does its dialect here. Chromium
//     loses some now and then, by a race, and all if the app has not begun to
//     run; its dialect delivers them.
//   - runtime.getBackgroundPage and extension.getBackgroundPage give null
//     outside of the background: each context has a heap of its own.
//   - Storage is in memory, and gone with the program. storage.sync is like local,
//     and in no area is there a quota.
package jshost
