package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// bidi is a WebDriver BiDi session. Commands may be sent concurrently.
type bidi struct {
	conn    *websocket.Conn
	stop    context.CancelFunc
	reading sync.WaitGroup

	mu      sync.Mutex // guards following
	last    int
	waiting map[int]chan bidiMessage
	err     error // why no more answers come
}

type bidiMessage struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"` // success, error or event
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
}

func dialBidi(ctx context.Context, url string) (*bidi, error) {
	conn, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	// A picture of a tab is one message.
	conn.SetReadLimit(marionettePacket)
	reading, stop := context.WithCancel(context.Background())
	b := &bidi{conn: conn, stop: stop, waiting: map[int]chan bidiMessage{}}
	b.reading.Go(func() { b.read(reading) })
	return b, nil
}

// close ends the connection; commands that wait for an answer get an error.
func (b *bidi) close() {
	b.stop()
	b.conn.CloseNow()
	b.reading.Wait()
}

// do sends a command, waits for its answer and decodes it into result, which may be nil.
func (b *bidi) do(ctx context.Context, command string, params, result any) error {
	message, err := b.exchange(ctx, command, params)
	if err == nil && message.Type == "error" {
		err = errors.New(message.Error + ": " + message.Message)
	}
	if err == nil && result != nil {
		err = json.Unmarshal(message.Result, result)
	}
	if err != nil {
		return fmt.Errorf("bidi %s: %w", command, err)
	}
	return nil
}

func (b *bidi) exchange(ctx context.Context, command string, params any) (bidiMessage, error) {
	answered := make(chan bidiMessage, 1)
	b.mu.Lock()
	if err := b.err; err != nil {
		b.mu.Unlock()
		return bidiMessage{}, err
	}
	b.last++
	id := b.last
	b.waiting[id] = answered
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.waiting, id)
		b.mu.Unlock()
	}()
	// Not ctx: where it is done within a write, the library closes the connection for everybody.
	err := wsjson.Write(context.WithoutCancel(ctx), b.conn, map[string]any{"id": id, "method": command, "params": params})
	if err != nil {
		return bidiMessage{}, fmt.Errorf("%w: %w", errBroken, err)
	}
	select {
	case <-ctx.Done():
		return bidiMessage{}, context.Cause(ctx)
	case message, ok := <-answered:
		if !ok {
			b.mu.Lock()
			defer b.mu.Unlock()
			return bidiMessage{}, b.err
		}
		return message, nil
	}
}

func (b *bidi) read(ctx context.Context) {
	var err error
	for err == nil {
		var message bidiMessage
		if err = wsjson.Read(ctx, b.conn, &message); err != nil {
			break
		}
		b.mu.Lock()
		// Events have the id 0, for which nobody waits.
		if answered, ok := b.waiting[message.ID]; ok {
			answered <- message
			delete(b.waiting, message.ID)
		}
		b.mu.Unlock()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = fmt.Errorf("%w: %w", errBroken, err)
	for _, answered := range b.waiting {
		close(answered)
	}
	b.waiting = nil
}
