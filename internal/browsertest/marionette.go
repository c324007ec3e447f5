package browsertest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// marionette is a connection to Firefox's Marionette server, whose packets are LENGTH:JSON. Commands may be sent
// concurrently: Firefox carries them out side by side and answers each when it is done.
type marionette struct {
	conn    net.Conn
	reading sync.WaitGroup

	mu      sync.Mutex // guards following, and writing to conn
	last    int
	waiting map[int]chan marionetteAnswer
	err     error // why no more answers come
}

type marionetteAnswer struct {
	result json.RawMessage
	err    error
}

// marionetteError is the error in an answer.
type marionetteError struct {
	Kind    string `json:"error"`
	Message string `json:"message"`
}

func (e *marionetteError) Error() string { return e.Kind + ": " + e.Message }

// errBroken says that the browser answers no more.
var errBroken = errors.New("the connection to the browser is broken")

// marionettePacket is larger than any picture of a window, and keeps a broken length from taking all memory.
const marionettePacket = 256 << 20

func dialMarionette(ctx context.Context, address string) (*marionette, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	m := &marionette{conn: conn, waiting: map[int]chan marionetteAnswer{}}
	m.reading.Go(m.read)
	return m, nil
}

// close ends the connection; commands that wait for an answer get an error.
func (m *marionette) close() {
	m.conn.Close()
	m.reading.Wait()
}

// do sends a command, waits for its answer and decodes it into result, which may be nil.
func (m *marionette) do(ctx context.Context, command string, params, result any) error {
	if params == nil {
		params = struct{}{}
	}
	id, answered, err := m.send(command, params)
	if err != nil {
		return fmt.Errorf("marionette %s: %w", command, err)
	}
	select {
	case <-ctx.Done():
		m.mu.Lock()
		delete(m.waiting, id)
		m.mu.Unlock()
		return fmt.Errorf("marionette %s: %w", command, context.Cause(ctx))
	case answer := <-answered:
		if answer.err != nil {
			return fmt.Errorf("marionette %s: %w", command, answer.err)
		}
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(answer.result, result); err != nil {
			return fmt.Errorf("marionette %s: its answer: %w", command, err)
		}
		return nil
	}
}

func (m *marionette) send(command string, params any) (int, <-chan marionetteAnswer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return 0, nil, m.err
	}
	m.last++
	packet, err := json.Marshal([]any{0, m.last, command, params})
	if err != nil {
		return 0, nil, err
	}
	answered := make(chan marionetteAnswer, 1)
	m.waiting[m.last] = answered
	if _, err := fmt.Fprintf(m.conn, "%d:%s", len(packet), packet); err != nil {
		delete(m.waiting, m.last)
		return 0, nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	return m.last, answered, nil
}

func (m *marionette) read() {
	r := bufio.NewReader(m.conn)
	var err error
	for err == nil {
		var packet []byte
		if packet, err = readPacket(r); err == nil {
			err = m.answer(packet)
		}
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("the browser has closed it")
	}
	err = fmt.Errorf("%w: %w", errBroken, err)
	m.conn.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
	for _, answered := range m.waiting {
		answered <- marionetteAnswer{err: err}
	}
	m.waiting = nil
}

func readPacket(r *bufio.Reader) ([]byte, error) {
	length, err := r.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(length[:len(length)-1])
	if err != nil || n < 0 || n > marionettePacket {
		return nil, fmt.Errorf("a packet begins with %q, not with its length", length)
	}
	packet := make([]byte, n)
	_, err = io.ReadFull(r, packet)
	return packet, err
}

// answer hands the answer in a packet to whom it is for. The first packet, the server's greeting, is an object.
func (m *marionette) answer(packet []byte) error {
	if len(packet) > 0 && packet[0] == '{' {
		var greeting struct {
			Protocol int `json:"marionetteProtocol"`
		}
		if err := json.Unmarshal(packet, &greeting); err != nil {
			return err
		}
		if greeting.Protocol != 3 {
			return fmt.Errorf("the browser speaks protocol %d, not 3", greeting.Protocol)
		}
		return nil
	}
	var (
		kind, id int
		failure  *marionetteError
		result   json.RawMessage
	)
	if err := json.Unmarshal(packet, &[]any{&kind, &id, &failure, &result}); err != nil {
		return fmt.Errorf("read a packet: %w", err)
	}
	answer := marionetteAnswer{result: result}
	if failure != nil {
		answer.err = failure
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	// Nobody waits for it where ctx was done.
	if answered, ok := m.waiting[id]; ok {
		delete(m.waiting, id)
		answered <- answer
	}
	return nil
}
