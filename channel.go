package webport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// channel is one opener and its receivers. One mutex guards it and all its
// ports: what happens on a channel happens in one order.
//
// Locks are taken in the order Broker, channel, Endpoint, Inbox, and never the
// other way round.
type channel struct {
	broker       *Broker // nil when the other end is behind a Conn
	number       uint64  // for traces
	name         string
	dialect      Dialect
	unnamed      bool
	oneTime      bool
	takesNothing bool // messages may be empty: see Post
	maxMessage   int  // 0: no limit
	maxQueue     int

	mu        sync.Mutex // guards following, and every field of the ports that says so
	receivers []*Port    // still connected
	opening   bool       // the receivers are not known yet: see Broker.Wake
	posted    queue      // by the opener while opening
	lingers   bool       // the opener is disconnected and may still post: see Conn
	severed   bool       // a receiver disconnected: its siblings dangle (Chromium)
}

// pair is a channel with its opener and its first receiver in one allocation:
// nearly every channel is just that.
type pair struct {
	channel
	near Port
	far  Port
}

var channelNumbers atomic.Uint64

func newPair(b *Broker, d Dialect, name string) *pair {
	c := &pair{channel: channel{
		broker: b, number: channelNumbers.Add(1), name: name, dialect: d, maxMessage: d.maxMessage(),
	}}
	c.near.channel, c.far.channel = &c.channel, &c.channel
	c.near.opener = &c.near
	c.far.opener = &c.near
	return c
}

// post queues m, which is JSON and shared by nobody, for the other end.
func (c *channel) post(from *Port, m json.RawMessage) error {
	c.mu.Lock()
	to, err := c.queue(from, m)
	waiting := to.waiter()
	c.mu.Unlock()
	if waiting != nil {
		// Not before the unlock: who is woken wants the lock at once.
		wake(waiting)
	}
	return err
}

// queue puts m where it belongs. If that is the queue of one port, whose
// Receive the caller has to wake, it returns that port.
func (c *channel) queue(from *Port, m json.RawMessage) (*Port, error) {
	if err := from.postable(); err != nil {
		return nil, err
	}
	from.answered = true
	if c.opening {
		if full(&c.posted, len(m), c.maxQueue) {
			return nil, ErrBacklog
		}
		c.trace(TraceMessage, from, m, nil)
		c.posted.push(item{message: m})
		return nil, nil
	}
	if from != from.opener {
		return c.queueAt(from.opener, from, m)
	}
	if len(c.receivers) == 1 {
		return c.queueAt(c.receivers[0], from, m)
	}
	for _, r := range c.receivers {
		if full(&r.queue, len(m), c.maxQueue) {
			return nil, ErrBacklog
		}
	}
	c.trace(TraceMessage, from, m, nil)
	c.broadcast(m)
	return nil, nil
}

// broadcast delivers m to every receiver. Each owns what it receives.
func (c *channel) broadcast(m json.RawMessage) {
	for i, r := range c.receivers {
		if i > 0 {
			m = bytes.Clone(m)
		}
		r.deliver(m)
		r.wake()
	}
}

func (c *channel) queueAt(to, from *Port, m json.RawMessage) (*Port, error) {
	if full(&to.queue, len(m), c.maxQueue) {
		return nil, ErrBacklog
	}
	c.trace(TraceMessage, from, m, nil)
	to.deliver(m)
	return to, nil
}

// full reports whether n more bytes would pass the bound. An empty queue takes
// any message: one that is larger than the bound would never get through.
func full(q *queue, n, bound int) bool { return q.bytes > 0 && q.bytes+n > bound }

// tooLarge returns a *TooLargeError if a message of n bytes may not be posted.
func (c *channel) tooLarge(n int) error {
	if c.maxMessage > 0 && n > c.maxMessage {
		return &TooLargeError{Size: int64(n), Limit: int64(c.maxMessage)}
	}
	return nil
}

// accept makes the receivers of an opening channel: one port for each listener,
// in their order, and gives them what was posted meanwhile.
func (p *pair) accept(listeners []*Listener, sender *Sender) {
	c, near := &p.channel, &p.near
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opening = false
	for _, l := range listeners {
		r := &p.far
		if len(c.receivers) > 0 {
			r = &Port{channel: c, opener: near}
		}
		r.sender = sender
		r.endpoint = l.endpoint
		if l.offer(r) {
			c.receivers = append(c.receivers, r)
		}
	}
	if len(c.receivers) == 0 {
		c.trace(TraceConnect, near, nil, ErrNoReceiver)
		c.posted.drop()
		near.disconnected(ErrNoReceiver)
		return
	}
	for _, r := range c.receivers {
		c.traceConnect(near, r)
	}
	c.release(near)
}

// release delivers what was posted while the channel was opening, and the
// disconnect if the opener has closed meanwhile.
func (c *channel) release(near *Port) {
	for _, it := range c.posted.items[c.posted.head:] {
		if it.mark == nil {
			c.broadcast(it.message)
			continue
		}
		it.mark.missing += len(c.receivers) - 1
		for _, r := range c.receivers {
			r.queueMark(it.mark)
		}
	}
	c.posted = queue{}
	if near.state != open {
		c.disconnectReceivers(near.err)
	}
}

// close ends p, as an explicit disconnect or because its endpoint is gone, drops
// what p has not received, and tells who must hear of it. It reports whether p
// was open until now.
func (c *channel) close(p *Port, cause error, explicit bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch p.state {
	case closed, left:
		return false
	case disconnected:
		p.state = left
		p.queue.drop()
		p.wake()
		if c.lingers && p == p.opener {
			c.disconnectReceivers(nil)
		}
		return false
	}
	p.state = closed
	p.err = cause
	p.queue.drop()
	p.over()
	c.traceDisconnect(p, cause, explicit)
	if p == p.opener {
		if !c.opening {
			c.disconnectReceivers(cause)
		}
		return true
	}
	c.removeReceiver(p)
	if c.oneTime && explicit && !p.answered {
		explicit = false // it has nothing to say; another receiver may
	}
	switch {
	case c.severed:
	case c.dialect == Firefox && !c.oneTime:
		p.opener.disconnected(cause)
		c.disconnectReceivers(cause)
	case explicit || len(c.receivers) == 0:
		// Chromium closes the channel and does not tell the other
		// receivers: their ports look open and lead nowhere.
		c.severed = true
		p.opener.disconnected(cause)
	}
	return true
}

func (c *channel) disconnectReceivers(cause error) {
	if c.severed {
		return // Chromium does not tell them even now
	}
	for _, r := range c.receivers {
		r.disconnected(cause)
	}
	c.receivers = nil
}

func (c *channel) removeReceiver(p *Port) {
	for i, r := range c.receivers {
		if r == p {
			c.receivers = append(c.receivers[:i], c.receivers[i+1:]...)
			return
		}
	}
}

// errSevered is what a post to a channel returns that another receiver has
// disconnected: in Chromium nothing shows that the port leads nowhere.
var errSevered = fmt.Errorf("%w: another receiver of the channel disconnected it", ErrDisconnected)

// IsSevered reports whether err comes from a post that Chromium would have
// dropped without a word, because another receiver disconnected the channel.
// Scripts must see no error then.
func IsSevered(err error) bool { return errors.Is(err, errSevered) }
