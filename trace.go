package webport

import "encoding/json"

// TraceKind says what a Trace tells of.
type TraceKind int

// The kinds of traces.
const (
	_                 TraceKind = iota
	TraceConnect                // From opened a channel, and To got a port; with Err, nobody did
	TraceMessage                // From posted Message
	TraceDisconnect             // From closed its port, or, with Gone, is gone; with Err, it said why
	TraceDisconnected           // From heard that the other end is gone; Err is its Port.Err
)

// Trace is one step in the life of a channel. See Broker.Trace.
type Trace struct {
	Kind    TraceKind
	Channel uint64 // the channel's number, unlike any other's in this process
	Name    string // of its ports
	OneTime bool
	Opener  bool            // From is the channel's opener
	From    *EndpointInfo   // nil for what is behind a Conn
	To      *EndpointInfo   // of a TraceConnect
	Native  string          // the native app of a TraceConnect to one
	Message json.RawMessage // of a TraceMessage; must not be changed
	Gone    bool            // of a TraceDisconnect: it did not close its port, its endpoint is gone
	Err     error           // see the kinds
}

func (c *channel) traced() bool { return c.broker != nil && c.broker.Trace != nil }

// trace tells Broker.Trace of something that p does. The channel is locked.
func (c *channel) trace(kind TraceKind, p *Port, m json.RawMessage, err error) {
	if !c.traced() {
		return
	}
	c.broker.Trace(c.newTrace(kind, p, m, err))
}

func (c *channel) traceDisconnect(p *Port, cause error, explicit bool) {
	if !c.traced() {
		return
	}
	t := c.newTrace(TraceDisconnect, p, nil, cause)
	t.Gone = !explicit
	c.broker.Trace(t)
}

func (c *channel) traceConnect(near, far *Port) {
	if !c.traced() {
		return
	}
	t := c.newTrace(TraceConnect, near, nil, nil)
	t.To = far.info()
	c.broker.Trace(t)
}

func (c *channel) traceNative(near *Port, application string) {
	if !c.traced() {
		return
	}
	t := c.newTrace(TraceConnect, near, nil, nil)
	t.Native = application
	c.broker.Trace(t)
}

func (c *channel) newTrace(kind TraceKind, p *Port, m json.RawMessage, err error) Trace {
	return Trace{
		Kind: kind, Channel: c.number, Name: c.name, OneTime: c.oneTime,
		Opener: p == p.opener, From: p.info(), Message: m, Err: err,
	}
}

// info returns what the endpoint of p is, or nil if p has none.
func (p *Port) info() *EndpointInfo {
	if p.endpoint == nil {
		return nil
	}
	i := p.endpoint.Info()
	return &i
}
