package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// settle is how long a trial listens for what follows the answer: more messages, or what is no message.
const settle = 100 * time.Millisecond

// trialVariable marks, in the environment, the processes that come of a trial.
const trialVariable = "WEBPORT_TRIAL"

// Trial is what an app did when it was started once, sent one message, and ended: see [Launcher.Try].
type Trial struct {
	Answer json.RawMessage // the first message; nil: there was none
	After  time.Duration   // from the start to the answer
	More   int             // messages that followed within a tenth of a second

	// Err is what ended the app's output by itself, or why there was no answer: it wraps webport.ErrNativeExited,
	// webport.ErrNativeProtocol, or the error of the context. Nil means that the app answered and stayed.
	Err     error
	Skipped []error  // messages that were no JSON, which Chromium leaves out; after the first hundred, how many more
	Stderr  []string // lines; after the first thousand, or MiB, how many more

	State   *os.ProcessState // how the app's own process ended; nil: it is still there
	Ended   time.Duration    // from the end of its standard input to its exit; 0: it had exited before
	Signals []string         // what it took to end the app and its children after that, in order
	Orphans []Process        // what the app had started and left, whether a signal then ended it or not
}

// Process is a process that an app left behind.
type Process struct {
	ID       int    // as the system has it
	Command  string // its arguments, or what is known of them
	Detached bool   // it is in a session of its own, as a daemon is, and survives what browsers do to end an app
}

// Try starts the app of m as the browser of the launcher's dialect does for caller, an origin in Chromium and an add-on
// id in Firefox, sends it message, waits for an answer until ctx ends, and ends it as that browser does. An app that
// misbehaves is no error, but what the Trial is about; the error says why it could not be started. Of the launcher's
// other fields only Env counts: lines and skipped messages go to the Trial alone.
//
// Only on Linux are all orphans found; elsewhere those are missing that left the app's process group.
func (l *Launcher) Try(ctx context.Context, m *manifest.Manifest, caller string, message json.RawMessage) (*Trial, error) {
	t := &trial{}
	t.mark = fmt.Sprintf("%s=%d-%d-%p", trialVariable, os.Getpid(), time.Now().UnixNano(), t)
	own := t.launcher(l)
	p, err := own.start(m, caller)
	if err != nil {
		return nil, err
	}
	t.process = p
	start := time.Now()
	conn := newLaunchConn(own, m.Name, p)
	var running sync.WaitGroup
	running.Go(func() { conn.WriteMessage(message); conn.Flush() }) // an app that does not take it is seen by its silence
	output := make(chan heard)
	running.Go(func() { listen(conn, output) })
	t.await(ctx, output, start)
	t.end(conn)
	for range output { // until the connection, which is closed now, says so
	}
	running.Wait()
	if n := t.more.lines; n > 0 {
		t.Stderr = append(t.Stderr, fmt.Sprintf("... and %d more lines", n))
	}
	if n := t.more.skipped; n > 0 {
		t.Skipped = append(t.Skipped, fmt.Errorf("... and %d more messages", n))
	}
	return &t.Trial, nil
}

type trial struct {
	Trial
	mark    string
	process *process

	mu         sync.Mutex // guards Stderr, Skipped, Signals and Orphans while the app runs, and following
	stderrSize int        // of the lines in Stderr, in bytes
	more       struct{ lines, skipped int }
}

// What is kept of an app that says the same without end.
const (
	mostLines   = 1000
	mostStderr  = 1 << 20
	mostSkipped = 100
)

// launcher is l with ears.
func (t *trial) launcher(l *Launcher) *Launcher {
	own := &Launcher{Dialect: l.Dialect, Env: l.Env, ladder: l.ladder}
	if own.Env == nil {
		own.Env = os.Environ()
	}
	own.Env = append(own.Env[:len(own.Env):len(own.Env)], t.mark)
	own.Stderr = func(_, line string) { t.noteLine(line) }
	own.Skipped = func(_ string, err error) { t.noteSkipped(err) }
	if own.ladder == nil {
		own.ladder = ladderOf(l.Dialect)
	}
	own.ladder = append([]rung(nil), own.ladder...)
	for i := range own.ladder {
		r := own.ladder[i]
		own.ladder[i].signal = func(p ender) {
			t.noteSignal(r.name)
			r.signal(p)
		}
	}
	return own
}

func (t *trial) noteLine(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.more.lines > 0 || len(t.Stderr) == mostLines || t.stderrSize+len(line) > mostStderr {
		t.more.lines++
		return
	}
	t.Stderr = append(t.Stderr, line)
	t.stderrSize += len(line)
}

func (t *trial) noteSkipped(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.Skipped) == mostSkipped {
		t.more.skipped++
		return
	}
	t.Skipped = append(t.Skipped, err)
}

func (t *trial) noteSignal(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Signals = append(t.Signals, name)
	if isClosed(t.process.exited) && t.Orphans == nil {
		t.Orphans = marked(t.mark) // those in its group, who are about to get the signal
	}
}

// heard is a message of the app's, or what ended them.
type heard struct {
	message json.RawMessage
	err     error
}

// listen passes on what the app sends, to the error that ends it.
func listen(conn *launchConn, to chan<- heard) {
	defer close(to)
	for {
		m, err := conn.ReadMessage()
		if errors.Is(err, webport.ErrSkipped) {
			continue // Launcher.Skipped has heard of it
		}
		to <- heard{m, err}
		if err != nil {
			return
		}
	}
}

// await waits for the answer, and then a little for what follows.
func (t *trial) await(ctx context.Context, from <-chan heard, start time.Time) {
	var settled <-chan time.Time
	for {
		select {
		case h := <-from:
			switch {
			case h.err != nil:
				t.Err = h.err
				return
			case settled != nil:
				t.More++
			default:
				t.Answer, t.After = h.message, time.Since(start)
				settled = time.After(settle)
			}
		case <-settled:
			return
		case <-ctx.Done():
			if t.Answer == nil {
				t.Err = ctx.Err()
			}
			return
		}
	}
}

// end ends the app and notes how it took that.
func (t *trial) end(conn *launchConn) {
	closing, before := time.Now(), isClosed(t.process.exited)
	exited := make(chan time.Time, 1)
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-t.process.exited:
			exited <- time.Now()
		case <-stop:
		}
	})
	conn.Close()
	close(stop)
	watching.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	if isClosed(t.process.exited) {
		t.State = t.process.cmd.ProcessState
		if !before && len(exited) > 0 {
			t.Ended = (<-exited).Sub(closing)
		}
	}
	for _, p := range marked(t.mark) {
		if p.ID != t.process.cmd.Process.Pid && !slices.ContainsFunc(t.Orphans, func(known Process) bool { return known.ID == p.ID }) {
			t.Orphans = append(t.Orphans, p)
		}
	}
}
