package main

import (
	"slices"

	"github.com/webport/webport"
)

// unknownReceiver stands for the receivers of a channel that is not open yet:
// a background is being woken.
const unknownReceiver = "..."

// channelNames makes events of traces: it knows who is at the ends of each
// channel, which a trace says only when the channel is opened. The printer's
// goroutine alone uses it.
type channelNames struct {
	name func(*webport.EndpointInfo) string // of a context

	open   map[uint64]*openChannel // by Trace.Channel
	opened int
}

// openChannel is a channel with a port that is not known to be disconnected.
type openChannel struct {
	number    int
	opener    string
	openerEnd bool     // the opener's port is still open
	receivers []string // whose ports are still open
	native    string
	several   bool   // it had more than one receiver
	why       string // what the last shown disconnect gave as its reason
	ended     bool   // there was one
}

// event makes an event of a trace.
func (n *channelNames) event(t *webport.Trace) event {
	c := n.channel(t)
	e := event{
		Channel: c.number, Name: &t.Name, OneTime: t.OneTime, Message: t.Message,
		Gone: t.Gone, Error: errorText(t.Err), opener: t.Opener,
	}
	switch t.Kind {
	case webport.TraceConnect:
		e.Event = eventConnect
		e.quiet = t.OneTime && t.Err == nil // the message follows
		n.connect(c, t, &e)
	case webport.TraceMessage:
		e.Event = eventMessage
		e.From, e.To = c.ends(n, t)
	case webport.TraceDisconnect:
		e.Event = eventDisconnect
		e.From, e.To = c.ends(n, t)
		e.quiet = t.OneTime && t.Err == nil
		c.ended, c.why = !e.quiet, e.Error
		n.closed(c, t, e.From)
	case webport.TraceDisconnected:
		e.Event = eventDisconnected
		e.From, e.To = c.ends(n, t)
		if t.Opener && c.native != "" {
			c.receivers = nil // the app is gone
		}
		// That nobody is there was said by the connect, and that the other one of two ends hears of a disconnect goes
		// without saying.
		e.quiet = e.To == nil || t.OneTime && t.Err == nil || c.ended && c.why == e.Error && !c.several
		n.closed(c, t, e.From)
	}
	return e
}

func (n *channelNames) channel(t *webport.Trace) *openChannel {
	if c := n.open[t.Channel]; c != nil {
		return c
	}
	if n.open == nil {
		n.open = map[uint64]*openChannel{}
	}
	n.opened++
	c := &openChannel{number: n.opened, openerEnd: true}
	n.open[t.Channel] = c
	return c
}

func (n *channelNames) connect(c *openChannel, t *webport.Trace, e *event) {
	c.opener = n.name(t.From)
	e.From = c.opener
	to := t.Native
	if t.Native != "" {
		c.native = t.Native
	} else if t.To != nil {
		to = n.name(t.To)
	}
	if to == "" {
		return
	}
	e.To = []string{to}
	c.receivers = append(c.receivers, to)
	c.several = c.several || len(c.receivers) > 1
}

// ends names who did what the trace tells, and the others of the channel.
func (c *openChannel) ends(n *channelNames, t *webport.Trace) (from string, to []string) {
	switch {
	case t.From != nil:
		from = n.name(t.From)
	case t.Opener:
		from = c.opener
	default:
		from = c.native
	}
	switch {
	case !t.Opener:
		if c.opener != "" {
			to = []string{c.opener}
		}
	case len(c.receivers) > 0:
		to = slices.Clone(c.receivers)
	case t.Kind == webport.TraceMessage:
		to = []string{unknownReceiver}
	}
	return from, to
}

// closed forgets one end, and the channel with its last.
func (n *channelNames) closed(c *openChannel, t *webport.Trace, from string) {
	switch i := slices.Index(c.receivers, from); {
	case t.Opener:
		c.openerEnd = false
	case i >= 0:
		c.receivers = slices.Delete(c.receivers, i, i+1)
	}
	if !c.openerEnd && len(c.receivers) == 0 {
		delete(n.open, t.Channel)
	}
}
