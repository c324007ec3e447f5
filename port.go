package webport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// Port is one end of a channel: the WebExtension runtime.Port. It comes from
// Endpoint.Connect and its kin, from a Listener, or from NewPort.
//
// All methods may be called concurrently. A port holds no goroutine of its
// own, unless its other end is behind a Conn.
type Port struct {
	channel  *channel
	opener   *Port // itself on the opener's port
	endpoint *Endpoint
	sender   *Sender
	link     *link // nil unless the other end is behind a Conn

	prev, next *Port // in the list of endpoint, guarded by endpoint.mu

	// The following are guarded by channel.mu.
	state     state
	answered  bool // has posted
	unsettled bool // take gave out a message that settle has not been called for
	waiting   int  // calls of Receive that wait
	err       error
	queue     queue
	readable  chan struct{} // made for the first call that waits; holds a token when one should look again
	done      chan struct{} // made by the first Done
}

type state uint8

const (
	open         state = iota
	closed             // by this end
	disconnected       // by the other end; what is queued can still be received
	left               // by the other end, and then closed by this one
)

// Name returns the name that was given when the channel was opened, the same
// at both ends: port.name. On a port to a native app it is "" in Chromium and
// the app's name in Firefox.
func (p *Port) Name() string { return p.channel.name }

// Unnamed reports whether the channel was opened with a ConnectInfo that said
// so: scripts in Firefox then see null as port.name.
func (p *Port) Unnamed() bool { return p.channel.unnamed }

// Sender describes the endpoint that opened the channel: port.sender. It is nil
// on the opener's own port. It is a snapshot made at the connect, by the broker
// and not by the sender; it is shared and must not be changed.
func (p *Port) Sender() *Sender { return p.sender }

// Post sends v to the other end, to all its receivers if p is the opener's
// port: port.postMessage. It never blocks. A json.RawMessage or jsontext.Value
// must be exactly one JSON value and arrives byte for byte; anything else is
// encoded with encoding/json. The caller may change v afterwards.
//
// A nil error says that the message is queued, not that it was received: see
// Flush. With an error nothing was sent: ErrDisconnected, ErrBacklog, a
// *TooLargeError, or one that says why v is not JSON.
//
// A native app in Firefox gets a message without any text where a script posts
// undefined: there, and only there, v may be a json.RawMessage of length zero.
func (p *Port) Post(v any) error {
	m, shared, err := encode(v)
	if raw, ok := v.(json.RawMessage); ok && len(raw) == 0 && p.channel.takesNothing {
		m, shared, err = json.RawMessage{}, false, nil
	}
	if err == nil {
		err = p.channel.tooLarge(len(m))
	}
	if err == nil {
		err = p.send(m, shared)
	}
	if err != nil {
		return fmt.Errorf("post on port %q: %w", p.Name(), err)
	}
	return nil
}

// send posts m, which is JSON and, if it is shared, the caller's.
func (p *Port) send(m json.RawMessage, shared bool) error {
	switch {
	case p.link != nil && p.link.tryWrite(m):
		return nil
	case p.link != nil && shared:
		m = cloneForWriting(m)
	case shared:
		m = bytes.Clone(m)
	}
	return p.channel.post(p, m)
}

// postable returns why nothing can be posted on p. Its channel is locked.
func (p *Port) postable() error {
	switch {
	case p.state == open && !(p.channel.severed && p != p.opener):
		return nil
	case p.state == open:
		return errSevered
	case p.state == disconnected && p.channel.lingers && len(p.channel.receivers) > 0:
		return nil
	case p.err != nil:
		return fmt.Errorf("%w: %w", ErrDisconnected, p.err)
	}
	return ErrDisconnected
}

