// Package doctor goes through what a browser goes through until a native app answers, for each browser of the machine,
// and says which step is broken and what mends it.
package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"time"

	"github.com/webport/webport/native"
	"github.com/webport/webport/native/manifest"
)

// State says how a step went.
type State string

const (
	OK      State = "ok"
	Failed  State = "failed"  // the app cannot work, or misbehaves
	Skipped State = "skipped" // it was not reached, mostly because a step before it failed
	Unknown State = "unknown" // it cannot be found out from here
)

// The steps, in their order.
const (
	Policy      = "policy"          // the administrator lets the browser use it
	Found       = "native manifest" // there is one where the browser looks
	Valid       = "valid"           // the browser accepts it
	Caller      = "caller"          // the extension may call
	Path        = "path"            // the executable is there
	Executable  = "executable"      // and may be run
	Interpreter = "interpreter"     // by the one on its first line, or by this machine's processor
	Confinement = "confinement"     // from inside the browser's package
	Start       = "start"           // it starts
	Answer      = "answer"          // and answers
	Framing     = "framing"         // with nothing but messages on its standard output
	Stderr      = "standard error"  // what it says there
	End         = "end"             // it exits when its standard input ends
	Orphans     = "orphans"         // and leaves nothing running
)

var order = []string{Policy, Found, Valid, Caller, Path, Executable, Interpreter, Confinement, Start, Answer, Framing, Stderr, End, Orphans}

// Step is what was found at one step, for one browser.
type Step struct {
	App     string `json:"app"`
	Browser string `json:"browser"` // with its package: "firefox (snap)"
	Name    string `json:"step"`
	State   State  `json:"state"`
	Found   string `json:"found,omitempty"`  // what is there
	Reason  string `json:"reason,omitempty"` // why it failed, was skipped or cannot be known
	Mend    string `json:"mend,omitempty"`   // the command, or the deed, that mends it
}

// Options says what is examined, and how. The zero value is every browser of this machine, the extension that comes
// first in the native manifest, and the message {}.
type Options struct {
	// Machine is whose browsers are meant; nil means this one. Its OS must be this program's. Below a Root apps are
	// looked for there first, and one that is there is not started: it is where it will not be.
	Machine  *manifest.Machine
	Browsers []string // as manifest.Options.Browsers

	// Extension is who calls: an id, an origin, an add-on id, or the directory of an unpacked extension. "" means the
	// first that the native manifest allows.
	Extension string

	// Message is sent to the app. If it is nil, {} is, and an app that does not answer that is no failure.
	Message json.RawMessage

	Timeout time.Duration // how long to wait for an answer; 0 means 2 s
	Env     []string      // the environment of the app, as native.Launcher.Env

	// Report is called with each step as soon as it is known, by the goroutine that called Examine. It may be nil.
	Report func(Step)
}

// Examine goes through the steps for the app called name in each browser, and returns them all: the same steps for
// every browser, in the same order. The app is started once for each way in which browsers start it, and ended again.
// That the app is broken is no error; the error says which option is wrong, that there was nothing to examine, or, with
// the steps until then, that ctx ended. Options may be nil.
func Examine(ctx context.Context, name string, options *Options) ([]Step, error) {
	if options == nil {
		options = &Options{}
	}
	e := examination{options: options, app: name, trials: map[string]trial{}}
	if m := options.Machine; m != nil && m.OS != "" && m.OS != runtime.GOOS {
		return nil, fmt.Errorf("examine native app %q: apps of %s cannot be started on %s", name, m.OS, runtime.GOOS)
	}
	if options.Message != nil && !json.Valid(options.Message) {
		return nil, fmt.Errorf("examine native app %q: the message is not JSON: %.60s", name, options.Message)
	}
	if options.Extension != "" {
		extension, err := manifest.ParseExtension(options.Extension)
		if err != nil {
			return nil, fmt.Errorf("examine native app %q: %w", name, err)
		}
		e.extension = extension
	}
	installations, err := (&manifest.Options{Machine: options.Machine, Browsers: options.Browsers}).Installations()
	if err != nil {
		return nil, fmt.Errorf("examine native app %q: %w", name, err)
	}
	for _, i := range installations {
		e.browser(ctx, i)
		if err := ctx.Err(); err != nil {
			return e.steps, fmt.Errorf("examine native app %q: %w", name, err)
		}
	}
	return e.steps, nil
}

// examination is one call of Examine.
type examination struct {
	options   *Options
	app       string
	extension manifest.Extension
	trials    map[string]trial // by native manifest, format and caller
	steps     []Step

	// About the browser in hand:
	in       manifest.Installation
	manifest *manifest.Manifest
	caller   string
	file     string // the executable
	system   bool   // a policy has the user's scope passed over
	done     int    // steps reported
}

type trial struct {
	*native.Trial
	err error
}

func (e *examination) browser(ctx context.Context, i manifest.Installation) {
	e.in, e.manifest, e.caller, e.done, e.system = i, nil, "", 0, false
	for _, step := range []func() bool{
		e.policy, e.find, e.callers, e.path, e.executable, e.interpreter, e.confinement,
		func() bool { return e.run(ctx) },
	} {
		if !step() {
			break
		}
	}
	if e.done == len(order) {
		return
	}
	failed := order[e.done-1]
	e.skip(fmt.Sprintf("%q failed", failed))
}

// skip reports all steps that are left as skipped.
func (e *examination) skip(reason string) {
	for e.done < len(order) {
		e.report(Step{State: Skipped, Reason: reason})
	}
}

// report reports the next step in the order and returns whether to go on.
func (e *examination) report(s Step) bool {
	s.App, s.Browser, s.Name = e.app, e.in.String(), order[e.done]
	e.done++
	e.steps = append(e.steps, s)
	if e.options.Report != nil {
		e.options.Report(s)
	}
	return s.State != Failed
}
