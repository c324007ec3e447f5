package browsertest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// chromiumTarget is a page, a frame in a process of its own, or a worker.
type chromiumTarget struct {
	session target.SessionID
	order   int // of attaching
	info    *target.Info
	worlds  map[runtime.ExecutionContextID]*world
	frames  map[cdp.FrameID]string // URL by frame

	loader, loaded  cdp.LoaderID // of the main document: the latest, and the latest that has loaded
	commits, within int          // navigations of the main document: to others, and in the same
	threw           bool         // whether there was an exception that nobody caught
	crashed         bool         // whether its process has ended by itself, once
}

// world is a JavaScript context, which is called this here to tell it from a Context.
type world struct {
	*past
	target  *chromiumTarget
	id      runtime.ExecutionContextID
	unique  string // id for the life of the browser
	frame   cdp.FrameID
	content string // id of the extension whose content scripts it is for
	order   int
	heard   runtime.Timestamp // what is not later was heard before the world was announced, and is told again
}

// past is what outlives a world while its document is in the back/forward cache, where nothing is heard of it.
type past struct {
	url  string            // of the document
	last runtime.Timestamp // of what it logged
}

func (c *chromium) autoAttach() target.SetAutoAttachParams {
	return target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: new(true), Filter: c.filter,
	}
}

// handle takes an event.
func (c *chromium) handle(m *cdproto.Message) {
	c.mu.Lock()
	line := c.take(m)
	close(c.changed)
	c.changed = make(chan struct{})
	c.mu.Unlock()
	// Chromium's own pages log too.
	if line != nil && !strings.HasPrefix(line.Context.URL, "chrome://") {
		c.console(*line)
	}
}

// take brings what is known up to date with an event, with c.mu held. It returns the line that the event is about.
func (c *chromium) take(m *cdproto.Message) *Line {
	switch m.Method {
	case cdproto.EventTargetAttachedToTarget:
		e := decode[target.EventAttachedToTarget](m)
		c.watch(e.SessionID, e.TargetInfo)
		return nil
	case cdproto.EventTargetDetachedFromTarget:
		session := decode[target.EventDetachedFromTarget](m).SessionID
		delete(c.targets, session)
		c.detached(session)
		return nil
	}
	t := c.targets[m.SessionID]
	if t == nil {
		return nil
	}
	switch m.Method {
	case cdproto.EventRuntimeConsoleAPICalled, cdproto.EventRuntimeExceptionThrown:
		if !c.speaks(t) {
			return nil
		}
	}
	switch m.Method {
	case cdproto.EventRuntimeConsoleAPICalled:
		return c.called(t, decode[runtime.EventConsoleAPICalled](m))
	case cdproto.EventRuntimeExceptionThrown:
		return c.thrown(t, decode[runtime.EventExceptionThrown](m))
	case cdproto.EventLogEntryAdded:
		return c.written(t, decode[log.EventEntryAdded](m).Entry)
	case cdproto.EventRuntimeExecutionContextCreated:
		c.addWorld(t, decode[runtime.EventExecutionContextCreated](m).Context)
	case cdproto.EventRuntimeExecutionContextDestroyed:
		gone := decode[runtime.EventExecutionContextDestroyed](m).ExecutionContextUniqueID
		maps.DeleteFunc(t.worlds, func(_ runtime.ExecutionContextID, w *world) bool { return w.unique == gone })
	case cdproto.EventRuntimeExecutionContextsCleared:
		clear(t.worlds)
	case cdproto.EventInspectorTargetCrashed:
		clear(t.worlds)
		t.crashed = true
	default:
		c.takePageEvent(t, m)
	}
	return nil
}

// speaks reports whether a session is the one of its target whose lines count: a service worker is attached to once for
// the browser, and once more for each page of its extension.
func (c *chromium) speaks(t *chromiumTarget) bool {
	for _, other := range c.targets {
		if other.info.TargetID == t.info.TargetID && other.order < t.order {
			return false
		}
	}
	return true
}

