package webport_test

import (
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
)

// bridge joins two brokers as a hub does: for every endpoint of one there is a
// stand-in in the other, attached with the same EndpointInfo. Whatever connects
// to a stand-in is connected on from the opener's stand-in, over there.
type bridge struct {
	cause error // what ports see when the bridge is cut

	mu      sync.Mutex // guards following
	cut     bool
	ports   []*webport.Port
	working sync.WaitGroup
}

// stands lets a stand-in for original, an endpoint of another broker, listen in b.
func (br *bridge) stands(b *webport.Broker, info webport.EndpointInfo, over *webport.Broker) *webport.Endpoint {
	stand := b.Attach(info)
	l, err := stand.Listen()
	if err != nil {
		panic(err)
	}
	br.working.Go(func() {
		for near := range l.Ports() {
			// The opener has a stand-in over there too, and the broker, not
			// the opener, says what it is.
			opener := over.Attach(webport.EndpointInfo{
				Extension: near.Sender().ID, URL: near.Sender().URL, ContentScript: near.Sender().Tab != nil, Tab: near.Sender().Tab,
				DocumentID: near.Sender().DocumentID, Origin: near.Sender().Origin,
			})
			far, err := opener.Connect(webport.ConnectInfo{Name: near.Name()})
			if err != nil {
				near.Disconnect(err)
				continue
			}
			br.splice(near, far, opener)
		}
	})
	return stand
}

func (br *bridge) splice(a, b *webport.Port, opener *webport.Endpoint) {
	br.mu.Lock()
	defer br.mu.Unlock()
	br.ports = append(br.ports, a, b)
	if br.cut {
		a.Disconnect(br.cause)
		b.Disconnect(br.cause)
	}
	var both sync.WaitGroup
	both.Go(func() { forward(a, b) })
	both.Go(func() { forward(b, a) })
	br.working.Go(func() { both.Wait(); opener.Close() })
}

func forward(from, to *webport.Port) {
	for m := range from.Messages() {
		if to.Post(m) != nil {
			return
		}
	}
	to.Disconnect(from.Err())
}

func (br *bridge) breakDown(cause error) {
	br.mu.Lock()
	defer br.mu.Unlock()
	br.cut, br.cause = true, cause
	for _, p := range br.ports {
		p.Disconnect(cause)
	}
}

// TestBrokersCanBeJoined connects an endpoint of one broker to an endpoint of
// another over a link in memory, talks, and cuts the link.
func TestBrokersCanBeJoined(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		here, there := &webport.Broker{Dialect: d}, &webport.Broker{Dialect: d}
		_, l := background(t, there)
		script := attach(t, here, contentScript(1, 0))
		br := &bridge{}
		stand := br.stands(here, webport.EndpointInfo{Extension: ext}, there)

		opener := connect(t, script, webport.ConnectInfo{Name: "over there"})
		post(t, opener, "hello")
		receiver := accept(t, l)
		s := receiver.Sender()
		if receiver.Name() != "over there" || s.ID != ext || s.Tab == nil || s.Tab.ID != 1 || s.URL != "https://example.com/" {
			t.Errorf("receiver has name %q, sender %+v", receiver.Name(), s)
		}
		if m, _ := receiver.Receive(t.Context()); string(m) != `"hello"` {
			t.Errorf("received %s", m)
		}
		post(t, receiver, "hi")
		receiver.Close()
		wantRest(t, opener, io.EOF, `"hi"`)

		second := connect(t, script, webport.ConnectInfo{Name: "to be cut"})
		far := accept(t, l)
		post(t, second, "on its way")
		synctest.Wait()
		lost := errors.New("the link is down")
		br.breakDown(lost)
		wantRest(t, far, lost, `"on its way"`)
		wantRest(t, second, lost)

		stand.Close()
		wantDone(t, connect(t, script, webport.ConnectInfo{}), webport.ErrNoReceiver)
		br.working.Wait()
	})
}

// TestNobodyListensOverThere holds that a refusal crosses the link too.
func TestNobodyListensOverThere(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		here, there := &webport.Broker{Dialect: d}, &webport.Broker{Dialect: d}
		br := &bridge{}
		stand := br.stands(here, webport.EndpointInfo{Extension: ext}, there)
		p := connect(t, attach(t, here, contentScript(1, 0)), webport.ConnectInfo{})
		wantRest(t, p, webport.ErrNoReceiver)
		stand.Close()
		br.working.Wait()
	})
}
