package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// devtools is a connection over which Chromium takes the commands of the DevTools protocol. It is its own because the
// order of events matters here, across all sessions and before the answers to commands; chromedp keeps it within one
// event of one session.
type devtools struct {
	process *process
	pipe    *chromedp.PipeConn
	reading sync.WaitGroup
	gone    chan struct{} // closed when the browser has closed the pipe

	mu      sync.Mutex             // guards following
	last    int64                  // id of a command
	pending map[int64]pendingReply // by id
}

// pendingReply is where the reply to a command goes.
type pendingReply struct {
	session target.SessionID
	reply   chan<- *cdproto.Message // with room for it
}

// openPipe starts cmd with the pipe as its file descriptors 3 and 4, as --remote-debugging-pipe wants it. Nothing is
// read before listen is called.
func openPipe(cmd *exec.Cmd, home string) (*devtools, error) {
	commands, ourCommands, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourEvents, events, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, commands.Close(), ourCommands.Close())
	}
	cmd.ExtraFiles = []*os.File{commands, events}
	process, err := startProcess(cmd, home)
	commands.Close()
	events.Close()
	if err != nil {
		ourEvents.Close()
		ourCommands.Close()
		return nil, err
	}
	return &devtools{
		process: process,
		pipe:    chromedp.NewPipeConn(ourEvents, ourCommands),
		gone:    make(chan struct{}),
		pending: make(map[int64]pendingReply),
	}, nil
}

// listen starts to read. event is called by one goroutine, in the browser's order.
func (d *devtools) listen(event func(*cdproto.Message)) {
	d.reading.Go(func() { d.read(event) })
}

// read passes on what the browser says until it says no more.
func (d *devtools) read(event func(*cdproto.Message)) {
	defer close(d.gone)
	for {
		message := new(cdproto.Message)
		if err := d.pipe.Read(context.Background(), message); err != nil {
			return
		}
		if message.Method != "" {
			event(message)
			continue
		}
		d.mu.Lock()
		pending, ok := d.pending[message.ID]
		delete(d.pending, message.ID)
		d.mu.Unlock()
		if ok {
			pending.reply <- message
		}
	}
}

// errDetached says that what a command was about went away before it was done.
var errDetached = errors.New("the document or worker went away")

// detached answers the commands that a session, which is gone, can no longer answer.
func (d *devtools) detached(session target.SessionID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, pending := range d.pending {
		if pending.session == session {
			close(pending.reply)
			delete(d.pending, id)
		}
	}
}

// call runs a command on a session ("" is the browser's) and returns its result.
func call[P, R any](
	ctx context.Context, d *devtools, session target.SessionID, command cdp.Command[P, R], params P,
) (R, error) {
	var result R
	reply := make(chan *cdproto.Message, 1)
	id, err := d.write(session, command.Method, params, reply)
	if err != nil {
		return result, fmt.Errorf("%s: %w", command.Method, err)
	}
	select {
	case message, ok := <-reply:
		switch {
		case !ok:
			return result, errDetached
		case message.Error != nil:
			return result, errors.New(message.Error.Message)
		}
		if err := jsonv2.Unmarshal(message.Result, &result, chromedp.DefaultUnmarshalOptions); err != nil {
			return result, fmt.Errorf("%s: read the result: %w", command.Method, err)
		}
		return result, nil
	case <-d.gone:
		return result, d.process.died(errors.New("the browser closed its pipe"))
	case <-ctx.Done():
		d.forget(id)
		return result, fmt.Errorf("%s: no answer: %w", command.Method, context.Cause(ctx))
	}
}

// send runs a command whose result does not matter: one about a session that may be gone by the time it arrives.
func send[P, R any](d *devtools, session target.SessionID, command cdp.Command[P, R], params P) {
	// A browser that is gone is told by the commands that matter.
	_, _ = d.write(session, command.Method, params, nil)
}

func (d *devtools) write(session target.SessionID, method string, params any, reply chan *cdproto.Message) (int64, error) {
	encoded, err := jsonv2.Marshal(params, chromedp.DefaultMarshalOptions)
	if err != nil {
		return 0, err
	}
	d.mu.Lock()
	d.last++
	id := d.last
	if reply != nil {
		d.pending[id] = pendingReply{session, reply}
	}
	d.mu.Unlock()
	err = d.pipe.Write(context.Background(), &cdproto.Message{
		ID: id, SessionID: session, Method: cdproto.MethodType(method), Params: encoded,
	})
	if err != nil {
		d.forget(id)
		return 0, d.process.died(err)
	}
	return id, nil
}

func (d *devtools) forget(id int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.pending, id)
}

// close ends the process, after it was asked to exit, and joins the goroutine that reads.
func (d *devtools) close(ctx context.Context) {
	d.process.end(ctx)
	d.pipe.Close() // the browser's end is closed already
	d.reading.Wait()
}
