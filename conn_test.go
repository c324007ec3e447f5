package webport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/webport/webport"
)

// pipe is a Conn whose other side is the test.
type pipe struct {
	in      chan json.RawMessage // what the other side sends
	out     chan json.RawMessage // what it gets
	failure error                // of ReadMessage, after in is closed; nil is io.EOF
	refuse  error                // of WriteMessage
	stop    chan struct{}        // closed by Close
	gone    chan struct{}        // closed by the other side, for which Close waits
	goodbye error                // of Close
}

func newPipe() *pipe {
	return &pipe{
		in: make(chan json.RawMessage, 10), out: make(chan json.RawMessage, 10),
		stop: make(chan struct{}), gone: make(chan struct{}),
	}
}

func (p *pipe) ReadMessage() (json.RawMessage, error) {
	select {
	case m, ok := <-p.in:
		if ok {
			return m, nil
		}
		if p.failure != nil {
			return nil, p.failure
		}
	case <-p.stop:
	}
	return nil, io.EOF
}

func (p *pipe) WriteMessage(m json.RawMessage) error {
	if p.refuse != nil {
		return p.refuse
	}
	select {
	case p.out <- append(json.RawMessage(nil), m...):
		return nil
	case <-p.stop:
		return errors.New("closed")
	}
}

func (p *pipe) Close() error {
	close(p.stop)
	<-p.gone
	return p.goodbye
}

func TestPortOverConn(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		c := newPipe()
		c.goodbye = errors.New("exit status 3")
		p := webport.NewPort(c, webport.PortInfo{Name: "app", Sender: &webport.Sender{ID: ext}, Dialect: d, MaxMessage: 5})
		if p.Name() != "app" || p.Sender().ID != ext {
			t.Errorf("port is %q from %+v", p.Name(), p.Sender())
		}
		c.in <- json.RawMessage(`1`)
		if m, err := p.Receive(t.Context()); string(m) != "1" || err != nil {
			t.Errorf("received %s, %v", m, err)
		}
		if err := p.Post("1234"); !errors.Is(err, webport.ErrTooLarge) {
			t.Errorf("post over the limit: %v", err)
		}
		post(t, p, "a")
		post(t, p, "b")
		closed := make(chan error, 1)
		go func() { closed <- p.Close() }()
		synctest.Wait()
		select {
		case err := <-closed:
			t.Fatalf("Close returned (%v) while the other side was still there", err)
		default:
		}
		if a, b := <-c.out, <-c.out; string(a) != `"a"` || string(b) != `"b"` {
			t.Errorf("sent %s, %s before the end", a, b)
		}
		close(c.gone)
		if err := <-closed; err != c.goodbye {
			t.Errorf("Close: %v", err)
		}
		if err := p.Close(); err != c.goodbye {
			t.Errorf("second Close: %v", err)
		}
	})
}

func TestConnThatEnds(t *testing.T) {
	for _, failure := range []error{nil, webport.ErrNativeExited} {
		for _, refuse := range []error{nil, errors.New("broken pipe")} {
			inBothDialects(t, func(t *testing.T, d webport.Dialect) {
				c := newPipe()
				close(c.gone)
				c.failure, c.refuse = failure, refuse
				p := webport.NewPort(c, webport.PortInfo{Dialect: d})
				post(t, p, "the write fails before the read")
				synctest.Wait()
				c.in <- json.RawMessage(`1`)
				c.in <- json.RawMessage(`2`)
				close(c.in)
				end := failure
				if end == nil {
					end = io.EOF
				}
				wantRest(t, p, end, "1", "2")
				wantDone(t, p, failure)
				p.Close()
			})
		}
	}
}

func TestConnIsHeldBackByASlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPipe()
		close(c.gone)
		p := webport.NewPort(c, webport.PortInfo{MaxQueue: 2})
		for range 10 {
			c.in <- json.RawMessage(`1`)
		}
		synctest.Wait()
		if len(c.in) != 7 {
			t.Errorf("%d messages left unread by a port that holds 2 and has one in hand, want 7", len(c.in))
		}
		close(c.in)
		got, err := rest(p)
		if len(got) != 10 || err != io.EOF {
			t.Errorf("received %d messages, then %v", len(got), err)
		}
		p.Close()
	})
}

