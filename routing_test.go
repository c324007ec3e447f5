package webport_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/webport/webport"
)

// TestWhoIsReached connects every way to a broker full of listening endpoints
// and holds who gets a port.
func TestWhoIsReached(t *testing.T) {
	const other = "ppppoooonnnnmmmmllllkkkkjjjjiiii"
	frame := func(n int) *int { return &n }
	place := map[string]webport.EndpointInfo{
		"background":  {Extension: ext},
		"popup":       {Extension: ext, DocumentID: "popup"},
		"page":        page(2),
		"top":         contentScript(1, 0),
		"sub":         contentScript(1, 7),
		"elsewhere":   contentScript(3, 0),
		"user script": {Extension: ext, UserScriptWorld: "w", Tab: &webport.Tab{ID: 1}},
		"other":       {Extension: other},
		"other top":   {Extension: other, ContentScript: true, Tab: &webport.Tab{ID: 1}, DocumentID: "O1"},
		"web page":    {Tab: &webport.Tab{ID: 1}, URL: "https://example.com/", Origin: "https://example.com"},
		"app":         {Extension: ext, NativeApplication: "app"},
	}
	type connectFrom func(map[string]*webport.Endpoint) (*webport.Port, error)
	runtime := func(from string, info webport.ConnectInfo) connectFrom {
		return func(e map[string]*webport.Endpoint) (*webport.Port, error) { return e[from].Connect(info) }
	}
	tabs := func(from string, tab int, info webport.ConnectInfo) connectFrom {
		return func(e map[string]*webport.Endpoint) (*webport.Port, error) { return e[from].ConnectTab(tab, info) }
	}
	cases := []struct {
		name    string
		connect connectFrom
		reaches string // "ENDPOINT EVENT, …" in the order of their names
		firefox string // where it differs
	}{
		{"script to its extension", runtime("top", webport.ConnectInfo{}), "background onConnect, page onConnect, popup onConnect", ""},
		{"background, not itself", runtime("background", webport.ConnectInfo{}), "page onConnect, popup onConnect", ""},
		{"own id is like none", runtime("page", webport.ConnectInfo{Extension: ext}), "background onConnect, popup onConnect", ""},
		{"another extension", runtime("background", webport.ConnectInfo{Extension: other}), "other onConnectExternal", ""},
		{"another from a script", runtime("top", webport.ConnectInfo{Extension: other}), "other onConnectExternal", ""},
		{"web page", runtime("web page", webport.ConnectInfo{Extension: ext}), "", ""},
		{"user script", runtime("user script", webport.ConnectInfo{}), "background onUserScriptConnect, page onUserScriptConnect, popup onUserScriptConnect", ""},
		{"native app", runtime("app", webport.ConnectInfo{}), "background onConnectNative, page onConnectNative, popup onConnectNative", ""},
		{"message", runtime("top", webport.ConnectInfo{OneTime: true}), "background onMessage, page onMessage, popup onMessage", ""},
		{"message to another", runtime("top", webport.ConnectInfo{Extension: other, OneTime: true}), "other onMessageExternal", ""},
		{"message of a user script", runtime("user script", webport.ConnectInfo{OneTime: true}), "background onUserScriptMessage, page onUserScriptMessage, popup onUserScriptMessage", ""},
		{"tab", tabs("background", 1, webport.ConnectInfo{}), "sub onConnect, top onConnect", ""},
		{"message to a tab", tabs("background", 1, webport.ConnectInfo{OneTime: true}), "sub onMessage, top onMessage", ""},
		{"tab with a page of the extension", tabs("background", 2, webport.ConnectInfo{}), "page onConnect", ""},
		{"page to its own tab", tabs("page", 2, webport.ConnectInfo{}), "", "page onConnect"},
		{"frame 0", tabs("popup", 1, webport.ConnectInfo{FrameID: frame(0)}), "top onConnect", ""},
		{"frame 7", tabs("popup", 1, webport.ConnectInfo{FrameID: frame(7)}), "sub onConnect", ""},
		{"unknown frame", tabs("popup", 1, webport.ConnectInfo{FrameID: frame(8)}), "", ""},
		{"document", tabs("popup", 1, webport.ConnectInfo{DocumentID: "D17"}), "sub onConnect", ""},
		{"document in another tab", tabs("popup", 3, webport.ConnectInfo{DocumentID: "D17"}), "sub onConnect", ""},
		{"document, unknown tab", tabs("popup", 99, webport.ConnectInfo{DocumentID: "D17"}), "", ""},
		{"unknown document", tabs("popup", 1, webport.ConnectInfo{DocumentID: "D99"}), "", ""},
		{"frame and document disagree", tabs("popup", 1, webport.ConnectInfo{FrameID: frame(0), DocumentID: "D17"}), "", "sub onConnect"},
		{"other extension's script", tabs("other", 1, webport.ConnectInfo{}), "other top onConnect", ""},
		{"unknown tab", tabs("background", 99, webport.ConnectInfo{}), "", ""},
	}
	for _, d := range dialects {
		for _, c := range cases {
			t.Run(d.String()+"/"+c.name, func(t *testing.T) {
				b := &webport.Broker{Dialect: d}
				endpoints := map[string]*webport.Endpoint{}
				var reached []string
				b.Trace = func(tr webport.Trace) {
					if tr.Kind == webport.TraceConnect && tr.To != nil {
						reached = append(reached, tr.To.String())
					}
				}
				ports := map[string]*webport.Listener{}
				for name, info := range place {
					endpoints[name] = attach(t, b, info)
					for on := webport.OnConnect; on <= webport.OnUserScriptMessage; on++ {
						l, err := endpoints[name].ListenOn(on)
						if err != nil {
							t.Fatal(err)
						}
						ports[name+" "+on.String()] = l
					}
				}
				p, err := c.connect(endpoints)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for name, l := range ports {
					if accepted(l) {
						got = append(got, name)
					}
				}
				slices.Sort(got)
				want := c.reaches
				if d == webport.Firefox && c.firefox != "" {
					want = c.firefox
				}
				if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
					t.Errorf("reached (-want +got):\n%s", diff)
				}
				if len(reached) != len(got) {
					t.Errorf("traced %q, reached %q", reached, got)
				}
				if want == "" {
					wantDone(t, p, webport.ErrNoReceiver)
				}
			})
		}
	}
}

