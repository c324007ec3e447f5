package jshost

import (
	"encoding/json"
	"errors"
	"unsafe"

	"github.com/webport/webport"
)

type hostFunc = func(args []any) (any, error)

// hostFunctions are what the files in js call. Each one's arguments are in its
// comment.
func (c *Context) hostFunctions() map[string]hostFunc {
	return map[string]hostFunc{
		"world":         c.hostWorld,
		"connect":       c.hostConnect,
		"takesClones":   c.hostTakesClones,
		"connectTab":    c.hostConnectTab,
		"connectNative": c.hostConnectNative,
		"post":          c.hostPost,
		"disconnect":    c.hostDisconnect,
		"fail":          c.hostFail,
		"awaited":       c.hostAwaited,
		"listen":        c.hostListen,
		"later":         c.hostLater,
		"invoke":        c.hostInvoke,
		"message":       c.hostMessage,
		"reload":        c.hostReload,
		"console":       c.hostConsole,
		"uncaught":      c.hostUncaught,
	}
}

// arg is the i-th argument, or the zero value where it is missing or of
// another type, which the prelude never lets happen.
func arg[T any](args []any, i int) (v T) {
	if i < len(args) {
		v, _ = args[i].(T)
	}
	return v
}

func number(args []any, i int) int { return int(arg[float64](args, i)) }

// connect(extension id, name, unnamed, one-time) -> port number
func (c *Context) hostConnect(args []any) (any, error) {
	extension := arg[string](args, 0)
	p, err := c.endpoint.Connect(webport.ConnectInfo{
		Extension: extension, Name: arg[string](args, 1),
		Unnamed: arg[bool](args, 2), OneTime: arg[bool](args, 3),
	})
	if err != nil {
		return nil, err
	}
	return c.add(&port{Port: p, clones: c.takesClones(extension), request: arg[bool](args, 3)}), nil
}

// takesClones(extension id) -> whether what a web page posts to it are structured clones
func (c *Context) hostTakesClones(args []any) (any, error) {
	return c.takesClones(arg[string](args, 0)), nil
}

func (c *Context) takesClones(extension string) bool {
	return c.options.TakesClones != nil && c.options.TakesClones(extension)
}

// connectTab(tab, name, unnamed, frame or -1, document id, one-time) -> port number
func (c *Context) hostConnectTab(args []any) (any, error) {
	info := webport.ConnectInfo{
		Name: arg[string](args, 1), Unnamed: arg[bool](args, 2),
		DocumentID: arg[string](args, 4), OneTime: arg[bool](args, 5),
	}
	if frame := number(args, 3); frame >= 0 {
		info.FrameID = &frame
	}
	p, err := c.endpoint.ConnectTab(number(args, 0), info)
	if err != nil {
		return nil, err
	}
	return c.add(&port{Port: p, request: info.OneTime}), nil
}

// connectNative(application) -> port number
func (c *Context) hostConnectNative(args []any) (any, error) {
	if c.options.Kind == ContentScript {
		return c.refused(), nil
	}
	p, err := c.endpoint.ConnectNative(arg[string](args, 0))
	if err != nil {
		return nil, err
	}
	return c.add(&port{Port: p, native: true}), nil
}

// refused is a port that leads nowhere: Firefox has connectNative in content
// scripts, where it always fails.
func (c *Context) refused() (id int) {
	c.lastID++
	id = c.lastID
	c.loop.Post(func() {
		_, err := c.fn.disconnect.Call(id, "nativeContent", "")
		c.failed(err)
	})
	return id
}

// post(port, text) -> undefined, "tooLarge", or what else went wrong. What goes
// to a channel that has ended is dropped: scripts hear of the end by its event.
func (c *Context) hostPost(args []any) (any, error) {
	p := c.ports[number(args, 0)]
	if p == nil || c.frozen {
		return nil, nil
	}
	c.acts()
	text := arg[string](args, 1)
	if text == "" {
		return posted(p.Post(json.RawMessage{})) // Firefox's undefined to a native app
	}
	return posted(p.Post(json.RawMessage(unsafe.Slice(unsafe.StringData(text), len(text))))) // Post makes a copy
}