func (c *chromium) takePageEvent(t *chromiumTarget, m *cdproto.Message) {
	main := cdp.FrameID(t.info.TargetID)
	switch m.Method {
	case cdproto.EventPageFrameNavigated:
		e := decode[page.EventFrameNavigated](m)
		t.setURL(e.Frame.ID, e.Frame.URL+e.Frame.URLFragment)
		if e.Frame.ID != main {
			return
		}
		t.commits++
		t.loader = e.Frame.LoaderID
		if e.Type == page.NavigationTypeBackForwardCacheRestore {
			t.loaded = t.loader
		}
	case cdproto.EventPageNavigatedWithinDocument:
		e := decode[page.EventNavigatedWithinDocument](m)
		t.setURL(e.FrameID, e.URL)
		if e.FrameID == main {
			t.within++
		}
	case cdproto.EventPageLifecycleEvent:
		if e := decode[page.EventLifecycleEvent](m); e.FrameID == main && e.Name == "load" {
			t.loaded = e.LoaderID
		}
	case cdproto.EventPageFrameDetached:
		if e := decode[page.EventFrameDetached](m); e.Reason == page.FrameDetachedReasonRemove {
			delete(t.frames, e.FrameID)
		}
	case cdproto.EventPageJavascriptDialogOpening:
		// Nobody is there to close it.
		send(c.devtools, t.session, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
	}
}

// setURL notes where the document of a frame is.
func (t *chromiumTarget) setURL(frame cdp.FrameID, url string) {
	t.frames[frame] = url
	for _, w := range t.worlds {
		if w.frame == frame {
			w.url = url
		}
	}
}

// watch makes a target tell of itself, and lets it start.
func (c *chromium) watch(session target.SessionID, info *target.Info) {
	c.order++
	t := &chromiumTarget{
		session: session,
		order:   c.order,
		info:    info,
		worlds:  make(map[runtime.ExecutionContextID]*world),
		frames:  map[cdp.FrameID]string{cdp.FrameID(info.TargetID): info.URL},
	}
	c.targets[session] = t
	d := c.devtools
	if info.Type != "service_worker" && info.Type != "worker" && info.Type != "shared_worker" {
		send(d, session, page.Enable, page.EnableParams{})
		send(d, session, inspector.Enable, cdp.Empty{})
		send(d, session, page.SetLifecycleEventsEnabled, page.SetLifecycleEventsEnabledParams{Enabled: true})
	}
	send(d, session, runtime.Enable, cdp.Empty{})
	send(d, session, log.Enable, cdp.Empty{})
	send(d, session, target.SetAutoAttach, c.autoAttach())
	send(d, session, runtime.RunIfWaitingForDebugger, cdp.Empty{})
}

func (c *chromium) addWorld(t *chromiumTarget, described *runtime.ExecutionContextDescription) {
	var aux struct {
		FrameID cdp.FrameID `json:"frameId"`
		Type    string      `json:"type"`
	}
	// Workers have none.
	_ = jsonv2.Unmarshal(described.AuxData, &aux, chromedp.DefaultUnmarshalOptions)
	known := c.past[described.UniqueID]
	if known == nil {
		known = &past{url: t.url()}
		if aux.FrameID != "" {
			known.url = cmp.Or(t.frames[aux.FrameID], blank)
		}
		c.past[described.UniqueID] = known
	}
	c.order++
	w := &world{
		past:   known,
		target: t,
		id:     described.ID,
		unique: described.UniqueID,
		frame:  aux.FrameID,
		order:  c.order,
		heard:  known.last,
	}
	if aux.Type == "isolated" {
		w.content = strings.TrimPrefix(described.Origin, extensionScheme)
	}
	t.worlds[w.id] = w
}

// context says what a world is to a user, as its document is now.
func (w *world) context() Context {
	if w.content != "" {
		return Context{Kind: Content, Extension: w.content, URL: w.url}
	}
	return w.target.contextAt(w.url)
}

// url returns the URL of the main document or of the worker's script.
func (t *chromiumTarget) url() string { return t.frames[cdp.FrameID(t.info.TargetID)] }

// contextAt says what runs at a URL of a target, other than content scripts.
func (t *chromiumTarget) contextAt(url string) Context {
	id, ofExtension := extensionOf(url)
	switch {
	case !ofExtension:
		return Context{Kind: Web, URL: url}
	case t.info.Type == "service_worker":
		return Context{Kind: Background, Extension: id}
	default:
		return Context{Kind: Page, Extension: id, URL: url}
	}
}

// extensionOf returns the id of the extension whose file url is.
func extensionOf(url string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(url, extensionScheme)
	id, _, _ = strings.Cut(rest, "/")
	return id, ok
}

// all returns every world, the oldest first, with c.mu held.
func (c *chromium) all() []*world {
	var all []*world
	for _, t := range c.targets {
		for _, w := range t.worlds {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b *world) int { return cmp.Compare(a.order, b.order) })
	return all
}

// find returns the latest world of a context or nil, with c.mu held.
func (c *chromium) find(wanted Context) *world {
	for _, w := range slices.Backward(c.all()) {
		if w.context() == wanted {
			return w
		}
	}
	return nil
}

// decode reads an event. One that cannot be read is as if it said nothing: a later Chromium may say it differently.
func decode[E any](m *cdproto.Message) E {
	var event E
	_ = jsonv2.Unmarshal(m.Params, &event, chromedp.DefaultUnmarshalOptions)
	return event
}
