package tap

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// ReplayOptions says how the browser's side of a recording is played.
type ReplayOptions struct {
	Path    string        // of the app's executable, absolute
	Ignore  Fields        // what is not compared, beside what was redacted
	Timeout time.Duration // for each answer, and for the app's end; 0 means 5 s
	Stderr  io.Writer     // gets the app's standard error; nil means nobody

	// Differ is called with each difference, in its order, by the goroutine that called Replay.
	Differ func(difference string)
}

// Replay starts an app with the recorded arguments and plays the browser's side of the recording: it sends each message
// when as many answers have come as had come by then, ends the app's input as the browser did, and compares what the app
// sends and its exit status with what was recorded. It returns how many differences there were. The error says why it
// could not be played, or that ctx ended.
func Replay(ctx context.Context, records []Record, o *ReplayOptions) (differences int, err error) {
	p := &replay{ctx: ctx, options: o, timeout: o.Timeout, got: make(chan output)}
	if p.timeout == 0 {
		p.timeout = 5 * time.Second
	}
	if err := p.prepare(records); err != nil {
		return 0, err
	}
	if err := p.start(records[0].Args); err != nil {
		return 0, err
	}
	p.run(records)
	p.finish()
	return p.count, ctx.Err()
}

// replay is one run of Replay.
type replay struct {
	ctx      context.Context
	options  *ReplayOptions
	timeout  time.Duration
	redacted Fields // in the recording
	ignore   Fields

	expected []Record // the messages of the app
	raw      []byte   // what it sent that was no frame
	partly   bool     // some of that was withheld
	exit     *Record  // nil: it is not known how the app ended

	cmd    *exec.Cmd
	stdin  *os.File
	stdout *os.File
	exited <-chan struct{}
	got    chan output

	received int
	rawNow   []byte // what it sends that is no frame, and a little more than raw at most
	ended    bool   // the app's output has
	given    bool   // up waiting: an answer did not come
	count    int
}

// output is what the app sent: the body of a frame, or raw bytes.
type output struct{ body, raw []byte }

func (p *replay) prepare(records []Record) error {
	if len(records) == 0 {
		return errors.New("the recording is empty")
	}
	var err error
	if p.redacted, err = ParseFields(records[0].Redact); err != nil {
		return err
	}
	p.ignore.rules = slices.Concat(p.redacted.rules, p.options.Ignore.rules)
	for i := range records {
		r := &records[i]
		switch {
		case r.Event == Message && r.From == FromApp:
			p.expected = append(p.expected, *r)
		case r.Event == Bytes && r.From == FromApp:
			p.raw = append(p.raw, r.Base64...)
			p.partly = p.partly || r.Withheld
		case r.Withheld:
			return fmt.Errorf("line %d: what the browser sent was withheld from the recording, because fields were redacted and it is no JSON", i+1)
		case r.Event == Exit:
			p.exit = r
		}
	}
	return nil
}

func (p *replay) start(args []string) error {
	cmd := exec.Command(p.options.Path, args...)
	cmd.Dir = filepath.Dir(p.options.Path)
	cmd.Stderr = p.options.Stderr
	stdin, toApp, err := os.Pipe()
	if err != nil {
		return err
	}
	fromApp, stdout, err := os.Pipe()
	if err != nil {
		return errors.Join(err, stdin.Close(), toApp.Close())
	}
	cmd.Stdin, cmd.Stdout, cmd.WaitDelay = stdin, stdout, exitGrace
	p.cmd, p.stdin = cmd, toApp
	p.exited, err = startTied(cmd)
	stdin.Close()
	stdout.Close()
	if err != nil {
		toApp.Close()
		fromApp.Close()
		return fmt.Errorf("start the native app: %w", err)
	}
	p.stdout = fromApp
	go p.read()
	return nil
}

// read passes on what the app sends, to its end.
func (p *replay) read() {
	defer close(p.got)
	defer p.stdout.Close()
	frames := &splitter{
		limit:   maxFromApp,
		message: func(body []byte) { p.got <- output{body: bytes.Clone(body)} },
		raw:     func(data []byte, _ string) { p.got <- output{raw: bytes.Clone(data)} },
	}
	pump(io.Discard, p.stdout, frames)
	frames.end()
}

// run plays the records.
func (p *replay) run(records []Record) {
	answers := 0 // that had come before the record
	for i := range records {
		r := &records[i]
		switch {
		case r.From == FromApp && r.Event == Message:
			answers++
		case r.From != FromBrowser:
		case !p.await(answers):
			return
		case r.Event == Message:
			p.send(r.Body(), true)
		case r.Event == Bytes:
			p.send(r.Body(), false)
		case r.Event == End:
			p.stdin.Close()
		}
	}
	p.await(answers)
}

