//go:build unix

package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/webport/webport"
)

// overPipes runs handler as an app over two real pipes, and returns the browser's ends.
func overPipes(t *testing.T, handler func(ctx context.Context, port *webport.Port) error) (in, out *os.File, served <-chan error) {
	t.Helper()
	theirIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- Serve(t.Context(), theirIn, theirOut, nil, handler)
		theirIn.Close()
		theirOut.Close()
	}()
	t.Cleanup(func() { in.Close(); out.Close() })
	return in, out, done
}

func TestAnswersAreNotKeptBackForLong(t *testing.T) {
	const n = 5000
	read := make(chan struct{})
	in, out, served := overPipes(t, func(_ context.Context, port *webport.Port) error {
		for i := range n + 1 {
			m, err := port.Receive(context.Background())
			if err != nil {
				return err
			}
			if err := port.Post(m); err != nil {
				return err
			}
			if i == 0 {
				continue
			}
			if isClosed(read) {
				return nil
			}
			for start := time.Now(); time.Since(start) < patience/100; { // busy, and yet in time for the next message
			}
		}
		return errors.New("no answer has arrived while there were messages to receive")
	})
	time.Sleep(5 * patience) // it waits for a message
	f := frameReader{r: out, limit: maxToApp}
	for _, count := range []int{1, n} {
		in.Write(bytes.Repeat(frame("1"), count))
		if _, err := f.next(); err != nil {
			t.Fatal(err)
		}
	}
	close(read)
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// os.File.Fd, which os/exec calls too, puts a pipe into blocking mode for good.
func TestServeTakesPipesInBlockingMode(t *testing.T) {
	r, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); in.Close(); out.Close(); w.Close() })
	r.Fd()
	w.Fd()
	served := make(chan error, 1)
	go func() {
		served <- Serve(t.Context(), r, w, nil, func(_ context.Context, port *webport.Port) error {
			time.Sleep(5 * patience) // it waits for a message
			return port.Post("done")
		})
	}()
	select {
	case err = <-served:
	case <-time.After(20 * time.Second):
		err = errors.New("it waits for a message that nobody will send")
	}
	in.Close() // lets go of who reads
	if m, nextErr := (&frameReader{r: out, limit: maxToApp}).next(); err != nil || string(m) != `"done"` {
		t.Errorf("%v; %s, %v", err, m, nextErr)
	}
}

func TestTheEndIsNoticedByABusyHandler(t *testing.T) {
	in, _, served := overPipes(t, func(ctx context.Context, port *webport.Port) error {
		for range 2 {
			if _, err := port.Receive(ctx); err != nil {
				return err
			}
		}
		<-ctx.Done()
		if m, err := port.Receive(context.Background()); string(m) != "3" {
			return fmt.Errorf("what came before the end is %s, %w", m, err)
		}
		return errors.New("noticed")
	})
	for _, m := range []string{"1", "2", "3"} {
		in.Write(frame(m))
		time.Sleep(5 * patience)
	}
	in.Close()
	if err := <-served; err == nil || err.Error() != "noticed" {
		t.Error(err)
	}
}

func TestAnAppThatIsNotReadCannotHoldUpItsReader(t *testing.T) {
	const n = 200
	in, out, served := overPipes(t, func(ctx context.Context, port *webport.Port) error {
		for m := range port.Messages() {
			if err := port.Post(m); err != nil {
				return err
			}
		}
		return nil
	})
	long := `"` + strings.Repeat("x", 10_000) + `"`
	for range n { // more than both pipes hold, and nobody reads the answers yet
		in.Write(frame(long))
	}
	in.Close()
	f := frameReader{r: out, limit: maxToApp}
	for i := range n {
		if m, err := f.next(); err != nil || string(m) != long {
			t.Fatalf("answer %d: %d bytes, %v", i, len(m), err)
		}
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
