package jshost

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost/internal/engine"
)

// Context is one script world with the extension API, joined to an endpoint: a
// background, a page of the extension, a content script in one frame, or a web
// page. It belongs to its loop: unless a method's comment says otherwise, call
// it inside a task of the loop.
type Context struct {
	options  Options
	realm    *engine.Realm
	loop     *Loop
	ownLoop  bool
	endpoint *webport.Endpoint
	inbox    *webport.Inbox
	drain    func() // drainInbox as a task, made once

	fn        functions
	listeners map[string]*webport.Listener // by event name
	ports     map[int]*port
	byPort    map[*webport.Port]*port
	lastID    int
	calls     atomic.Uint64 // of scripts to what is outside: see Activity
	frozen    bool          // what comes is dropped: the page is in the back/forward cache, or orphaned is set
	orphaned  bool          // the extension is gone
	detached  bool
	apps      []*webport.Port // to native apps, which Close waits for
	ending    sync.WaitGroup  // native apps whose ports the script is done with; Close waits for them too
}

// port is a webport.Port that a script holds, or the channel of a one-time message.
type port struct {
	*webport.Port
	id       int // what js knows it by
	native   bool
	clones   bool // a web page's messages are structured clones, as the extension's are
	request  bool // the opener's end of a one-time message
	promised bool // a listener promised an answer to the one-time message
}

// functions are what the prelude gives Go to call: fromGo in js/dispatch.js.
type functions struct {
	connect, message, clone, disconnect, skipped, complete, fire, established, invalidate, lose, storageChanged, listening *engine.Func
}

// New makes a context. With Options.Loop it must be called inside a task of
// that loop; without, it starts a loop and may be called anywhere. When it
// fails the endpoint is left as it was, except that its Inbox may be taken.
func New(options Options) (*Context, error) {
	if options.Endpoint == nil {
		return nil, errors.New("new context: Options.Endpoint is nil: get one from Broker.Attach")
	}
	if options.Extension == nil && options.Kind != WebPage {
		return nil, fmt.Errorf("new context %q: Options.Extension is nil: only a web page has none", options.Name)
	}
	c := &Context{
		options: options, loop: options.Loop, endpoint: options.Endpoint,
		listeners: map[string]*webport.Listener{}, ports: map[int]*port{}, byPort: map[*webport.Port]*port{},
	}
	c.drain = c.drainInbox
	if c.loop != nil {
		if err := c.start(); err != nil {
			return nil, fmt.Errorf("new context %q: %w", options.Name, err)
		}
		return c, nil
	}
	c.loop, c.ownLoop = engine.NewLoop(), true
	var err error
	if callErr := c.loop.Call(context.Background(), func() { err = c.start() }); callErr != nil {
		err = callErr
	}
	if err != nil {
		c.loop.Close()
		return nil, fmt.Errorf("new context %q: %w", options.Name, err)
	}
	return c, nil
}

func (c *Context) start() error {
	o := &c.options
	realm, err := engine.New(engine.Options{
		Name: o.Name, Loop: c.loop, Limits: o.Limits, Console: o.Console, Uncaught: o.Uncaught,
		Load: o.Load, URL: o.URL, UserAgent: o.UserAgent, Worker: o.Worker,
	})
	if err != nil {
		return err
	}
	c.realm = realm
	if o.Globals != nil {
		err = o.Globals(realm)
	}
	if err == nil {
		err = c.installAPI()
	}
	if err == nil {
		c.inbox, err = c.endpoint.Inbox(func() { c.loop.Post(c.drain) })
	}
	if err != nil {
		realm.Close()
		return err
	}
	if o.Extension != nil {
		o.Extension.join(c)
	}
	return nil
}