// send writes in the background of what is received, for an app may not read before it is read.
func (p *replay) send(body []byte, framed bool) {
	if framed {
		body = append(binary.NativeEndian.AppendUint32(nil, uint32(len(body))), body...)
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = p.stdin.Write(body) // that the app no longer reads shows in what it answers
	}()
	timeout := time.NewTimer(p.timeout)
	defer timeout.Stop()
	for {
		select {
		case <-written:
			return
		case o, more := <-p.output():
			p.take(o, more)
		case <-timeout.C:
			p.differ("the app has not taken a message of %d bytes within %v", len(body), p.timeout)
			p.given = true
			p.stdin.Close()
			<-written
			return
		case <-p.ctx.Done():
			p.stdin.Close()
			<-written
			return
		}
	}
}

// output is what can still be received.
func (p *replay) output() <-chan output {
	if p.ended {
		return nil
	}
	return p.got
}

// await waits for answers until there are as many, and reports whether to go on.
func (p *replay) await(answers int) bool {
	timeout := time.NewTimer(p.timeout)
	defer timeout.Stop()
	for p.received < answers && !p.ended && !p.given {
		select {
		case o, more := <-p.output():
			p.take(o, more)
			if o.raw == nil { // what is no message is no answer
				timeout.Reset(p.timeout)
			}
		case <-timeout.C:
			p.given = true
			p.differ("message %d of the app has not come within %v; recorded was %s", p.received+1, p.timeout, brief(p.expected[p.received].Body()))
		case <-p.ctx.Done():
			return false
		}
	}
	return !p.given && p.ctx.Err() == nil
}

func (p *replay) take(o output, more bool) {
	switch {
	case !more:
		p.ended = true
	case o.raw != nil:
		room := len(p.raw) + 100 - len(p.rawNow) // more is a difference all the same
		p.rawNow = append(p.rawNow, o.raw[:min(len(o.raw), room)]...)
	case p.received >= len(p.expected):
		p.received++
		p.differ("message %d of the app was not recorded: %s", p.received, p.redacted.brief(o.body))
	default:
		recorded := &p.expected[p.received]
		p.received++
		if recorded.Withheld {
			return
		}
		for _, d := range differences(recorded.Body(), o.body, p.ignore, p.redacted) {
			p.differ("message %d of the app: %s", p.received, d)
		}
	}
}

func (p *replay) differ(format string, args ...any) {
	p.count++
	p.options.Differ(fmt.Sprintf(format, args...))
}

// finish ends the app and compares its end.
func (p *replay) finish() {
	p.stdin.Close()
	timeout := time.NewTimer(p.timeout)
	defer timeout.Stop()
	killed := false
	exited := p.exited
	for !p.ended || exited != nil {
		select {
		case o, more := <-p.output():
			p.take(o, more)
		case <-exited:
			exited = nil
		case <-timeout.C:
			timeout.Reset(exitGrace)
			if killed { // a child of the app holds its output open
				p.abandon()
				continue
			}
			killed = true
			_ = p.cmd.Process.Kill()
		case <-p.ctx.Done():
			_ = p.cmd.Process.Kill()
			if !p.ended {
				p.abandon()
			}
			<-p.exited
			return
		}
	}
	for n := p.received; n < len(p.expected) && !p.given; n++ {
		p.differ("message %d of the app did not come before its end; recorded was %s", n+1, brief(p.expected[n].Body()))
	}
	if !bytes.Equal(p.raw, p.rawNow) && !p.partly {
		p.differ("bytes that are no message: recorded %s, now %s", p.redacted.briefBytes(p.raw), p.redacted.briefBytes(p.rawNow))
	}
	p.compareExit(killed)
}

// abandon ends the reading of output that a child of the app holds open.
func (p *replay) abandon() {
	p.stdout.Close()
	for range p.got {
	}
	p.ended = true
}

func (p *replay) compareExit(killed bool) {
	if p.exit == nil || p.exit.Reason != "" {
		return
	}
	recorded := p.exit.Signal
	if p.exit.Status != nil {
		recorded = fmt.Sprintf("exit status %d", *p.exit.Status)
	}
	now := signalOf(p.cmd.ProcessState)
	switch {
	case killed && p.exit.Status != nil:
		p.differ("the app's end: recorded %s, now it did not exit within %v", recorded, p.timeout)
		return
	case killed && (recorded == "SIGKILL" || recorded == "SIGTERM"): // a browser did that, too
		return
	case now == "":
		now = fmt.Sprintf("exit status %d", p.cmd.ProcessState.ExitCode())
	}
	if recorded != now {
		p.differ("the app's end: recorded %s, now %s", recorded, now)
	}
}
