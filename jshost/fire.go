package jshost

import (
	"context"

	"github.com/webport/webport"
)

// Fire tells the context of an event such as "runtime.onInstalled" or
// "tabs.onUpdated", with its arguments, which become JSON. A webport.Tab is
// shown to scripts as the dialect shows tabs. It returns at once and may be
// called from anywhere; the listeners run in a task of their own.
func (c *Context) Fire(event string, args ...any) {
	shown := make([]any, len(args))
	for i, a := range args {
		if t, ok := a.(webport.Tab); ok {
			a = c.tab(t)
		}
		shown[i] = a
	}
	text := toJSON(shown)
	c.loop.Post(func() {
		if c.frozen {
			return
		}
		_, err := c.fn.fire.Call(event, text)
		c.failed(err)
	})
}

// Freeze is the page of the context going into the back/forward cache. In
// Chromium its ports are disconnected, with ErrFrozen at the other ends; in
// Firefox they stay, and what arrives meanwhile is lost. Until Thaw the context
// hears of nothing and is no receiver. Its timers are its loop's affair.
func (c *Context) Freeze() {
	_, err := c.fn.established.Call()
	c.failed(err)
	c.frozen = true
	if c.options.Dialect == webport.Chromium {
		c.endpoint.Disconnect(webport.ErrFrozen)
	}
	for _, l := range c.listeners {
		l.Close()
	}
}

// Thaw is the page coming back from the back/forward cache.
func (c *Context) Thaw() {
	if c.orphaned {
		return
	}
	for ev, ok := c.inbox.Next(); ok; ev, ok = c.inbox.Next() {
		c.forget(ev)
	}
	c.frozen = false
	for name, l := range c.listeners {
		again, err := c.endpoint.ListenOn(eventsByName[name])
		if err != nil {
			again = l
		}
		c.listeners[name] = again
	}
}

// Invalidate is what becomes of a content script when its extension is
// reloaded or removed, once the extension's own contexts are closed. In
// Chromium the script goes on without its extension, and using the API throws
// "Extension context invalidated."; ports to other extensions stay as they are
// until the page goes, and what comes from there is lost. In Firefox it ends.
func (c *Context) Invalidate() {
	if c.options.Dialect == webport.Firefox {
		c.Detach()
		return
	}
	for ev, ok := c.inbox.Next(); ok; ev, ok = c.inbox.Next() {
		c.handle(ev)
	}
	for _, l := range c.listeners {
		l.Close()
	}
	c.leave()
	c.frozen, c.orphaned = true, true
	_, err := c.fn.invalidate.Call()
	c.failed(err)
}

// Call runs f inside a task of the context's loop and waits for it. Any
// goroutine but the loop's may call it.
func (c *Context) Call(ctx context.Context, f func()) error { return c.loop.Call(ctx, f) }
