package webport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/webport/webport"
	"pgregory.net/rapid"
)

// TestEverythingAtOnce calls everything concurrently, for the race detector,
// and holds that each sender's messages stay in order.
func TestEverythingAtOnce(t *testing.T) {
	for _, d := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			b := &webport.Broker{Dialect: d, MaxQueue: 8 << 10}
			bg := b.Attach(webport.EndpointInfo{Extension: ext})
			l := listen(t, bg)
			var working sync.WaitGroup
			working.Go(func() {
				for p := range l.Ports() {
					working.Go(func() {
						for m := range p.Messages() {
							for p.Post(m) != nil && p.Flush(context.Background()) == nil {
							}
						}
						p.Close()
					})
				}
			})
			var scripts sync.WaitGroup
			for i := range 8 {
				scripts.Go(func() {
					e := b.Attach(contentScript(i, 0))
					defer e.Close()
					for n := range 20 {
						echo(t, e, n%3 == 0)
						e.Update(func(i *webport.EndpointInfo) { i.Tab.Title = fmt.Sprint(n) })
					}
				})
			}
			scripts.Wait()
			bg.Close()
			working.Wait()
		})
	}
}

// padded is long enough for a few dozen to fill the queue of the test.
type padded struct {
	N   int
	Pad [100]int
}

func echo(t *testing.T, e *webport.Endpoint, abandon bool) {
	p, err := e.Connect(webport.ConnectInfo{})
	if err != nil {
		t.Error(err)
		return
	}
	defer p.Close()
	const messages = 50
	var posting sync.WaitGroup
	defer posting.Wait()
	posting.Go(func() {
		for i := range messages {
			for p.Post(padded{N: i}) != nil && p.Flush(context.Background()) == nil {
			}
		}
	})
	for i := range messages {
		if abandon && i == messages/2 {
			p.Close()
			return
		}
		if got, err := webport.Decode[padded](t.Context(), p); err != nil || got.N != i {
			t.Errorf("echo %d: %v, %v", i, got, err)
			return
		}
	}
}

// TestAgainstAModel plays random steps on one channel and compares what is
// received with a model: two lists and who has closed.
func TestAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom(dialects).Draw(t, "dialect")
		b := &webport.Broker{Dialect: d}
		bg, script := b.Attach(webport.EndpointInfo{Extension: ext}), b.Attach(contentScript(1, 0))
		defer bg.Close()
		defer script.Close()
		l, _ := bg.Listen()
		opener, _ := script.Connect(webport.ConnectInfo{})
		receiver, _ := l.Accept(context.Background())
		ends := [2]*webport.Port{opener, receiver}
		var queued [2][]string // at each end
		var closed [2]bool
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, 1).Draw(t, "end")
			over := closed[0] || closed[1]
			switch rapid.SampledFrom([]string{"post", "post", "receive", "close"}).Draw(t, "step") {
			case "post":
				m := fmt.Sprint(rapid.Int().Draw(t, "message"))
				if err := ends[i].Post(json.RawMessage(m)); (err != nil) != over {
					t.Fatalf("post: %v", err)
				}
				if !over {
					queued[1-i] = append(queued[1-i], m)
				}
			case "receive":
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				m, err := ends[i].Receive(ctx)
				if want := len(queued[i]) > 0; want != (err == nil) {
					t.Fatalf("receive: %v with %q queued", err, queued[i])
				} else if want && string(m) != queued[i][0] {
					t.Fatalf("received %s, want %s", m, queued[i][0])
				} else if want {
					queued[i] = slices.Delete(queued[i], 0, 1)
				}
			case "close":
				ends[i].Close()
				closed[i], queued[i] = true, nil
			}
		}
	})
}

// TestNothingIsLeft opens and closes many channels and finds the memory back.
func TestNothingIsLeft(t *testing.T) {
	b := &webport.Broker{}
	round := func() {
		bg, l := b.Attach(webport.EndpointInfo{Extension: ext}), (*webport.Listener)(nil)
		l, _ = bg.Listen()
		script := b.Attach(contentScript(1, 0))
		for range 10_000 {
			p, _ := script.Connect(webport.ConnectInfo{})
			r, _ := l.Accept(context.Background())
			p.Post(1)
			r.Post(2)
		}
		script.Close()
		bg.Close()
	}
	round()
	before := heap()
	for range 3 {
		round()
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("%d bytes are left of 30,000 closed channels", grown)
	}
	runtime.KeepAlive(b)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
