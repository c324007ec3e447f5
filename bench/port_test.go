package bench

import (
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/webport/webport"
)

const extension = "aaaabbbbccccddddeeeeffffgggghhhh"

// small is a message of 100 bytes, as chatty extensions send them.
var small = json.RawMessage(`{"type":"ping","id":123456,"body":"` + strings.Repeat("y", 63) + `"}`)

func init() {
	if len(small) != 100 {
		panic("the small message is not 100 bytes long")
	}
}

// profile is a broker with a listening background and a content script.
type profile struct {
	broker     webport.Broker
	background *webport.Endpoint
	listener   *webport.Listener
	script     *webport.Endpoint
}

func newProfile(b *testing.B) *profile {
	p := &profile{}
	p.background = p.broker.Attach(webport.EndpointInfo{Extension: extension})
	l, err := p.background.Listen()
	if err != nil {
		b.Fatal(err)
	}
	p.listener = l
	p.script = p.broker.Attach(webport.EndpointInfo{Extension: extension, ContentScript: true, Tab: &webport.Tab{ID: 1}})
	b.Cleanup(func() { p.script.Close(); p.background.Close() })
	return p
}

func (p *profile) connect(b *testing.B) (opener, receiver *webport.Port) {
	opener, err := p.script.Connect(webport.ConnectInfo{Name: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	if receiver, err = p.listener.Accept(context.Background()); err != nil {
		b.Fatal(err)
	}
	return opener, receiver
}

// BenchmarkRoundTrip sends 100 bytes there and back: over two Ports, each
// message checked to be JSON, and over two buffered channels, nothing checked.
func BenchmarkRoundTrip(b *testing.B) {
	b.Run("port", func(b *testing.B) {
		opener, receiver := newProfile(b).connect(b)
		roundTrips(b, opener, receiver)
	})
	b.Run("port-among-100000", func(b *testing.B) {
		p := newProfile(b)
		for range 100_000 {
			p.connect(b)
		}
		opener, receiver := p.connect(b)
		runtime.GC()
		roundTrips(b, opener, receiver)
	})
	b.Run("channel", func(b *testing.B) {
		there, back := make(chan json.RawMessage, 64), make(chan json.RawMessage, 64)
		go func() {
			for m := range there {
				back <- m
			}
		}()
		for b.Loop() {
			there <- small
			<-back
		}
		close(there)
	})
}

func roundTrips(b *testing.B, opener, receiver *webport.Port) {
	go func() {
		for m := range receiver.Messages() {
			receiver.Post(m)
		}
	}()
	ctx := context.Background()
	for b.Loop() {
		if err := opener.Post(small); err != nil {
			b.Fatal(err)
		}
		if _, err := opener.Receive(ctx); err != nil {
			b.Fatal(err)
		}
	}
	opener.Close()
}

// BenchmarkOneWay sends 100 bytes one way, as fast as the other end takes them.
func BenchmarkOneWay(b *testing.B) {
	b.Run("port", func(b *testing.B) {
		opener, receiver := newProfile(b).connect(b)
		oneWay(b, opener, receiver)
	})
	b.Run("channel", func(b *testing.B) {
		there, done := make(chan json.RawMessage, 1024), make(chan struct{})
		go func() {
			for range there {
			}
			close(done)
		}()
		for b.Loop() {
			there <- small
		}
		close(there)
		<-done
	})
}

func oneWay(b *testing.B, opener, receiver *webport.Port) {
	done := make(chan struct{})
	go func() {
		for range receiver.Messages() {
		}
		close(done)
	}()
	ctx := context.Background()
	for b.Loop() {
		for err := opener.Post(small); err != nil; err = opener.Post(small) {
			opener.Flush(ctx)
		}
	}
	opener.Close()
	<-done
}

// BenchmarkConnect opens a channel, accepts it and closes it.
func BenchmarkConnect(b *testing.B) {
	p := newProfile(b)
	for b.Loop() {
		opener, _ := p.connect(b)
		opener.Close()
	}
}

// BenchmarkOpenChannels opens 100,000 channels and reports the memory of a port.
func BenchmarkOpenChannels(b *testing.B) {
	const channels = 100_000
	for b.Loop() {
		before := heap()
		p := newProfile(b)
		open := make([]*webport.Port, 0, 2*channels)
		for range channels {
			opener, receiver := p.connect(b)
			open = append(open, opener, receiver)
		}
		b.ReportMetric(float64(heap()-before-uint64(cap(open))*8)/(2*channels), "B/port")
		for _, port := range open {
			port.Close()
		}
	}
	b.ReportMetric(float64(b.N*channels)/b.Elapsed().Seconds(), "connects/s")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
