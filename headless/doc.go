// Package headless is a browser without a window: it loads unpacked extensions, opens tabs with pages and frames, and
// runs the scripts of both, unmodified, so that they talk to each other over Ports.
//
// [Load] reads an extension from its directory as Chromium or Firefox would. [New] starts a [Browser] with extensions;
// [Browser.Open] opens a tab. Everything that scripts do to reach one another passes through [Browser.Broker], where Go
// programs can join them.
//
// # Pages
//
// A page is read as HTML and has a document: elements, attributes, selectors, events, forms, links, history, storage
// and frames, as scripts see them. Nothing is drawn, and there is no network: documents of http and https URLs are
// those that [Options.Serve] has, and empty pages otherwise.
//
// The scripts of a page, and the content scripts of each extension in it, run in worlds that share the document and no
// object. All worlds of a tab take turns on one thread, as in a browser; tabs and backgrounds run side by side.
//
// # Time
//
// What a method of [Browser] or [Tab] does is done when it returns, with the scripts that run in its course: Open
// returns when the load event has been and the content scripts for document_idle have run. What these set off goes on:
// a message that they post arrives later. [Browser.Wait] waits for all of that.
//
// A background that is not persistent stops after 30 seconds in which nothing happens, unless a port keeps it, such as one
// to a native app, as in browsers, and starts again when it is needed.
package headless
