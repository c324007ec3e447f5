package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
	"github.com/webport/webport/native/manifest"
)

func (e *examination) launcher() *native.Launcher {
	l := &native.Launcher{Env: e.options.Env}
	if e.in.Browser.Format == manifest.Firefox {
		l.Dialect = webport.Firefox
	}
	return l
}

// try runs the trial of the app, or returns that of a browser that starts it in the same way.
func (e *examination) try(ctx context.Context) trial {
	id := fmt.Sprintf("%v %q %q", e.manifest.Format, e.manifest.File, e.caller)
	if t, ok := e.trials[id]; ok {
		return t
	}
	wait, message := e.options.Timeout, e.options.Message
	if wait == 0 {
		wait = 2 * time.Second
	}
	if message == nil {
		message = json.RawMessage("{}")
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var t trial
	t.Trial, t.err = e.launcher().Try(ctx, e.manifest, e.caller, message)
	e.trials[id] = t
	return t
}

// run starts the app: the steps from Start to the end.
func (e *examination) run(ctx context.Context) bool {
	if e.file != e.manifest.Path {
		e.skip("below another root an app is not started")
		return true
	}
	t := e.try(ctx)
	if ctx.Err() != nil { // what the app has done by then says nothing about it
		e.skip("the examination was ended")
		return true
	}
	if t.err != nil {
		return e.report(Step{State: Failed, Reason: t.err.Error(), Mend: "run it by hand: " + quote(e.manifest.Path)})
	}
	e.report(Step{State: OK, Found: "in " + filepath.Dir(e.manifest.Path) + ", for " + e.caller})
	e.answer(t)
	e.framing(t)
	e.stderr(t)
	e.end(t)
	e.orphans(t)
	return true
}

func (e *examination) answer(t trial) {
	switch {
	case t.Answer != nil:
		e.report(Step{State: OK, Found: fmt.Sprintf("%d bytes after %v: %s", len(t.Answer), t.After.Round(100*time.Microsecond), short(string(t.Answer)))})
	case errors.Is(t.Err, context.DeadlineExceeded) && e.options.Message == nil:
		e.report(Step{State: Unknown, Reason: "it did not answer {}, and perhaps need not", Mend: e.giveMessage()})
	case errors.Is(t.Err, context.DeadlineExceeded):
		e.report(Step{State: Failed, Reason: "it did not answer in time", Mend: "give it longer with --timeout, or talk to it: " + e.connect()})
	case errors.Is(t.Err, webport.ErrNativeExited):
		e.report(Step{State: Failed, Reason: t.Err.Error(), Mend: e.stay(t)})
	default:
		e.report(Step{State: Failed, Reason: fmt.Sprint(t.Err), Mend: mendProtocol(t.Err)})
	}
}

func (e *examination) giveMessage() string {
	return "give a message that it answers: webport doctor " + quote(e.app) + " --message JSON"
}

const mendFraming = "write nothing but messages to standard output, each after its length in four bytes; print to standard error"

// mendProtocol is what mends a protocol that was broken: by a length that is that of a message, or by something else in
// its place, such as text, which as a length is over 150 MB.
func mendProtocol(err error) string {
	const mostMeant = 64 << 20
	if tooLarge, ok := errors.AsType[*webport.TooLargeError](err); ok && tooLarge.Size <= mostMeant {
		return fmt.Sprintf("send it in several messages, of %d bytes each at most", tooLarge.Limit)
	}
	return mendFraming
}

func (e *examination) framing(t trial) {
	switch {
	case errors.Is(t.Err, webport.ErrNativeProtocol):
		e.report(Step{State: Failed, Reason: t.Err.Error(), Mend: mendProtocol(t.Err)})
	case len(t.Skipped) > 0:
		e.report(Step{State: Failed, Reason: "the browser leaves out what is no JSON: " + t.Skipped[0].Error(), Mend: mendFraming})
	case t.Answer == nil && errors.Is(t.Err, webport.ErrNativeExited) && strings.Contains(t.Err.Error(), "in the middle of a message"):
		e.report(Step{State: Failed, Reason: t.Err.Error(), Mend: mendFraming})
	case t.Answer == nil:
		e.report(Step{State: Unknown, Reason: "it wrote nothing"})
	default:
		e.report(Step{State: OK, Found: count(1+t.More, "message")})
	}
}

func (e *examination) stderr(t trial) {
	if len(t.Stderr) == 0 {
		e.report(Step{State: OK, Found: "nothing"})
		return
	}
	var last []string
	for _, line := range slices.Backward(t.Stderr) {
		if len(last) < 3 && line != "" {
			last = append(last, short(line))
		}
	}
	slices.Reverse(last)
	text := count(len(t.Stderr), "line")
	if len(t.Stderr) > len(last) {
		text += ", at last"
	}
	e.report(Step{State: OK, Found: text + ": " + strings.Join(last, " | ")})
}

func (e *examination) end(t trial) {
	// With orphans, the signals were for those.
	stayed := len(t.Signals) > 0 && len(t.Orphans) == 0
	switch {
	case t.State == nil || stayed:
		e.report(Step{
			State: Failed, Reason: "it did not exit when its standard input ended, and got " + strings.Join(t.Signals, ", then "),
			Mend: "exit as soon as reading standard input returns the end: a browser that crashed leaves the app running for ever",
		})
	case t.Ended == 0 && t.Answer == nil && !errors.Is(t.Err, context.DeadlineExceeded):
		e.report(Step{State: Failed, Reason: "it exited by itself: " + t.State.String(), Mend: e.stay(t)})
	case t.Ended == 0 && t.State.ExitCode() > 0 && e.options.Message == nil:
		e.report(Step{
			State: Unknown, Reason: "it exited by itself after its answer: " + t.State.String() + ", perhaps because {} is no message it knows",
			Mend: e.giveMessage(),
		})
	case t.Ended == 0 && !t.State.Success():
		e.report(Step{State: Failed, Reason: "it exited by itself after its answer: " + t.State.String(), Mend: e.stay(t)})
	case t.Ended == 0:
		e.report(Step{State: OK, Found: "it exits after its answer: " + t.State.String()})
	case t.State.ExitCode() < 0:
		e.report(Step{State: Failed, Reason: t.State.String(), Mend: e.stay(t)})
	default:
		e.report(Step{State: OK, Found: fmt.Sprintf("%v, %v after the end of its standard input", t.State, t.Ended.Round(100*time.Microsecond))})
	}
}

func (e *examination) orphans(t trial) {
	if len(t.Orphans) == 0 {
		s := Step{State: OK, Found: "none"}
		if runtime.GOOS != "linux" {
			s = Step{State: Unknown, Reason: "only on Linux can the processes that came of an app be told"}
		}
		e.report(s)
		return
	}
	var list []string
	meant := true
	for _, p := range t.Orphans {
		list = append(list, fmt.Sprintf("%d (%s)", p.ID, short(p.Command)))
		meant = meant && p.Detached
	}
	if meant {
		e.report(Step{
			State: Unknown, Reason: "it left running, in a session of its own as a daemon is: " + strings.Join(list, ", "),
			Mend: "if that is not meant, end it before the app exits",
		})
		return
	}
	e.report(Step{
		State: Failed, Reason: "it exited and left running: " + strings.Join(list, ", "),
		Mend: "end what the app starts before it exits, or make it exit when its own standard input ends",
	})
}

// short is the beginning of text.
func short(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