// postJSON(value, port), postClone(value, port) -> as post; false where the
// value is not plain
func (c *Context) hostPostPlain(args []any) (any, error) {
	p := c.ports[number(args, 1)]
	if p == nil || c.frozen {
		return nil, nil
	}
	c.acts()
	return posted(p.Post(arg[json.RawMessage](args, 0))) // Post makes a copy
}

// posted is what js hears of an outcome of Post.
func posted(err error) (any, error) {
	switch {
	case err == nil, errors.Is(err, webport.ErrDisconnected):
		return nil, nil
	case errors.Is(err, webport.ErrTooLarge):
		return "tooLarge", nil
	}
	return err.Error(), nil
}

// disconnect(port) -> whether the port will still hear that it has no receiver
func (c *Context) hostDisconnect(args []any) (any, error) {
	id := number(args, 0)
	p := c.ports[id]
	if p == nil {
		return false, nil
	}
	if c.options.Dialect == webport.Firefox && errors.Is(p.Err(), webport.ErrNoReceiver) {
		return true, nil // it is over already, and the event stays in the inbox
	}
	p.Disconnect(nil)
	c.remove(id)
	return false, nil
}

// fail(port, text): the listeners to a one-time message failed with text.
func (c *Context) hostFail(args []any) (any, error) {
	id := number(args, 0)
	if p := c.ports[id]; p != nil {
		p.Disconnect(&listenerError{arg[string](args, 1)})
		c.remove(id)
	}
	return nil, nil
}

// awaited(port, whether a listener will answer the one-time message later)
func (c *Context) hostAwaited(args []any) (any, error) {
	if p := c.ports[number(args, 0)]; p != nil {
		p.promised = arg[bool](args, 1)
	}
	return nil, nil
}

var eventsByName = func() map[string]webport.On {
	byName := map[string]webport.On{}
	for _, on := range []webport.On{
		webport.OnConnect, webport.OnConnectExternal, webport.OnUserScriptConnect,
		webport.OnMessage, webport.OnMessageExternal, webport.OnUserScriptMessage,
	} {
		byName[on.String()] = on
	}
	return byName
}()

// listen(event, whether it has listeners)
func (c *Context) hostListen(args []any) (any, error) {
	name := arg[string](args, 0)
	if l := c.listeners[name]; l != nil {
		delete(c.listeners, name)
		l.Close()
	}
	if !arg[bool](args, 1) {
		return nil, nil
	}
	l, err := c.endpoint.ListenOn(eventsByName[name])
	if err == nil {
		c.listeners[name] = l
	}
	return nil, nil // the listener on a closed endpoint never hears anything
}

// later(): established is called in a task of its own.
func (c *Context) hostLater([]any) (any, error) {
	c.loop.Post(func() {
		_, err := c.fn.established.Call()
		c.failed(err)
	})
	return nil, nil
}

// message(name, substitutions…) -> text, for i18n.getMessage
func (c *Context) hostMessage(args []any) (any, error) {
	e := c.options.Extension
	if e.info.Message == nil {
		return "", nil
	}
	var substitutions []string
	for i := 1; i < len(args); i++ {
		substitutions = append(substitutions, arg[string](args, i))
	}
	return e.info.Message(arg[string](args, 0), substitutions), nil
}

// reload(): runtime.reload
func (c *Context) hostReload([]any) (any, error) {
	if reload := c.options.Extension.info.Reload; reload != nil {
		reload()
	} else {
		c.console("warn", "runtime.reload does nothing: this program does not reload extensions")
	}
	return nil, nil
}

// console(level, text)
func (c *Context) hostConsole(args []any) (any, error) {
	c.console(arg[string](args, 0), arg[string](args, 1))
	return nil, nil
}

// uncaught(error or its text, prefix): a listener threw it.
func (c *Context) hostUncaught(args []any) (any, error) {
	err := arg[*ScriptError](args, 0)
	if err == nil {
		err = &ScriptError{Realm: c.options.Name, Message: arg[string](args, 0)}
	}
	c.uncaught(inListener(err, arg[string](args, 1)))
	return nil, nil
}
