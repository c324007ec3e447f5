package webport

import (
	"context"
	"fmt"
	"iter"
)

// On names an event of the WebExtension API by which an endpoint hears that a
// channel is opened to it.
type On int

// The events, and who fires them.
const (
	OnConnect           On = iota // runtime.onConnect: another endpoint of the same extension
	OnConnectExternal             // runtime.onConnectExternal: another extension, or a web page
	OnUserScriptConnect           // runtime.onUserScriptConnect: a user script of the extension
	OnConnectNative               // runtime.onConnectNative: a native app
	OnMessage                     // runtime.onMessage: a one-time message, as OnConnect
	OnMessageExternal             // runtime.onMessageExternal: as OnConnectExternal
	OnUserScriptMessage           // runtime.onUserScriptMessage: as OnUserScriptConnect
	numOn                         // how many there are
)

// String returns the event's name in the WebExtension API.
func (o On) String() string {
	names := [numOn]string{
		"onConnect", "onConnectExternal", "onUserScriptConnect", "onConnectNative",
		"onMessage", "onMessageExternal", "onUserScriptMessage",
	}
	if o < 0 || o >= numOn {
		return fmt.Sprintf("On(%d)", int(o))
	}
	return names[o]
}

// portCost is what an accepted port weighs against Broker.MaxQueue while it
// waits in a Listener, in bytes: about what it takes in memory.
const portCost = 512

// Listener is an endpoint's registration for an event, and the queue of ports
// that come with it. No connect is missed between two calls of Accept. All
// methods may be called concurrently.
type Listener struct {
	endpoint *Endpoint
	on       On

	// The following are guarded by endpoint.mu.
	ports      []*Port // not accepted yet; ports[0] is the oldest
	err        error   // why it ended
	waiting    int
	acceptable chan struct{} // holds a token when a waiting Accept should look again
}

// Listen registers the endpoint for runtime.onConnect: endpoints of the same
// extension can connect to it from now on. An endpoint that does not listen is
// no receiver. It is an error to listen twice, or on a closed endpoint.
func (e *Endpoint) Listen() (*Listener, error) { return e.ListenOn(OnConnect) }

// ListenExternal registers the endpoint for runtime.onConnectExternal: other
// extensions and web pages can connect to it, as far as Broker.Admit lets them.
func (e *Endpoint) ListenExternal() (*Listener, error) { return e.ListenOn(OnConnectExternal) }

// ListenOn is Listen for any event.
func (e *Endpoint) ListenOn(on On) (*Listener, error) {
	if on < 0 || on >= numOn {
		return nil, fmt.Errorf("listen on %v: no such event", on)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, fmt.Errorf("listen on %v: %w", on, ErrEndpointClosed)
	}
	if e.listeners[on] != nil {
		return nil, fmt.Errorf("listen on %v: %v listens already", on, e.info)
	}
	l := &Listener{endpoint: e, on: on, acceptable: make(chan struct{}, 1)}
	e.listeners[on] = l
	e.used = true
	return l, nil
}

// listener returns the endpoint's listener to on, if it has one and what the
// endpoint is passes in.
func (e *Endpoint) listener(on On, in func(*EndpointInfo) bool) *Listener {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || in != nil && !in(&e.info) {
		return nil
	}
	return e.listeners[on]
}

// offer hands the endpoint a port that was made for it. It reports false if
// nobody listens any more, or too many ports wait.
func (l *Listener) offer(p *Port) bool {
	e := l.endpoint
	e.mu.Lock()
	defer e.mu.Unlock()
	full := len(l.ports) > 0 && (len(l.ports)+1)*portCost > queueBound(e.broker.MaxQueue)
	if l.err != nil || full || !e.adoptLocked(p) {
		return false
	}
	if e.inbox != nil {
		e.inbox.push(Event{Kind: EventConnect, On: l.on, Port: p})
		return true
	}
	l.ports = append(l.ports, p)
	l.wake()
	return true
}

func (l *Listener) wake() {
	if l.waiting == 0 || len(l.ports) == 0 && l.err == nil {
		return
	}
	select {
	case l.acceptable <- struct{}{}:
	default:
	}
}

// Accept waits for the next channel opened to the endpoint and returns its
// port here. Messages wait in the port. After Close it returns
// ErrListenerClosed, after Endpoint.Close ErrEndpointClosed, and ctx.Err()
// when ctx is done first.
func (l *Listener) Accept(ctx context.Context) (*Port, error) {
	mu := &l.endpoint.mu
	mu.Lock()
	defer mu.Unlock()
	for {
		if len(l.ports) > 0 {
			p := l.ports[0]
			l.ports[0] = nil
			if l.ports = l.ports[1:]; len(l.ports) == 0 {
				l.ports = nil
			}
			l.wake()
			return p, nil
		}
		if l.err != nil {
			l.wake()
			return nil, l.err
		}
		l.waiting++
		mu.Unlock()
		var err error
		select {
		case <-l.acceptable:
		case <-ctx.Done():
			err = ctx.Err()
		}
		mu.Lock()
		if l.waiting--; err != nil {
			l.wake()
			return nil, err
		}
	}
}

// Ports returns an iterator over the ports that Accept would return, until the
// listener or its endpoint is closed.
func (l *Listener) Ports() iter.Seq[*Port] {
	return func(yield func(*Port) bool) {
		for {
			p, err := l.Accept(context.Background())
			if err != nil || !yield(p) {
				return
			}
		}
	}
}

// Close ends the registration. Ports that nobody has accepted are disconnected,
// with ErrNoReceiver as Err at the other end; accepted ones stay. The endpoint
// may listen again. Later calls change nothing.
func (l *Listener) Close() error {
	l.endpoint.mu.Lock()
	ports := l.end(ErrListenerClosed)
	l.endpoint.mu.Unlock()
	for _, p := range ports {
		p.channel.close(p, ErrNoReceiver, false)
	}
	return nil
}

// end ends the registration for the reason err and returns the ports that
// nobody accepted. The endpoint is locked.
func (l *Listener) end(err error) []*Port {
	if l.err != nil {
		return nil
	}
	l.err = err
	l.endpoint.listeners[l.on] = nil
	ports := l.ports
	l.ports = nil
	l.wake()
	return ports
}
