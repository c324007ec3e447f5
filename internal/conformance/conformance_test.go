package conformance

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/webport/webport"
)

var (
	record = flagDialects("record", "run the scenarios in the real browsers and write down what happens there; -record=chromium in one of them")
	verify = flagDialects("verify", "compare what happens in the real browsers with what was written down; -verify=firefox in one of them")
	shown  = flag.Bool("show", false, "print the traces of webport")
)

// mostDifferences is how many known differences there may be.
const mostDifferences = 5

// TestMain lets many tests run at a time: those with native apps, in real time, mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// TestConformance replays every scenario in both dialects. With -record it first runs them in the real browsers and
// writes down what happens there, with -verify it compares that with what was written down.
func TestConformance(t *testing.T) {
	scenarios, baseline := readAll(t)
	browsers := newBrowsers(t)
	for i, s := range scenarios {
		// The race detector makes scripts 40 times slower: too slow for large messages, and for apps in real time.
		if testing.Short() && (i%8 != 0 || s.Native() || strings.ContainsAny(s.Name[:1], "hi")) {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			recordTest(t, browsers, s)
			verifyTest(t, browsers, s)
			for _, d := range Dialects {
				if s.In(d) && !verify.any() {
					t.Run(d.String(), func(t *testing.T) {
						t.Parallel()
						replayTest(t, s, d, baseline)
					})
				}
			}
		})
	}
}

func readAll(t *testing.T) (scenarios []*Scenario, baseline []Difference) {
	t.Helper()
	scenarios, err := readScenarios(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if len(scenarios) == 0 {
		t.Fatal("there are no scenarios")
	}
	if baseline, err = Baseline(); err != nil {
		t.Fatal(err)
	}
	return scenarios, baseline
}

// TestBaseline holds that there are few known differences, each of a scenario that there is.
func TestBaseline(t *testing.T) {
	scenarios, baseline := readAll(t)
	if len(baseline) > mostDifferences {
		t.Errorf("baseline.txt has %d differences, more than %d", len(baseline), mostDifferences)
	}
	for _, b := range baseline {
		if !slices.ContainsFunc(scenarios, func(s *Scenario) bool { return s.Name == b.Scenario && s.In(b.Dialect) }) {
			t.Errorf("baseline.txt: there is no scenario %s for %v", b.Scenario, b.Dialect)
		}
	}
}

// replayTest compares webport with what was recorded.
func replayTest(t *testing.T, s *Scenario, d webport.Dialect, baseline []Difference) {
	if s.Native() && runtime.GOOS == "windows" {
		t.Skip("its native apps are shell scripts")
	}
	known := slices.ContainsFunc(baseline, func(b Difference) bool { return b.Scenario == s.Name && b.Dialect == d })
	got, err := replayIn(t, s, d)
	if *shown {
		t.Logf("webport:\n%s", got)
	}
	want, recorded := s.Recorded(d)
	switch {
	case !recorded:
		t.Errorf("it was not recorded: go test ./internal/conformance -run 'TestConformance/%s$' -record", s.Name)
	case err != nil && known:
	case err != nil:
		t.Error(err)
	case got != want && !known:
		t.Errorf("webport differs from %v:\n%s", d, Diff(want, got))
	case got == want && known:
		t.Errorf("webport does what %v does: take %s out of baseline.txt", d, s.Name)
	}
}

// replayIn replays a scenario in fake time, unless it has processes.
func replayIn(t *testing.T, s *Scenario, d webport.Dialect) (trace string, err error) {
	if s.Native() && s.Waits() < longWait {
		return s.Replay(t.Context(), d)
	}
	synctest.Test(t, func(t *testing.T) { trace, err = s.Replay(t.Context(), d) })
	return trace, err
}

// recordTest writes down what happens in the real browsers that are asked for.
func recordTest(t *testing.T, browsers *browsers, s *Scenario) {
	t.Helper()
	changed := false
	for d, r := range browsers.runAll(t, s, record) {
		before, ok := s.Recorded(d)
		switch {
		case r.err != nil:
			t.Errorf("in %v: %v", d, r.err)
			continue
		case ok && before != r.trace:
			t.Logf("%v did something else than before:\n%s", d, Diff(before, r.trace))
		}
		s.record(d, r.trace)
		changed = true
	}
	if !changed {
		return
	}
	if err := os.WriteFile(filepath.Join(directory, s.Name+".txtar"), s.text(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// verifyTest compares what happens in the real browsers that are asked for with what was written down. A browser that
// differs gets more chances: it may have been too busy for the time that it had.
func verifyTest(t *testing.T, browsers *browsers, s *Scenario) {
	t.Helper()
	const chances = 5
	for d, r := range browsers.runAll(t, s, verify) {
		want, ok := s.Recorded(d)
		if !ok {
			t.Errorf("it was not recorded in %v", d)
			continue
		}
		for left := chances - 1; r.err != nil || r.trace != want; left-- {
			said := fmt.Sprintf("%v failed: %v", d, r.err)
			if r.err == nil {
				said = fmt.Sprintf("%v did something else than what was recorded:\n%s", d, Diff(want, r.trace))
			}
			if left == 0 {
				t.Error(said)
				break
			}
			t.Log(said)
			r.trace, r.err = browsers.run(t, s, d)
		}
	}
}

// dialectsFlag is a flag that is given alone, for both browsers, or with the name of one.
type dialectsFlag struct{ dialects map[webport.Dialect]bool }

func flagDialects(name, usage string) *dialectsFlag {
	f := &dialectsFlag{dialects: map[webport.Dialect]bool{}}
	flag.Var(f, name, usage)
	return f
}

func (f *dialectsFlag) any() bool { return len(f.dialects) > 0 }

// String implements [flag.Value].
func (f *dialectsFlag) String() string {
	var names []string
	for d := range f.dialects {
		names = append(names, d.String())
	}
	return strings.Join(names, ",")
}

// IsBoolFlag lets the flag stand without a value.
func (f *dialectsFlag) IsBoolFlag() bool { return true }

// Set implements [flag.Value].
func (f *dialectsFlag) Set(value string) error {
	if value == "true" {
		for _, d := range Dialects {
			f.dialects[d] = true
		}
		return nil
	}
	d, err := webport.ParseDialect(value)
	if err != nil {
		return fmt.Errorf("it is for one of the browsers: %w", err)
	}
	f.dialects[d] = true
	return nil
}
