package webport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Receive waits for the next message and returns it: port.onMessage. The
// caller owns the message. After the last message of a port that the other end
// disconnected it returns io.EOF, or Err if that is not nil; on a port that this
// end closed, ErrDisconnected. When ctx is done first it returns ctx.Err() and
// has taken nothing. If several calls wait, each message goes to one of them.
func (p *Port) Receive(ctx context.Context) (json.RawMessage, error) {
	return p.take(ctx, true)
}

// take is Receive, except that with settle false the message does not count as
// received until settle is called.
func (p *Port) take(ctx context.Context, settle bool) (json.RawMessage, error) {
	c := p.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.endpoint != nil && p.endpoint.inbox != nil {
		return nil, errors.New("receive: the messages of this port go to the inbox of its endpoint")
	}
	for {
		if p.queue.flushes() {
			p.unsettled = true // nothing to send, but what was kept back
			return nil, nil
		}
		if !p.queue.empty() {
			m := p.queue.pop()
			p.unsettled = !settle
			if settle {
				p.queue.settle()
			}
			p.wake()
			return m, nil
		}
		if p.state != open {
			p.wake()
			return nil, p.ended()
		}
		if p.link.receivable() {
			if m, err := p.link.receive(ctx); m != nil || err != nil {
				return m, err
			}
			continue
		}
		if p.readable == nil {
			p.readable = make(chan struct{}, 1)
		}
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
}

// wait gives up the lock of the channel until p may have something to receive.
func (p *Port) wait(ctx context.Context) error {
	c, readable := p.channel, p.readable
	p.waiting++
	c.mu.Unlock()
	var err error
	if stop := ctx.Done(); stop == nil {
		<-readable
	} else {
		select {
		case <-readable:
		case <-stop:
			err = ctx.Err()
		}
	}
	c.mu.Lock()
	p.waiting--
	if err != nil {
		p.wake() // it may have been woken as well: pass that on
	}
	return err
}

// wake lets one waiting call of Receive look again, if there is anything to see.
func (p *Port) wake() {
	if p.waiting > 0 && (!p.queue.empty() || p.state != open || p.link.receivable()) {
		wake(p.readable)
	}
}

// waiter returns what wakes a waiting call of Receive, or nil if none waits.
func (p *Port) waiter() chan struct{} {
	if p == nil || p.waiting == 0 {
		return nil
	}
	return p.readable
}

func wake(readable chan struct{}) {
	select {
	case readable <- struct{}{}:
	default:
	}
}

// hasMore reports whether a message stands next in the queue: what was taken
// before it need not be dealt with at once.
func (p *Port) hasMore() bool {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	return !p.queue.empty() && p.queue.items[p.queue.head].mark == nil
}

// settle says that what take returned last has been dealt with.
func (p *Port) settle() {
	p.channel.mu.Lock()
	p.unsettled = false
	p.queue.settle()
	p.channel.mu.Unlock()
}

// ended returns what Receive returns when nothing is left to receive.
func (p *Port) ended() error {
	switch {
	case p.state == closed || p.state == left:
		return ErrDisconnected
	case p.err != nil:
		return p.err
	}
	return io.EOF
}

// Messages returns an iterator over the messages that Receive would return,
// until the port is disconnected. Err then says why. Leaving the loop early
// closes nothing.
func (p *Port) Messages() iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		for {
			m, err := p.Receive(context.Background())
			if err != nil || !yield(m) {
				return
			}
		}
	}
}

// Decode receives the next message of p into a T, by the rules of
// encoding/json. A message that does not fit is received all the same; the
// error quotes its beginning.
func Decode[T any](ctx context.Context, p *Port) (T, error) {
	var v T
	m, err := p.Receive(ctx)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(m, &v); err != nil {
		return v, fmt.Errorf("message %.80q on port %q: %w", m, p.Name(), err)
	}
	return v, nil
}
