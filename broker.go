package webport

import (
	"context"
	"slices"
	"sync"
)

// Broker is a set of endpoints that can reach one another, as the contexts of
// one browser profile can. The zero value is ready: the Chromium dialect, no
// native apps. Its fields must be set before the first Attach.
//
// All methods may be called concurrently, and the functions in the fields are.
// A broker starts no goroutine, except for a port to a native app, and holds
// nothing once its endpoints are closed.
type Broker struct {
	// Dialect is the browser whose behaviour endpoints get.
	Dialect Dialect

	// MaxQueue bounds what one port has been sent and not yet received, in
	// bytes of JSON; 0 means DefaultMaxQueue. An empty queue takes a message
	// of any size. Browsers have no bound.
	MaxQueue int

	// Native starts the native app that a caller asked for by name and returns
	// its connection, for ConnectNative. Its error becomes Port.Err. It runs
	// on a goroutine of the port; ctx is done when the port was closed with
	// nothing to deliver. Nil means that no native app is found.
	Native func(ctx context.Context, caller Sender, application string) (Conn, error)

	// Wake is called when someone connects to an extension, whose background
	// may be suspended. It returns false if nothing needs to be done. If it
	// returns true, it must call ready once, when the background listens or
	// never will; what is posted meanwhile is queued. It must not block. Nil
	// means that nothing is ever suspended.
	Wake func(extension string, ready func()) bool

	// Admit decides whether caller, another extension or a web page (whose
	// Sender.ID is ""), may open a channel to an extension, as
	// externally_connectable in its manifest.json does. The error becomes
	// Port.Err: ErrNoReceiver, to tell the caller nothing. Nil admits every
	// extension and no web page, as a manifest without that key.
	Admit func(caller Sender, extension string) error

	// Trace is called for everything that happens on a channel, in its order.
	// It must neither block nor use a Broker, Endpoint, Listener or Port.
	Trace func(Trace)

	mu    sync.RWMutex           // guards following
	pages map[string][]*Endpoint // by extension: background, popups, pages, Go programs; not content scripts
	tabs  map[int][]*Endpoint    // by tab: content scripts and extension pages in it
}

// Attach adds an endpoint: a document or worker is loaded, a Go program joins.
// What info says is what others see as Sender, so only who holds the Broker
// decides it. What info.Tab points to must not be changed any more. The endpoint
// stays until its Close.
func (b *Broker) Attach(info EndpointInfo) *Endpoint {
	e := &Endpoint{broker: b, is: info, info: info}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages == nil {
		b.pages = map[string][]*Endpoint{}
		b.tabs = map[int][]*Endpoint{}
	}
	if info.isPage() {
		b.pages[info.Extension] = append(b.pages[info.Extension], e)
	}
	if info.Tab != nil {
		b.tabs[info.Tab.ID] = append(b.tabs[info.Tab.ID], e)
	}
	return e
}

func (b *Broker) detach(e *Endpoint) {
	b.mu.Lock()
	defer b.mu.Unlock()
	remove(b.pages, e.is.Extension, e)
	if e.is.Tab != nil {
		remove(b.tabs, e.is.Tab.ID, e)
	}
}

func remove[K comparable](from map[K][]*Endpoint, key K, e *Endpoint) {
	i := slices.Index(from[key], e)
	if i < 0 {
		return
	}
	if from[key] = slices.Delete(from[key], i, i+1); len(from[key]) == 0 {
		delete(from, key)
	}
}

// pagesOf returns the listeners to on among the pages of an extension, without
// those of the caller itself.
func (b *Broker) pagesOf(extension string, caller *Endpoint, on On) []*Listener {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return listeners(b.pages[extension], caller, on, nil)
}

// framesOf returns the listeners to on that the caller's extension has in a tab or, where info names a document, in that
// document, even if it is in another tab. There must be such a tab. In Firefox the caller may be among them.
func (b *Broker) framesOf(tab int, caller *Endpoint, on On, info *ConnectInfo) []*Listener {
	b.mu.RLock()
	defer b.mu.RUnlock()
	among := b.tabs[tab]
	if info.DocumentID != "" && among != nil {
		among = b.inDocument(info.DocumentID)
	}
	anyFrame := info.FrameID == nil || info.DocumentID != "" && b.Dialect == Firefox
	except := caller
	if b.Dialect == Firefox {
		except = nil
	}
	return listeners(among, except, on, func(i *EndpointInfo) bool {
		return i.Extension == caller.is.Extension && i.UserScriptWorld == "" && (anyFrame || *info.FrameID == i.FrameID)
	})
}

// inDocument returns the endpoints in a document, with b.mu held.
func (b *Broker) inDocument(id string) (found []*Endpoint) {
	for _, all := range b.tabs {
		for _, e := range all {
			if e.is.DocumentID == id {
				found = append(found, e)
			}
		}
	}
	return found
}

func listeners(among []*Endpoint, except *Endpoint, on On, in func(*EndpointInfo) bool) []*Listener {
	var found []*Listener
	for _, e := range among {
		if e == except {
			continue
		}
		if l := e.listener(on, in); l != nil {
			found = append(found, l)
		}
	}
	return found
}