// TestAConnThatTakesTimeToClose does so in a bubble, where whatever waits for it
// must be seen to wait.
func TestAConnThatTakesTimeToClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPipe()
		c.goodbye = errors.New("exit status 3")
		p := webport.NewPort(c, webport.PortInfo{})
		close(c.in)
		wantRest(t, p, io.EOF)
		time.AfterFunc(time.Second, func() { close(c.gone) })
		if err := p.Close(); err != c.goodbye {
			t.Errorf("Close: %v", err)
		}
	})
}

func TestCloseUnblocksAConnThatWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPipe()
		c.out = make(chan json.RawMessage) // nobody reads
		close(c.gone)
		p := webport.NewPort(c, webport.PortInfo{})
		post(t, p, 1)
		synctest.Wait()
		c.failure = webport.ErrNativeExited
		close(c.in)
		wantDone(t, p, webport.ErrNativeExited)
		p.Close()
	})
}

func TestFlushOverConnWaitsForTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPipe()
		c.out = make(chan json.RawMessage)
		close(c.gone)
		p := webport.NewPort(c, webport.PortInfo{})
		post(t, p, 1)
		synctest.Wait() // the message is being written
		flushed := flushing(t, p)
		synctest.Wait()
		select {
		case err := <-flushed:
			t.Fatalf("flushed (%v) while the message was being written", err)
		default:
		}
		<-c.out
		if err := <-flushed; err != nil {
			t.Errorf("Flush: %v", err)
		}
		p.Close()
	})
}

// TestFlushWhileTheOtherSideReadsOn posts, as ErrBacklog says, again after a
// Flush, when the other side has nothing more to say.
func TestFlushWhileTheOtherSideReadsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPipe()
		c.out = make(chan json.RawMessage)
		close(c.gone)
		p := webport.NewPort(c, webport.PortInfo{MaxQueue: 1, ReadsOn: true})
		close(c.in)
		wantRest(t, p, io.EOF)
		post(t, p, 1)
		synctest.Wait() // it is being written
		post(t, p, 2)
		if err := p.Post(3); !errors.Is(err, webport.ErrBacklog) {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, func() { <-c.out; <-c.out })
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		post(t, p, 3)
		time.AfterFunc(time.Second, func() { <-c.out })
		p.Close()
		if err := p.Flush(t.Context()); !errors.Is(err, webport.ErrDisconnected) {
			t.Errorf("Flush after Close: %v", err)
		}
	})
}

func TestConnectNative(t *testing.T) {
	inBothDialects(t, func(t *testing.T, d webport.Dialect) {
		c := newPipe()
		close(c.gone)
		b := &webport.Broker{Dialect: d}
		b.Native = func(ctx context.Context, caller webport.Sender, application string) (webport.Conn, error) {
			if caller.ID != ext {
				t.Errorf("caller is %+v", caller)
			}
			switch application {
			case "missing":
				return nil, webport.ErrNativeNotFound
			case "slow":
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return c, nil
		}
		bg := attach(t, b, webport.EndpointInfo{Extension: ext})
		p, err := bg.ConnectNative("app")
		if err != nil {
			t.Fatal(err)
		}
		if want := map[webport.Dialect]string{webport.Chromium: "", webport.Firefox: "app"}[d]; p.Name() != want {
			t.Errorf("name is %q, want %q", p.Name(), want)
		}
		post(t, p, "ping")
		if m := <-c.out; string(m) != `"ping"` {
			t.Errorf("the app got %s", m)
		}
		missing, _ := bg.ConnectNative("missing")
		wantDone(t, missing, webport.ErrNativeNotFound)
		slow, _ := bg.ConnectNative("slow")
		slow.Close()
		if err := bg.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		<-c.stop
		none := &webport.Broker{Dialect: d}
		p, _ = attach(t, none, webport.EndpointInfo{Extension: ext}).ConnectNative("app")
		wantDone(t, p, webport.ErrNativeNotFound)
	})
}

// TestCloseSaysThatTheLastWordsAreLost closes a port before the app turns out to
// be missing: nothing else can tell then what became of what was posted.
func TestCloseSaysThatTheLastWordsAreLost(t *testing.T) {
	for _, posts := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			looked := make(chan struct{})
			b := &webport.Broker{Native: func(context.Context, webport.Sender, string) (webport.Conn, error) {
				<-looked
				return nil, webport.ErrNativeNotFound
			}}
			p, err := attach(t, b, webport.EndpointInfo{Extension: ext}).ConnectNative("missing")
			if err != nil {
				t.Fatal(err)
			}
			var want error
			if posts {
				post(t, p, "last words")
				want = webport.ErrNativeNotFound
			}
			p.Disconnect(nil)
			close(looked)
			if err := p.Close(); err != want {
				t.Errorf("Close with something posted %t: %v, want %v", posts, err, want)
			}
		})
	}
}

