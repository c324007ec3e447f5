// Package webport is the WebExtension Port (runtime.Port) outside the browser.
//
// A [Broker] is a set of endpoints that can reach one another, as the contexts
// of one browser profile can. An [Endpoint] is one place where code runs: a
// background, a content script, a page, or a Go program. One endpoint opens a
// channel, others that listen receive it, and each end holds a [Port]: the two
// exchange JSON messages until either disconnects.
//
// The names are those of the WebExtension API, and each callback there is the
// Go construct for the same thing here: an event that fires is a queue that is
// received from. The behaviour is that of real browsers, in the [Dialect] of
// Chromium or of Firefox where they differ.
//
// # What is promised about order
//
//   - On one channel and in one direction, messages are received in the order
//     in which they were posted, each exactly once, and none after the
//     disconnect.
//   - A disconnect comes after everything that was posted before it, once, at
//     the other end only. Receive gives the messages first, then the end; Done
//     closes at once.
//   - What is posted before the receiver has accepted the channel, or before its
//     extension's background is awake, waits in order.
//   - An [Inbox] gives everything that happens at one endpoint, over all its
//     ports, in the order in which it happened.
//
// Nothing is promised about the order between two channels, between the two
// directions of one, or among several receivers.
//
// # What is promised about loss
//
// A queue has a bound in bytes. Post that would pass it returns [ErrBacklog] and
// has taken nothing; Flush waits until the other end has received what it was
// sent. What a port had not received when it was closed is gone, and Flush at
// the other end says so.
//
// # Errors
//
// What a browser throws, a method returns. What a browser leaves in
// runtime.lastError or port.error is in [Port.Err]. The errors named here are
// mostly wrapped in one that says more: errors.Is and errors.As find them.
//
// # Other places
//
// This package does no I/O. A native app, another process or another broker is
// reached through a [Conn]; package native has those for native apps.
package webport
