package jshost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost/internal/engine"
)

// drainInbox handles what happened at the endpoint. Each event is a turn of its
// own, with its microtasks, and in browsers a task of its own: what it sets off
// without delay comes before the next one. Only where nothing waits does one
// task, and one wake-up, serve a burst.
func (c *Context) drainInbox() {
	for {
		ev, ok := c.inbox.Next()
		if !ok {
			return
		}
		c.handle(ev)
		if c.loop.Waiting() {
			c.loop.Post(c.drain)
			return
		}
	}
}

func (c *Context) handle(ev webport.Event) {
	if c.frozen {
		c.forget(ev)
		return
	}
	switch ev.Kind {
	case webport.EventConnect:
		c.connected(ev)
	case webport.EventMessage:
		c.received(ev.Port, ev.Message)
	case webport.EventDisconnect:
		c.disconnected(ev.Port)
	case webport.EventSkipped:
		c.skipped(ev.Port)
	}
}

// envelope is in every structured clone that is not plain JSON: see
// internal/engine/js/serialize.js.
var envelope = []byte(`"$"`)

// jsonFile is the place that the engine gives in errors about a JSON text: one
// nested too deep for it, as checked messages are otherwise sound.
const jsonFile = "JSON"

func (c *Context) connected(ev webport.Event) {
	id := c.add(&port{Port: ev.Port})
	var name any = ev.Port.Name()
	if ev.Port.Unnamed() && c.options.Dialect == webport.Firefox {
		name = engine.Null{}
	}
	_, err := c.fn.connect.Call(id, ev.On.String(), name, c.senderJSON(ev.Port.Sender()))
	c.failed(err)
}

func (c *Context) received(from *webport.Port, message json.RawMessage) {
	p := c.byPort[from]
	if p == nil {
		return // the script has disconnected it
	}
	var err error
	if (p.clones || c.clones()) && !p.native && bytes.Contains(message, envelope) {
		_, err = c.fn.clone.Call(p.id, string(message))
	} else {
		_, err = c.fn.message.Call(p.id, message)
	}
	var script *ScriptError
	if err != nil && (!errors.As(err, &script) || script.File == jsonFile) {
		err = fmt.Errorf("a message of %d bytes on port %q is lost: it cannot be read: %w", len(message), from.Name(), err)
	}
	c.failed(err)
}

func (c *Context) disconnected(from *webport.Port) {
	p := c.byPort[from]
	if p == nil {
		return
	}
	c.remove(p.id)
	code, detail := reason(from.Err(), p)
	_, err := c.fn.disconnect.Call(p.id, code, detail)
	c.failed(err)
}

func (c *Context) skipped(from *webport.Port) {
	if p := c.byPort[from]; p != nil {
		_, err := c.fn.skipped.Call(p.id)
		c.failed(err)
	}
}

// forget drops an event that comes to a page in the back/forward cache.
func (c *Context) forget(ev webport.Event) {
	switch ev.Kind {
	case webport.EventConnect:
		ev.Port.Disconnect(webport.ErrNoReceiver)
	case webport.EventDisconnect:
		if p := c.byPort[ev.Port]; p != nil {
			c.remove(p.id)
			_, err := c.fn.lose.Call(p.id)
			c.failed(err)
		}
	}
}

func (c *Context) add(p *port) (id int) {
	c.acts()
	c.lastID++
	p.id = c.lastID
	c.ports[p.id] = p
	c.byPort[p.Port] = p
	return p.id
}

func (c *Context) remove(id int) {
	if p := c.ports[id]; p != nil {
		delete(c.byPort, p.Port)
		delete(c.ports, id)
		if p.native {
			c.ending.Go(func() { p.Close() }) // how the app ends is no more the script's affair than in a browser
		}
	}
}

// clones reports whether messages are structured clones rather than JSON, on ports where nothing else is said.
func (c *Context) clones() bool {
	return c.options.Dialect == webport.Firefox || c.options.Extension != nil && c.options.Extension.info.StructuredClone
}

// failed reports an error of a call into the prelude that no script caused, or
// that stopped one.
func (c *Context) failed(err error) {
	if err == nil || errors.Is(err, engine.ErrClosed) {
		return
	}
	script, ok := err.(*ScriptError)
	if !ok {
		script = &ScriptError{Realm: c.options.Name, Message: err.Error(), Cause: err}
	}
	c.uncaught(script)
}

func (c *Context) uncaught(err *ScriptError) {
	if c.options.Uncaught != nil {
		c.options.Uncaught(err)
	}
}

func (c *Context) console(level, text string) {
	if c.options.Console != nil {
		c.options.Console(Line{Level: level, Text: text})
	}
}

// inListener prefixes what a listener threw, as the dialect's console does.
func inListener(err *ScriptError, prefix string) *ScriptError {
	if prefix == "" {
		return err
	}
	e := *err
	e.Message = prefix + strings.TrimSuffix(e.Text(), "\n")
	e.Name = ""
	return &e
}