// TestSkippedMessages: a port goes on after what its conn leaves out, and an inbox hears of it in order.
func TestSkippedMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &webport.Broker{Native: func(context.Context, webport.Sender, string) (webport.Conn, error) {
			c := &skipping{pipe: newPipe()}
			close(c.gone)
			for _, m := range []string{"1", "", "2"} {
				c.in <- json.RawMessage(m)
			}
			close(c.in)
			return c, nil
		}}
		for _, inbox := range []bool{false, true} {
			e := b.Attach(webport.EndpointInfo{Extension: "ext"})
			var i *webport.Inbox
			if inbox {
				i = inboxOf(t, e, func() {})
			}
			p, err := e.ConnectNative("app")
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			var got []string
			if inbox {
				for ev, ok := i.Next(); ok; ev, ok = i.Next() {
					got = append(got, map[webport.EventKind]string{webport.EventSkipped: "skipped", webport.EventDisconnect: "end"}[ev.Kind]+string(ev.Message))
				}
			} else {
				for m := range p.Messages() {
					got = append(got, string(m))
				}
			}
			want := map[bool]string{false: "1 2", true: "1 skipped 2 end"}[inbox]
			if strings.Join(got, " ") != want {
				t.Errorf("with an inbox %t: got %q, want %q", inbox, got, want)
			}
			e.Close()
		}
	})
}

// skipping is a pipe in which an empty message is none.
type skipping struct{ *pipe }

func (s *skipping) ReadMessage() (json.RawMessage, error) {
	m, err := s.pipe.ReadMessage()
	if err == nil && len(m) == 0 {
		return nil, webport.ErrSkipped
	}
	return m, err
}

// TestPostNothing: only a native app in Firefox gets a message without any text.
func TestPostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, d := range []webport.Dialect{webport.Chromium, webport.Firefox} {
			c := newPipe()
			close(c.gone)
			b := &webport.Broker{Dialect: d, Native: func(context.Context, webport.Sender, string) (webport.Conn, error) { return c, nil }}
			e := b.Attach(webport.EndpointInfo{Extension: "ext"})
			p, err := e.ConnectNative("app")
			if err != nil {
				t.Fatal(err)
			}
			err = p.Post(json.RawMessage{})
			if (err == nil) != (d == webport.Firefox) {
				t.Errorf("%v: %v", d, err)
			}
			if err := p.Post(1); err != nil {
				t.Error(err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			close(c.out)
			var got []string
			for m := range c.out {
				got = append(got, string(m))
			}
			if want := map[webport.Dialect]int{webport.Chromium: 1, webport.Firefox: 2}[d]; len(got) != want || got[want-1] != "1" {
				t.Errorf("%v: the app got %q", d, got)
			}
			e.Close()
		}
	})
}

func TestLargeMessagesOverConnKeepTheirText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPipe()
		close(c.gone)
		p := webport.NewPort(c, webport.PortInfo{})
		defer p.Close()
		text := func(i int) string { return `"` + strings.Repeat(string(rune('a'+i%26)), 40_000+i) + `"` }
		next := 0
		read := func(n int) {
			for range n {
				if m := <-c.out; string(m) != text(next) {
					t.Fatalf("message %d is %.20s…, %d bytes", next, m, len(m))
				}
				next++
			}
		}
		for i := range 60 { // written while others wait, and after others were
			post(t, p, json.RawMessage(text(i)))
			if i%3 == 2 {
				read(2)
			}
		}
		read(20)
	})
}