// Flush waits until the other end has received everything that was posted on p
// before the call, every receiver if there are several; behind a Conn, until it
// is written. It returns ctx.Err() if ctx is done first, and ErrDisconnected if
// the port is disconnected or the other end goes away with messages that it has
// not received.
func (p *Port) Flush(ctx context.Context) error {
	m := &mark{done: make(chan struct{})}
	if err := p.mark(m); err != nil {
		return err
	}
	select {
	case <-m.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	if m.lost {
		return ErrDisconnected
	}
	return nil
}

// mark puts m behind everything that p has posted.
func (p *Port) mark(m *mark) error {
	c := p.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.state != open && p.postable() != nil {
		return fmt.Errorf("flush port %q: %w", c.name, ErrDisconnected)
	}
	m.missing = 1 // this call's own, passed at the end
	defer m.pass(false)
	switch {
	case c.opening:
		m.missing++
		c.posted.push(item{mark: m})
	case p != p.opener:
		m.missing++
		p.opener.queueMark(m)
	default:
		m.missing += len(c.receivers)
		for _, r := range c.receivers {
			r.queueMark(m)
		}
	}
	return nil
}

// Done returns a channel that is closed when p is disconnected, by either end:
// port.onDisconnect. Messages that arrived before can still be received.
func (p *Port) Done() <-chan struct{} {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	if p.done == nil {
		p.done = make(chan struct{})
		if p.state != open {
			close(p.done)
		}
	}
	return p.done
}

// Err returns why p is disconnected: what browsers leave in runtime.lastError
// or port.error. It is nil while p is connected and after a clean end.
func (p *Port) Err() error {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	if p.state == closed {
		return nil
	}
	return p.err
}

// Close disconnects p: port.disconnect(). What was posted is delivered first,
// then the other end is told, once; this end is not. What p has not received
// is dropped. If the other end is behind a Conn, Close waits until that is
// closed, a native app has exited, and returns its error, or why it could not be
// opened to deliver what was posted. Later calls change nothing.
func (p *Port) Close() error {
	p.Disconnect(nil)
	if p.link == nil {
		return nil
	}
	<-p.link.ended
	return p.link.err
}

// Disconnect is Close without the wait; cause becomes Err at the other end,
// where nil is a clean end. Programs that pass channels on to other places use
// it to pass on why one ended.
func (p *Port) Disconnect(cause error) {
	if !p.channel.close(p, cause, true) {
		return
	}
	if p.link != nil && p.link.far != p {
		p.link.abandon()
	}
}

// abandon gives up on opening the conn if nothing was posted that it must
// still deliver.
func (l *link) abandon() {
	l.far.channel.mu.Lock()
	defer l.far.channel.mu.Unlock()
	if l.far.queue.empty() {
		l.cancel()
	}
}

// deliver queues m at p; the caller wakes who waits for it. Its channel is locked.
func (p *Port) deliver(m json.RawMessage) {
	if p.state != open {
		return
	}
	if p.endpoint != nil && p.endpoint.inbox != nil {
		p.queue.bytes += len(m)
		p.endpoint.inbox.push(Event{Kind: EventMessage, Port: p, Message: m})
		return
	}
	p.queue.push(item{message: m})
}

// queueMark puts m behind what p has not received. Its channel is locked.
func (p *Port) queueMark(m *mark) {
	switch {
	case p.state == closed, p.state == left:
		m.pass(true)
	case p != p.opener && p.opener.link.streams():
		p.queue.push(item{mark: m}) // the conn may have kept back what was sent
		p.wake()
	case p.queue.bytes == 0 && p.queue.empty() && !p.unsettled:
		m.pass(false)
	case p.endpoint != nil && p.endpoint.inbox != nil:
		p.queue.push(item{mark: m}) // here too: when p is closed, nobody may look into the inbox any more
		p.endpoint.inbox.push(Event{Kind: eventMark, Port: p})
	default:
		p.queue.push(item{mark: m})
	}
}

// disconnected ends p because the other end is gone. Its channel is locked.
func (p *Port) disconnected(cause error) {
	if p.state != open {
		return
	}
	p.state = disconnected
	p.err = cause
	p.channel.trace(TraceDisconnected, p, nil, cause)
	if p.endpoint != nil && p.endpoint.inbox != nil {
		p.endpoint.inbox.push(Event{Kind: EventDisconnect, Port: p})
	}
	p.over()
}

// hangUp tells the opener that p, the inner end of a channel to a Conn, has
// nothing more to say; what the opener posts until it closes still counts.
func (p *Port) hangUp(cause error) {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	p.channel.lingers = true
	p.opener.disconnected(cause)
}

// over releases who waits on p and takes it off its endpoint's list.
func (p *Port) over() {
	if p.done != nil {
		close(p.done)
	}
	p.wake()
	if p.link.streams() {
		p.link.stream.Interrupt() // a Receive that reads
		p.link.watch(context.Background())
	}
	if p.endpoint != nil {
		p.endpoint.forget(p)
	}
}
