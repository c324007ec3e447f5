package webport

import (
	"errors"
	"fmt"
	"sync"
)

// EndpointInfo says what an endpoint is. The zero value is a web page without
// a tab; a Go program that stands for an extension sets Extension alone.
type EndpointInfo struct {
	// Extension is the id of the extension whose code runs in the endpoint;
	// "" for a web page. Any non-empty string will do.
	Extension string
	// ContentScript is set for an extension's content script. It is reached
	// through its tab only, and may not open channels to tabs itself.
	ContentScript bool
	// UserScriptWorld is set, to the world's id, for a user script.
	UserScriptWorld string
	// NativeApplication is set, to the app's name, for a native app that opens
	// channels itself; Extension is then the one extension that it may reach.
	NativeApplication string

	// Tab is the tab that the endpoint lives in; nil for a background, a
	// popup, a Go program.
	Tab *Tab
	// FrameID is the frame's number within the tab, 0 for the top frame.
	FrameID int
	// DocumentID names the document, and no other one, ever. A worker has none.
	DocumentID string
	// URL is that of the document, or of the worker's script.
	URL string
	// Origin is the document's, as browsers write it.
	Origin string
	// Embedded is set for an extension's page in a frame of a web page.
	Embedded bool
	// ContextID is what Firefox shows as sender.contextId.
	ContextID int64
}

// isPage reports whether the endpoint is one of the extension's own contexts,
// which the runtime's events reach.
func (i *EndpointInfo) isPage() bool {
	return i.Extension != "" && !i.ContentScript && i.UserScriptWorld == "" && i.NativeApplication == ""
}

// String names the endpoint as traces and errors do.
func (i EndpointInfo) String() string {
	kind := "page"
	switch {
	case i.NativeApplication != "":
		return fmt.Sprintf("native app %s", i.NativeApplication)
	case i.Extension == "":
		kind = "web page"
	case i.UserScriptWorld != "":
		kind = "user script"
	case i.ContentScript:
		kind = "content script"
	case i.Tab == nil && i.DocumentID == "":
		kind = "background"
	}
	if i.Extension != "" {
		kind += " of " + i.Extension
	}
	if i.Tab != nil {
		kind += fmt.Sprintf(" in tab %d", i.Tab.ID)
		if i.FrameID != 0 {
			kind += fmt.Sprintf(", frame %d", i.FrameID)
		}
	}
	return kind
}

// Endpoint is one place where code runs and holds ports: what browsers call a
// context. It comes from Broker.Attach and ends with Close. All methods may be
// called concurrently.
type Endpoint struct {
	broker *Broker
	is     EndpointInfo // as it was attached; what Update does not change is read here
	inbox  *Inbox       // nil unless asked for, before anything else

	mu        sync.Mutex             // guards following
	info      EndpointInfo           // as it is now
	senders   [numSenderKind]*Sender // made of info when first needed
	closed    bool
	used      bool  // has had a port or a listener
	ports     *Port // those that are open; a ring
	listeners [numOn]*Listener
}

// Info returns what the endpoint is, as Update has left it. What Tab points to
// must not be changed.
func (e *Endpoint) Info() EndpointInfo {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.info
}

// Update changes what later connects show of the endpoint in their Sender: a
// page has navigated within its document, a tab has a new title. What decides
// who can reach the endpoint stays: Extension, ContentScript, UserScriptWorld,
// NativeApplication, Tab.ID, FrameID, DocumentID. change may write to what Tab
// points to, which is a copy, and must not use the endpoint.
func (e *Endpoint) Update(change func(*EndpointInfo)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.info
	if was.Tab != nil {
		tab := *was.Tab
		e.info.Tab = &tab // whoever was told of the old one keeps it as it was
	}
	change(&e.info)
	e.info.Extension, e.info.ContentScript = was.Extension, was.ContentScript
	e.info.UserScriptWorld, e.info.NativeApplication = was.UserScriptWorld, was.NativeApplication
	e.info.FrameID, e.info.DocumentID = was.FrameID, was.DocumentID
	if was.Tab == nil || e.info.Tab == nil {
		e.info.Tab = was.Tab
	} else {
		e.info.Tab.ID = was.Tab.ID
	}
	e.senders = [numSenderKind]*Sender{}
}

func (e *Endpoint) sender(kind senderKind) *Sender {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.senders[kind] == nil {
		e.senders[kind] = e.info.sender(e.broker.Dialect, kind)
	}
	return e.senders[kind]
}

// Close takes the endpoint out of its broker: its document or worker is
// unloaded. Its listeners end and all its ports are disconnected, with what was
// posted delivered first; who hears of it is as in the dialect's browser. What its
// Inbox has not given yet is dropped, and so are ports that nobody accepted. It
// waits for the native apps of these ports to exit, and returns every error of
// doing so. For the app of a port that was disconnected before, Port.Close waits.
// Later calls change nothing, and do not wait.
func (e *Endpoint) Close() error {
	ports, unseen, first := e.shut()
	if first {
		e.broker.detach(e)
	}
	endPorts(ports, nil)
	for _, p := range unseen {
		p.channel.close(p, nil, false)
	}
	var errs []error
	for _, p := range ports {
		if p.link != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// Disconnect ends all ports of the endpoint, with cause as Err at the other
// ends, and leaves it attached: its page moves into the back/forward cache.
func (e *Endpoint) Disconnect(cause error) {
	e.mu.Lock()
	ports := e.openPorts()
	e.mu.Unlock()
	endPorts(ports, cause)
}

// shut closes the endpoint. It returns its open ports, and those, open or not, that
// nobody has seen, or seen all of, and nobody will see now.
func (e *Endpoint) shut() (ports, unseen []*Port, first bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, nil, false
	}
	e.closed = true
	for _, l := range e.listeners {
		if l != nil {
			unseen = append(unseen, l.end(ErrEndpointClosed)...)
		}
	}
	if e.inbox != nil {
		unseen = append(unseen, e.inbox.ports()...)
	}
	return e.openPorts(), unseen, true
}

func endPorts(ports []*Port, cause error) {
	for _, p := range ports {
		if p.channel.close(p, cause, false) && p.link != nil {
			p.link.abandon()
		}
	}
}

// adopt puts p on the list of open ports; it reports false, and does not, if
// the endpoint is closed.
func (e *Endpoint) adopt(p *Port) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.adoptLocked(p)
}

func (e *Endpoint) adoptLocked(p *Port) bool {
	if e.closed {
		return false
	}
	e.used = true
	if e.ports == nil {
		p.prev, p.next, e.ports = p, p, p
		return true
	}
	p.prev, p.next = e.ports.prev, e.ports
	p.prev.next, p.next.prev = p, p
	return true
}

// forget takes p off the list of open ports.
func (e *Endpoint) forget(p *Port) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case p.next == nil:
		return
	case p.next == p:
		e.ports = nil
	default:
		p.prev.next, p.next.prev = p.next, p.prev
		if e.ports == p {
			e.ports = p.next
		}
	}
	p.prev, p.next = nil, nil
}

// openPorts lists them, the oldest first.
func (e *Endpoint) openPorts() []*Port {
	var ports []*Port
	for p := e.ports; p != nil; p = p.next {
		ports = append(ports, p)
		if p.next == e.ports {
			break
		}
	}
	return ports
}
