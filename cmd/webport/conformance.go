package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/webport/webport"
	"github.com/webport/webport/internal/conformance"
)

// conformanceOptions are the flags of conformance.
type conformanceOptions struct {
	verbose bool
	slow    bool
	asJSON  bool
}

func newConformance(std streams) *cobra.Command {
	var o conformanceOptions
	c := &cobra.Command{
		Use:   "conformance [SCENARIO...] [flags]",
		Short: "Show where webport does exactly what browsers do",
		Long: `Plays the scenarios that were recorded in the real Chromium and the real Firefox,
and compares what webport does with what they did: every message, disconnect,
value, error text and order. It prints a table by section: exact, or how webport
is known to differ and why.

SCENARIO is the name of one, or the beginning of names: "e" is all of section e.
With --verbose it prints what each is about, and the trace that was recorded,
line by line: those that webport has not begin with -, those that only it has
with +.

Scenarios that wait for long, such as those about backgrounds that stop after 30
seconds, are left out unless --slow is given. All are played in real time, many
at once; what differs then is played once more, alone.

With --json it prints one JSON object for each scenario and browser: scenario,
section, about, browser, state (exact, known, differs, left out), reason and diff.

Exit status: 0; 1 when webport differs where it is not known to; 2 for wrong
usage; 130 after Ctrl-C.`,
		Example: `  webport conformance
  webport conformance q e-disconnect-inside --verbose`,
		DisableFlagsInUseLine: true,
		RunE: func(_ *cobra.Command, args []string) error {
			return showConformance(args, &o, std)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print what was recorded, and how webport differs")
	f.BoolVar(&o.slow, "slow", false, "play also the scenarios that wait for long")
	f.BoolVar(&o.asJSON, "json", false, "print one JSON object a line")
	return c
}

// The states of a scenario in one dialect.
const (
	stateExact   = "exact"
	stateKnown   = "known"
	stateDiffers = "differs"
	stateLeftOut = "left out"
)

// verdict is how webport did in a scenario, in one dialect.
type verdict struct {
	Scenario string `json:"scenario"`
	Section  string `json:"section"`
	About    string `json:"about"`
	Browser  string `json:"browser"`
	State    string `json:"state"`
	Reason   string `json:"reason,omitempty"`
	Diff     string `json:"diff,omitempty"`

	recorded string
}

// slowWait is how long a scenario may wait that is not slow.
const slowWait = 5 * time.Second

// showConformance is the verb.
func showConformance(args []string, o *conformanceOptions, std streams) error {
	scenarios, err := chosenScenarios(args)
	if err != nil {
		return err
	}
	baseline, err := conformance.Baseline()
	if err != nil {
		return &statusError{statusFailed, err}
	}
	ctx, stop := untilSignal()
	defer stop(nil)
	verdicts := judgeAll(ctx, scenarios, baseline, o.slow)
	if cause, ok := errors.AsType[*statusError](context.Cause(ctx)); ok {
		return cause
	}
	write := writeTable
	switch {
	case o.asJSON:
		write = writeVerdictsJSON
	case o.verbose:
		write = writeTraces
	}
	if err := write(std.out, verdicts); err != nil {
		return &statusError{statusFailed, fmt.Errorf("print the table: %w", err)}
	}
	differs := countState(verdicts, "", stateDiffers)
	if differs > 0 {
		return &statusError{statusFailed, fmt.Errorf("webport differs in %s: see --verbose", numbered(differs, "recording"))}
	}
	return nil
}

// chosenScenarios are those whose names begin with an argument, or all.
func chosenScenarios(args []string) ([]*conformance.Scenario, error) {
	all, err := conformance.Scenarios()
	if err != nil {
		return nil, &statusError{statusFailed, err}
	}
	for _, arg := range args {
		if !slices.ContainsFunc(all, func(s *conformance.Scenario) bool { return isChosen(s, arg) }) {
			return nil, usagef("there is no scenario %q: without a name all are played, and listed", arg)
		}
	}
	return slices.DeleteFunc(all, func(s *conformance.Scenario) bool {
		return len(args) > 0 && !slices.ContainsFunc(args, func(arg string) bool { return isChosen(s, arg) })
	}), nil
}

// isChosen reports whether the name begins with an argument; a letter alone is a section.
func isChosen(s *conformance.Scenario, arg string) bool {
	return s.Section() == arg || len(arg) > 1 && strings.HasPrefix(s.Name, arg)
}

// judgeAll plays the scenarios, several at a time: most of the time each waits for nothing to happen. When ctx ends it
// plays no more of them.
func judgeAll(ctx context.Context, scenarios []*conformance.Scenario, baseline []conformance.Difference, slow bool) []verdict {
	var all []verdict
	var jobs []func(*verdict)
	for _, s := range scenarios {
		for _, d := range conformance.Dialects {
			recorded, ok := s.Recorded(d)
			if !s.In(d) || !ok {
				continue
			}
			all = append(all, verdict{Scenario: s.Name, Section: s.Section(), About: s.About, Browser: d.String(), recorded: recorded})
			jobs = append(jobs, func(v *verdict) { v.judge(ctx, s, d, baseline, slow) })
		}
	}
	var playing sync.WaitGroup
	room := make(chan struct{}, 16*runtime.GOMAXPROCS(0))
	for i, job := range jobs {
		room <- struct{}{}
		playing.Go(func() {
			defer func() { <-room }()
			if ctx.Err() == nil {
				job(&all[i])
			}
		})
	}
	playing.Wait()
	for i, job := range jobs {
		if all[i].State == stateDiffers && ctx.Err() == nil {
			job(&all[i]) // on a busy machine many at once get in the way of one another
		}
	}
	return all
}

// judge plays a scenario.
func (v *verdict) judge(ctx context.Context, s *conformance.Scenario, d webport.Dialect, baseline []conformance.Difference, slow bool) {
	if s.Waits() >= slowWait && !slow {
		v.State, v.Reason = stateLeftOut, fmt.Sprintf("it waits for %v: --slow", s.Waits())
		return
	}
	if s.Native() && runtime.GOOS == "windows" {
		v.State, v.Reason = stateLeftOut, "its native apps are shell scripts"
		return
	}
	v.Reason = ""
	got, err := s.Replay(ctx, d)
	v.Diff = conformance.Diff(v.recorded, got)
	known := slices.IndexFunc(baseline, func(b conformance.Difference) bool { return b.Scenario == s.Name && b.Dialect == d })
	switch {
	case err == nil && v.Diff == "":
		v.State = stateExact
	case known >= 0:
		v.State, v.Reason = stateKnown, baseline[known].Reason
	default:
		v.State = stateDiffers
		if err != nil {
			v.Reason, v.Diff = err.Error(), ""
		}
	}
}

// writeTable writes the sections, and below each its scenarios.
func writeTable(w io.Writer, verdicts []verdict) error {
	var b strings.Builder
	section, width, all := "", 0, verdicts
	for _, v := range verdicts {
		width = max(width, len(v.Scenario))
	}
	for len(verdicts) > 0 {
		v := verdicts[0]
		if v.Section != section {
			section = v.Section
			fmt.Fprintf(&b, "%s  %s\n", section, conformance.SectionTitle(section))
		}
		end := slices.IndexFunc(verdicts, func(other verdict) bool { return other.Scenario != v.Scenario })
		if end < 0 {
			end = len(verdicts)
		}
		row := map[string]string{}
		var reasons []string
		for _, v := range verdicts[:end] {
			row[v.Browser] = v.State
			if v.Reason != "" && !slices.Contains(reasons, v.Reason) {
				reasons = append(reasons, v.Reason)
			}
		}
		line := fmt.Sprintf("   %-*s  chromium %-8s  firefox %-8s  %s", width, v.Scenario, orDash(row["chromium"]), orDash(row["firefox"]), strings.Join(reasons, "; "))
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		verdicts = verdicts[end:]
	}
	b.WriteString("\n" + summary(all) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func orDash(s string) string {
	if s == "" {
		return "-" // the scenario is about the other browser, or was not recorded in this one
	}
	return s
}

// summary counts them.
func summary(verdicts []verdict) string {
	var parts []string
	for _, d := range conformance.Dialects {
		played := 0
		for _, v := range verdicts {
			if v.Browser == d.String() && v.State != stateLeftOut {
				played++
			}
		}
		parts = append(parts, fmt.Sprintf("%v: %d of %d exact", d, countState(verdicts, d.String(), stateExact), played))
	}
	return strings.Join(parts, ", ")
}

func countState(verdicts []verdict, browser, state string) (n int) {
	for _, v := range verdicts {
		if v.State == state && (browser == "" || v.Browser == browser) {
			n++
		}
	}
	return n
}

func numbered(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// writeTraces writes what each scenario is about, and what was recorded.
func writeTraces(w io.Writer, verdicts []verdict) error {
	var b strings.Builder
	for i, v := range verdicts {
		if i == 0 || v.Scenario != verdicts[i-1].Scenario {
			fmt.Fprintf(&b, "%s\n%s\n\n", v.Scenario, indented(v.About, "  "))
		}
		fmt.Fprintf(&b, "  %s: %s\n", v.Browser, strings.TrimSuffix(v.State+"  "+v.Reason, "  "))
		text := v.Diff
		if text == "" {
			text = indented(v.recorded, "  ")
		}
		b.WriteString(indented(strings.TrimSuffix(text, "\n"), "  ") + "\n\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func indented(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+by)
}

// writeVerdictsJSON writes one line of --json for each.
func writeVerdictsJSON(w io.Writer, verdicts []verdict) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, v := range verdicts {
		if err := encoder.Encode(v); err != nil {
			return err
		}
	}
	return nil
}