// accepted reports whether a port waits in l.
func accepted(l *webport.Listener) bool {
	ctx, cancel := contextThatIsDone()
	defer cancel()
	p, err := l.Accept(ctx)
	return err == nil && p != nil
}

func TestWhatConnectRefuses(t *testing.T) {
	b := &webport.Broker{}
	bg := attach(t, b, webport.EndpointInfo{Extension: ext})
	script := attach(t, b, contentScript(1, 0))
	user := attach(t, b, webport.EndpointInfo{Extension: ext, UserScriptWorld: "w"})
	web := attach(t, b, webport.EndpointInfo{})
	minus := -1
	for _, c := range []struct {
		call func() (*webport.Port, error)
		says string
	}{
		{func() (*webport.Port, error) { return web.Connect(webport.ConnectInfo{}) }, "must name the extension"},
		{func() (*webport.Port, error) { return user.Connect(webport.ConnectInfo{Extension: "x"}) }, "another extension"},
		{func() (*webport.Port, error) { return bg.Connect(webport.ConnectInfo{DocumentID: "x"}) }, "use ConnectTab"},
		{func() (*webport.Port, error) { return script.ConnectTab(1, webport.ConnectInfo{}) }, "no access to tabs"},
		{func() (*webport.Port, error) { return bg.ConnectTab(-1, webport.ConnectInfo{}) }, "at least 0"},
		{func() (*webport.Port, error) { return bg.ConnectTab(1, webport.ConnectInfo{FrameID: &minus}) }, "frame -1"},
		{func() (*webport.Port, error) { return bg.ConnectTab(1, webport.ConnectInfo{Extension: "x"}) }, "own extension"},
		{func() (*webport.Port, error) { return web.ConnectNative("app") }, "no access to native apps"},
	} {
		p, err := c.call()
		if p != nil || err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, %v; want an error that says %q", p, err, c.says)
		}
	}
}

func TestAdmit(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d, Admit: func(caller webport.Sender, extension string) error {
			switch {
			case extension != ext:
				t.Errorf("asked about %q", extension)
			case caller.Origin == "https://good.example":
				return nil
			case caller.ID == "mismatched":
				return webport.ErrFormatMismatch
			}
			return webport.ErrNoReceiver
		}}
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		l, err := bg.ListenExternal()
		if err != nil {
			t.Fatal(err)
		}
		good := attach(t, b, webport.EndpointInfo{URL: "https://good.example/", Origin: "https://good.example"})
		wantOpen(t, connect(t, good, webport.ConnectInfo{Extension: ext}))
		if s := accept(t, l).Sender(); s.ID != "" || s.Origin != "https://good.example" {
			t.Errorf("sender is %+v", s)
		}
		bad := attach(t, b, webport.EndpointInfo{URL: "https://bad.example/", Origin: "https://bad.example"})
		wantDone(t, connect(t, bad, webport.ConnectInfo{Extension: ext}), webport.ErrNoReceiver)
		mismatched := attach(t, b, webport.EndpointInfo{Extension: "mismatched"})
		wantDone(t, connect(t, mismatched, webport.ConnectInfo{Extension: ext}), webport.ErrFormatMismatch)
	})
}

func TestListener(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		b := &webport.Broker{Dialect: d}
		bg, l := background(t, b)
		if _, err := bg.Listen(); err == nil {
			t.Error("listened twice")
		}
		script := attach(t, b, contentScript(1, 0))
		p := connect(t, script, webport.ConnectInfo{})
		l.Close()
		l.Close()
		wantDone(t, p, webport.ErrNoReceiver)
		if _, err := l.Accept(t.Context()); !errors.Is(err, webport.ErrListenerClosed) {
			t.Errorf("accept on a closed listener: %v", err)
		}
		wantDone(t, connect(t, script, webport.ConnectInfo{}), webport.ErrNoReceiver)

		again := listen(t, bg)
		for _, name := range []string{"a", "b"} {
			connect(t, script, webport.ConnectInfo{Name: name})
		}
		var names []string
		for p := range again.Ports() {
			names = append(names, p.Name())
			if len(names) == 2 {
				bg.Close()
			}
		}
		if !slices.Equal(names, []string{"a", "b"}) {
			t.Errorf("accepted %q", names)
		}
		if _, err := again.Accept(t.Context()); !errors.Is(err, webport.ErrEndpointClosed) {
			t.Errorf("accept on a closed endpoint: %v", err)
		}
	})
}

func TestTooManyUnaccepted(t *testing.T) {
	b := &webport.Broker{MaxQueue: 1024}
	background(t, b)
	script := attach(t, b, contentScript(1, 0))
	connect(t, script, webport.ConnectInfo{})
	connect(t, script, webport.ConnectInfo{})
	wantDone(t, connect(t, script, webport.ConnectInfo{}), webport.ErrNoReceiver)
}