// installAPI gives the realm its chrome and browser.
func (c *Context) installAPI() error {
	for name, f := range c.hostFunctions() {
		if err := c.realm.Host("chrome."+name, f); err != nil {
			return err
		}
	}
	if err := c.realm.HostPlain("chrome.postJSON", engine.PlainJSON, c.hostPostPlain); err != nil {
		return err
	}
	if err := c.realm.HostPlain("chrome.postClone", engine.PlainClone, c.hostPostPlain); err != nil {
		return err
	}
	name := "chrome-" + c.options.Dialect.String() + "-" + c.options.Kind.String() + ".js"
	f, err := c.realm.Prelude(name, prelude(c.options.Dialect, c.options.Kind))
	if err != nil {
		return err
	}
	c.fn = functions{
		connect: f["connect"], message: f["message"], clone: f["clone"], disconnect: f["disconnect"], skipped: f["skipped"],
		complete: f["complete"], fire: f["fire"], established: f["established"],
		invalidate: f["invalidate"], lose: f["lose"], storageChanged: f["storageChanged"], listening: f["listening"],
	}
	return nil
}

// Loop is the loop that the context runs on. It may be called from anywhere.
func (c *Context) Loop() *Loop { return c.loop }

// Realm is the context's global object. It may be called from anywhere.
func (c *Context) Realm() *Realm { return c.realm }

// Endpoint is the context's place in its broker. It may be called from anywhere.
func (c *Context) Endpoint() *webport.Endpoint { return c.endpoint }

// Run runs a classic script; name is what positions and stacks show, usually
// its URL. The error is a *ScriptError with the place.
func (c *Context) Run(name, source string) error { return c.realm.Run(name, source) }

// RunModule runs an ES module; done is called on the loop, once, when it has
// run to its end, top-level await included, or failed.
func (c *Context) RunModule(name, source string, done func(error)) {
	c.realm.RunModule(name, source, done)
}

// Eval runs code as typed into a console, waits for a promise that it returns,
// and gives the result as a console shows it. The error is a *ScriptError where
// the code throws. Any goroutine but the loop's may call it.
func (c *Context) Eval(ctx context.Context, code string) (string, error) {
	return c.realm.Eval(ctx, code)
}

// Detach ends the context as closing a page does: what was posted is delivered
// and its ports are disconnected; no script runs in it any more. It does not
// wait for native apps to exit; Close, which must still be called, does.
func (c *Context) Detach() {
	if c.detached {
		return
	}
	c.detached = true
	c.leave()
	for _, p := range c.ports {
		if p.native {
			c.apps = append(c.apps, p.Port)
		}
	}
	c.endpoint.Disconnect(nil)
	c.endpoint.Close() // it has no ports left to wait for
	c.realm.Close()
}

// lastTurn is how long Close lets the script that runs go on, before it stops it.
const lastTurn = time.Second

// Close is Detach, and waits for native apps to exit; it returns the errors of
// doing so, joined. A script that runs is stopped after a second. Any goroutine
// but the loop's may call it, any number of times. The loop, if it was given in
// Options, goes on.
func (c *Context) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), lastTurn)
	defer cancel()
	var errs []error
	if c.loop.Call(ctx, c.Detach) == nil {
		for _, app := range c.apps {
			errs = append(errs, app.Close())
		}
	}
	if c.options.Extension != nil {
		c.options.Extension.leave(c)
	}
	errs = append(errs, c.endpoint.Close())
	c.realm.Close()
	if c.ownLoop {
		errs = append(errs, c.loop.Close())
	}
	c.ending.Wait()
	return errors.Join(errs...)
}

// leave does what must happen before the endpoint goes.
func (c *Context) leave() {
	if c.options.Extension != nil {
		c.options.Extension.leave(c)
	}
	_, err := c.fn.established.Call()
	c.failed(err)
	lost := errResponseLost
	if c.options.Dialect == webport.Firefox {
		lost = webport.ErrNoReceiver // as if it had never been there
	}
	for _, p := range c.ports {
		if p.promised {
			p.Disconnect(lost)
		}
	}
}
