package webport

import (
	"encoding/json"
	"errors"
	"sync"
)

// EventKind says what an Event is.
type EventKind int

// The kinds of events.
const (
	eventMark       EventKind = iota // the first mark in the queue of Port stands here
	EventConnect                     // Port was made for a channel opened to the endpoint; On says by which event
	EventMessage                     // Message arrived on Port
	EventDisconnect                  // the other end of Port is gone; Port.Err says why
	EventSkipped                     // the native app sent what is no message, and Port, in Chromium, goes on without it
)

// Event is something that happened at an endpoint that has an Inbox.
type Event struct {
	Kind    EventKind
	On      On // of an EventConnect
	Port    *Port
	Message json.RawMessage // of an EventMessage; belongs to the caller
}

// Inbox is everything that happens at one endpoint, over all its ports, in the
// order in which it happened. An event loop, or a link that carries many ports,
// takes it from here rather than from each Port: Listener.Accept then waits in
// vain, and Port.Receive returns an error.
type Inbox struct {
	notify func()

	mu     sync.Mutex // guards following
	events []Event    // events[head:] are queued
	head   int
}

// Inbox makes the endpoint gather its events in one queue and returns it.
// notify, which must not be nil, is called whenever the queue has become
// non-empty; it must neither block nor call anything of this package. It is an
// error to ask for an inbox twice, or after the endpoint had a port or a
// listener.
func (e *Endpoint) Inbox(notify func()) (*Inbox, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.inbox != nil {
		return nil, errors.New("inbox: the endpoint has one already")
	}
	if e.used {
		return nil, errors.New("inbox: the endpoint has had a port or a listener already: ask for it first")
	}
	e.inbox = &Inbox{notify: notify}
	return e.inbox, nil
}

func (i *Inbox) push(ev Event) {
	i.mu.Lock()
	first := i.head == len(i.events)
	if i.head > 0 && len(i.events) == cap(i.events) && i.head >= len(i.events)/2 {
		n := copy(i.events, i.events[i.head:])
		clear(i.events[n:])
		i.events, i.head = i.events[:n], 0
	}
	i.events = append(i.events, ev)
	i.mu.Unlock()
	if first {
		i.notify()
	}
}

func (i *Inbox) pop() (Event, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.head == len(i.events) {
		return Event{}, false
	}
	ev := i.events[i.head]
	i.events[i.head] = Event{}
	if i.head++; i.head == len(i.events) {
		i.head = 0
		if i.events = i.events[:0]; cap(i.events) > 1024 {
			i.events = nil // an endpoint may idle for long after a burst
		}
	}
	return ev, true
}

// ports returns those whose events are queued.
func (i *Inbox) ports() []*Port {
	i.mu.Lock()
	defer i.mu.Unlock()
	var ports []*Port
	for _, ev := range i.events[i.head:] {
		ports = append(ports, ev.Port)
	}
	return ports
}

// Next returns the next event, or false if there is none now. What was queued
// for a port that this end has closed meanwhile is skipped, as after
// port.disconnect() in browsers.
func (i *Inbox) Next() (Event, bool) {
	for {
		ev, ok := i.pop()
		if !ok {
			return Event{}, false
		}
		if ev.Port.leave(ev) {
			return ev, true
		}
	}
}

// leave accounts for an event that leaves the inbox, and reports whether it is
// still of interest.
func (p *Port) leave(ev Event) bool {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	if p.state == closed || p.state == left {
		return ev.Kind == EventConnect
	}
	if ev.Kind == eventMark {
		p.queue.passFirst()
		return false
	}
	p.queue.bytes -= len(ev.Message)
	return true
}
