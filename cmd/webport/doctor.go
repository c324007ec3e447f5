package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/doctor"
	"github.com/webport/webport/native/manifest"
)

// doctorOptions are the flags of doctor.
type doctorOptions struct {
	browsers  []string
	extension string
	message   string
	timeout   time.Duration
	asJSON    bool
	machine   manifest.Machine
}

func newDoctor(std streams) *cobra.Command {
	var o doctorOptions
	c := &cobra.Command{
		Use:   "doctor [NAME] [flags]",
		Short: "Find out why a native app does not work",
		Long: `Goes through what a browser goes through until the native app NAME answers, for
every browser that is installed or those that --browser names: finds and reads
the native manifest, checks who may call and what the executable is, starts the
app as that browser does, sends a message, and ends it again. Without NAME it
does so for every native manifest that the browsers find.

It prints one line for each step, with a mark: ✓ it is right, ✗ it is broken,
? it cannot be known from here, - not reached. Below what is broken is what
mends it.

The message is {} unless --message gives one; that an app does not answer {} is
no failure.

With --root the browsers and native manifests are those below DIR, and so is the
executable, where it is there; then it is looked at and not started.

With --json it prints one JSON object for each step: app, browser, step, state
(ok, failed, skipped or unknown), found, reason and mend.

Exit status: 0; 1 when something is broken, or there is nothing to examine; 2 for
wrong usage; 130 after Ctrl-C.`,
		Example: `  webport doctor
  webport doctor my_app --message '{"hello": "world"}'
  webport doctor my_app --browser firefox --extension my_app@example.org`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return appName(args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("message") && !json.Valid([]byte(o.message)) {
				return usagef("--message: %q is not JSON", o.message)
			}
			return examine(args, &o, std)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.browsers, "browser", nil, "examine it for this browser, `B`, such as chrome or firefox; may be repeated")
	f.StringVar(&o.extension, "extension", "", "call as the extension `ID|ORIGIN|DIR` (default: the first that may)")
	f.StringVar(&o.message, "message", "", "send this `JSON`, which the app must answer")
	f.DurationVar(&o.timeout, "timeout", 2*time.Second, "wait for the answer as long as `DURATION`")
	f.StringVar(&o.machine.Root, "root", "", "put `DIR` before every path that is read")
	f.BoolVar(&o.asJSON, "json", false, "print one JSON object a line")
	return c
}

// examine is the verb.
func examine(args []string, o *doctorOptions, std streams) error {
	if err := checkBrowsers(o.browsers); err != nil {
		return err
	}
	if err := checkRoot(o.machine.Root); err != nil {
		return err
	}
	if o.extension != "" {
		if err := checkExtensions("--extension", o.extension); err != nil {
			return err
		}
	}
	if o.timeout <= 0 {
		return usagef("--timeout: %v is no time to wait", o.timeout)
	}
	if err := checkSomeBrowser(o.browsers, &o.machine); err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop(nil)
	out := newStepPrinter(std.out, o.asJSON, stop)
	patients, err := o.patients(args)
	for _, p := range patients {
		if ctx.Err() != nil {
			break
		}
		if examineErr := o.examineOne(ctx, p, out); err == nil {
			err = examineErr
		}
	}
	if cause, ok := errors.AsType[*statusError](context.Cause(ctx)); ok {
		return cause
	}
	if err != nil {
		return &statusError{statusFailed, err}
	}
	return out.summary()
}

// patient is an app to be examined, for some browsers.
type patient struct {
	app      string
	browsers []string    // none: those that are installed
	unread   doctor.Step // instead, where nobody reads the native manifest
}

// patients are the app that is named, or those of all native manifests.
func (o *doctorOptions) patients(args []string) ([]patient, error) {
	if len(args) > 0 {
		return []patient{{app: args[0], browsers: o.browsers}}, nil
	}
	installations, err := (&manifest.Options{Machine: &o.machine, Browsers: o.browsers}).Installations()
	if err != nil {
		return nil, err
	}
	entries, err := manifest.List(&manifest.Options{Machine: &o.machine, Browsers: o.browsers})
	var list []patient
	for _, e := range entries {
		var readers []string
		for _, i := range installations {
			if slices.Contains(e.Browsers, i.String()) && !slices.Contains(readers, i.Browser.Name) {
				readers = append(readers, i.Browser.Name)
			}
		}
		if len(readers) == 0 {
			list = append(list, patient{unread: doctor.Step{
				App: e.Name, Browser: e.Browsers[0], Name: doctor.Found, State: doctor.Unknown, Found: e.File,
				Reason: "no browser that looks there was found on this machine",
			}})
			continue
		}
		at := slices.IndexFunc(list, func(p patient) bool { return p.app == e.Name })
		if at < 0 {
			at, list = len(list), append(list, patient{app: e.Name})
		}
		for _, name := range readers {
			if !slices.Contains(list[at].browsers, name) {
				list[at].browsers = append(list[at].browsers, name)
			}
		}
	}
	if len(list) == 0 && err == nil {
		err = errors.New("there is nothing to examine: no browser finds a native manifest")
	}
	return list, err
}

func (o *doctorOptions) examineOne(ctx context.Context, p patient, out *stepPrinter) error {
	if p.app == "" {
		out.print(p.unread)
		return nil
	}
	options := &doctor.Options{Machine: &o.machine, Browsers: p.browsers, Extension: o.extension, Timeout: o.timeout, Report: out.print}
	if o.message != "" {
		options.Message = json.RawMessage(o.message)
	}
	_, err := doctor.Examine(ctx, p.app, options)
	return err
}

// stepPrinter prints the steps of examinations as they come.
type stepPrinter struct {
	out    io.Writer
	asJSON bool
	colour bool
	failed func(error) // when out cannot be written

	heading string
	broken  []string // the headings below which a step failed
}

// newStepPrinter calls stop when nothing can be written any more.
func newStepPrinter(out io.Writer, asJSON bool, stop context.CancelCauseFunc) *stepPrinter {
	p := &stepPrinter{out: out, asJSON: asJSON, colour: !asJSON && hasColour(terminalOf(out))}
	p.failed = func(err error) {
		stop(&statusError{statusFailed, fmt.Errorf("print the steps: %w", err)})
	}
	return p
}

func (p *stepPrinter) print(s doctor.Step) {
	heading := s.App + " in " + s.Browser
	var text string
	if p.asJSON {
		text = stepJSON(&s)
	} else {
		if heading != p.heading {
			text = paint(p.colour, bold, visible(heading)) + "\n"
		}
		text += p.render(&s)
	}
	p.heading = heading
	if s.State == doctor.Failed && !slices.Contains(p.broken, heading) {
		p.broken = append(p.broken, heading)
	}
	if _, err := io.WriteString(p.out, text); err != nil {
		p.failed(err)
	}
}

// render returns the lines of one step.
func (p *stepPrinter) render(s *doctor.Step) string {
	mark, style := "✓", green
	switch s.State {
	case doctor.Failed:
		mark, style = "✗", red
	case doctor.Unknown:
		mark, style = "?", yellow
	case doctor.Skipped:
		mark, style = "-", dim
	}
	text := s.Found
	if s.Reason != "" {
		if text != "" {
			text += ": "
		}
		text += s.Reason
	}
	line := strings.TrimRight(fmt.Sprintf("%-15s  %s", s.Name, strings.ReplaceAll(text, "\n", " ")), " ")
	if s.State != doctor.Failed && s.State != doctor.Skipped {
		line = "  " + paint(p.colour, style, mark) + " " + visible(line) + "\n"
	} else {
		line = "  " + paint(p.colour, style, mark+" "+visible(line)) + "\n"
	}
	if s.Mend != "" {
		line += "    " + paint(p.colour, bold, "mend: "+visible(s.Mend)) + "\n"
	}
	return line
}

func stepJSON(s *doctor.Step) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // strings alone cannot fail
	return b.String()
}

// summary ends with what is broken, if anything is.
func (p *stepPrinter) summary() error {
	if len(p.broken) > 0 {
		return &statusError{statusFailed, fmt.Errorf("broken: %s", strings.Join(p.broken, "; "))}
	}
	return nil
}
