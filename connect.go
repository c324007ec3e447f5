package webport

import (
	"context"
	"errors"
	"fmt"
)

// ConnectInfo says what to connect to, and how: the arguments of
// runtime.connect and tabs.connect.
type ConnectInfo struct {
	// Extension is the id of the extension to reach: the endpoint's own if it
	// is "". Connect only.
	Extension string
	// Name is the port's name at both ends. Any string.
	Name string
	// Unnamed says that the caller gave connectInfo and no name in it. See
	// Port.Unnamed.
	Unnamed bool
	// FrameID reaches only that frame of the tab; nil every frame. ConnectTab
	// only.
	FrameID *int
	// DocumentID reaches only that document, even if it is in
	// another tab. ConnectTab only.
	DocumentID string
	// OneTime opens a channel for one message and one answer: sendMessage. It
	// fires OnMessage and its kin in place of OnConnect. A receiver that
	// disconnects before it has posted leaves the answer to the others.
	OneTime bool
}

// Connect opens a channel to the pages of an extension, its own or another,
// that listen: runtime.connect. Content scripts are never among them, nor is the
// endpoint itself. It returns at once, and an error only for what browsers
// throw. That nobody listens shows later: Port.Err is then ErrNoReceiver.
func (e *Endpoint) Connect(info ConnectInfo) (*Port, error) {
	on := OnConnect
	own := e.is.Extension // never changes
	switch {
	case info.FrameID != nil || info.DocumentID != "":
		return nil, errors.New("connect: a frame or document is chosen in a tab: use ConnectTab")
	case own == "" && info.Extension == "":
		return nil, errors.New("connect: a web page must name the extension to connect to")
	case e.is.UserScriptWorld != "" && info.Extension != "" && info.Extension != own:
		return nil, errors.New("connect: a user script may not reach another extension")
	case e.is.NativeApplication != "":
		on = OnConnectNative
	case e.is.UserScriptWorld != "":
		on = OnUserScriptConnect
	case info.Extension != "" && info.Extension != own:
		on = OnConnectExternal
	}
	if info.Extension == "" {
		info.Extension = own
	}
	if info.OneTime {
		on = oneTime(on)
	}
	sender := e.sender(viaRuntime)
	p, err := e.newChannel(info)
	if err != nil {
		return nil, err
	}
	if on == OnConnectExternal || on == OnMessageExternal {
		if err := e.broker.admit(sender, info.Extension); err != nil {
			p.refuse(err)
			return &p.near, nil
		}
	}
	e.open(p, info.Extension, sender, func() []*Listener {
		return e.broker.pagesOf(info.Extension, e, on)
	})
	return &p.near, nil
}

// ConnectTab opens a channel to the content scripts and pages that the
// endpoint's extension has in a tab: tabs.connect. Otherwise it is as Connect:
// a tab, frame or document that does not exist gives ErrNoReceiver. In Firefox
// a page in that tab may reach itself.
func (e *Endpoint) ConnectTab(tabID int, info ConnectInfo) (*Port, error) {
	switch {
	case e.is.Extension == "" || e.is.ContentScript || e.is.UserScriptWorld != "":
		return nil, fmt.Errorf("connect to tab %d: %v has no access to tabs", tabID, e.is)
	case info.Extension != "":
		return nil, fmt.Errorf("connect to tab %d: only the own extension is reached there, not %q", tabID, info.Extension)
	case tabID < 0:
		return nil, fmt.Errorf("connect to tab %d: a tab's id is at least 0", tabID)
	case info.FrameID != nil && *info.FrameID < 0:
		return nil, fmt.Errorf("connect to tab %d: frame %d: a frame's id is at least 0", tabID, *info.FrameID)
	}
	on := OnConnect
	if info.OneTime {
		on = OnMessage
	}
	p, err := e.newChannel(info)
	if err != nil {
		return nil, err
	}
	p.accept(e.broker.framesOf(tabID, e, on, &info), e.sender(viaTabs))
	return &p.near, nil
}

// ConnectNative opens a channel to a native app, which Broker.Native starts:
// runtime.connectNative. It returns at once; that there is no such app, or that
// it may not be used, shows later in Port.Err.
func (e *Endpoint) ConnectNative(application string) (*Port, error) {
	b := e.broker
	if e.is.Extension == "" || e.is.UserScriptWorld != "" {
		return nil, fmt.Errorf("connect to native app %q: %v has no access to native apps", application, e.is)
	}
	info := PortInfo{Dialect: b.Dialect, MaxQueue: b.MaxQueue}
	if b.Dialect == Firefox {
		info.Name = application
		info.MaxMessage = -1
	}
	p, far := newConnPair(info)
	p.channel.broker = b
	p.channel.takesNothing = b.Dialect == Firefox
	p.endpoint = e
	link := newLink(far, false)
	if !e.adopt(p) {
		return nil, fmt.Errorf("connect to native app %q: %w", application, ErrEndpointClosed)
	}
	p.channel.mu.Lock()
	p.channel.traceNative(p, application)
	p.channel.mu.Unlock()
	caller := *e.sender(viaRuntime)
	go link.run(func(ctx context.Context) (Conn, error) {
		if b.Native == nil {
			return nil, fmt.Errorf("connect to native app %q: %w: this broker starts none", application, ErrNativeNotFound)
		}
		return b.Native(ctx, caller, application)
	})
	return p, nil
}

// newChannel makes the opener's end of a channel.
func (e *Endpoint) newChannel(info ConnectInfo) (*pair, error) {
	p := newPair(e.broker, e.broker.Dialect, info.Name)
	p.unnamed, p.oneTime = info.Unnamed, info.OneTime
	p.maxQueue = queueBound(e.broker.MaxQueue)
	p.opening = true
	p.near.endpoint = e
	if !e.adopt(&p.near) {
		return nil, fmt.Errorf("connect: %w", ErrEndpointClosed)
	}
	return p, nil
}

// open finds the receivers, now or when the extension's background is awake.
func (e *Endpoint) open(p *pair, extension string, sender *Sender, find func() []*Listener) {
	if wake := e.broker.Wake; wake != nil && wake(extension, func() { p.accept(find(), sender) }) {
		return
	}
	p.accept(find(), sender)
}

func (p *pair) refuse(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opening = false
	p.trace(TraceConnect, &p.near, nil, cause)
	p.near.disconnected(cause)
}

func (b *Broker) admit(caller *Sender, extension string) error {
	if b.Admit != nil {
		return b.Admit(*caller, extension)
	}
	if caller.ID == "" {
		return ErrNoReceiver
	}
	return nil
}

func oneTime(on On) On {
	switch on {
	case OnConnectExternal:
		return OnMessageExternal
	case OnUserScriptConnect:
		return OnUserScriptMessage
	}
	return OnMessage
}
