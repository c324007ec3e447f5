// Package conformance holds webport against the real browsers. A scenario is an extension with pages, native apps and
// steps, in one txtar file of testdata/conformance, with what its scripts wrote in Chromium and in Firefox.
// [Scenario.Replay] runs it in webport; the package's tests record it in the browsers. The README beside the scenarios
// has their format.
package conformance

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/webport/webport"
)

//go:embed testdata/conformance
var embedded embed.FS

const directory = "testdata/conformance"

// Dialects are the browsers that every scenario is held against, unless it is about one alone.
var Dialects = []webport.Dialect{webport.Chromium, webport.Firefox}

// Scenario is what one file of testdata/conformance says.
type Scenario struct {
	Name  string // the file's, without its ending: "e-disconnect-inside"
	About string // the prose at its head

	files   map[string]string
	steps   []step
	options map[string]bool
	archive *txtar.Archive
}

// options are the words that -- options -- may have.
var options = []string{
	"chromium",  // it is about Chromium alone
	"firefox",   // it is about Firefox alone
	"console",   // what browsers write to the console by themselves is part of the trace
	"ordered",   // so is the order of lines of different contexts
	"unwatched", // no debugger is attached, which would keep a background from stopping
}

// Scenarios returns all scenarios in the order of their names. The error says what is wrong with the first that cannot
// be read.
func Scenarios() ([]*Scenario, error) { return readScenarios(embedded) }

func readScenarios(dir fs.FS) ([]*Scenario, error) {
	names, err := fs.Glob(dir, directory+"/*.txtar")
	if err != nil {
		return nil, err
	}
	var all []*Scenario
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		s, err := parseScenario(strings.TrimSuffix(path.Base(name), ".txtar"), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		all = append(all, s)
	}
	return all, nil
}

// parseScenario reads the text of a scenario's file.
func parseScenario(name string, text []byte) (*Scenario, error) {
	s := &Scenario{Name: name, files: map[string]string{}, options: map[string]bool{}, archive: txtar.Parse(text)}
	s.About = strings.TrimSpace(string(s.archive.Comment))
	if SectionTitle(s.Section()) == "" {
		return nil, fmt.Errorf("the name begins with the letter of no section, as a-nobody-listens does")
	}
	for _, f := range s.archive.Files {
		if _, twice := s.files[f.Name]; twice {
			return nil, fmt.Errorf("-- %s -- stands there twice", f.Name)
		}
		s.files[f.Name] = string(f.Data)
		if err := checkFileName(f.Name); err != nil {
			return nil, err
		}
	}
	for _, word := range strings.Fields(s.files["options"]) {
		if !slices.Contains(options, word) {
			return nil, fmt.Errorf("options: %q is none of %s", word, strings.Join(options, ", "))
		}
		s.options[word] = true
	}
	for line := range strings.Lines(s.files["steps"]) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		parsed, err := parseStep(line)
		if err != nil {
			return nil, fmt.Errorf("step %q: %w", line, err)
		}
		s.steps = append(s.steps, parsed)
	}
	return s, nil
}

func checkFileName(name string) error {
	first, rest, _ := strings.Cut(name, "/")
	switch first {
	case "steps", "options", "chromium", "firefox":
		if rest == "" {
			return nil
		}
	case "ext", "other", "native":
		if rest != "" {
			return nil
		}
	case "web":
		if host, page, _ := strings.Cut(rest, "/"); host != "" && page != "" {
			return nil
		}
		return fmt.Errorf("-- %s -- is no page: write web/HOST/PATH", name)
	}
	return fmt.Errorf("-- %s -- is none of ext/FILE, other/FILE, web/HOST/PATH, native/APP, steps, options, chromium, firefox", name)
}

// Section is the letter, or 0, of the section that the scenario belongs to.
func (s *Scenario) Section() string {
	letter, _, found := strings.Cut(s.Name, "-")
	if !found {
		return ""
	}
	return letter
}

// SectionTitle says what the section with the letter is about, "" where there is none.
func SectionTitle(letter string) string {
	return map[string]string{
		"0": "the specification's examples",
		"a": "nobody listens", "b": "arguments and names", "c": "listeners", "d": "several receivers", "e": "disconnect",
		"f": "order and buffering", "g": "event objects", "h": "serialisation", "i": "size limits", "j": "sender",
		"k": "tabs.connect", "l": "causes of disconnect", "m": "the Port object", "n": "runtime.connect to others",
		"o": "order between ports", "p": "garbage collection", "q": "native messaging", "r": "background lifetime",
	}[letter]
}

// In reports whether the scenario is about the dialect.
func (s *Scenario) In(d webport.Dialect) bool {
	return s.options[d.String()] || !s.options["chromium"] && !s.options["firefox"]
}

// Recorded is the trace that was recorded in the dialect's browser; false where none was.
func (s *Scenario) Recorded(d webport.Dialect) (trace string, ok bool) {
	trace, ok = s.files[d.String()]
	return trace, ok
}

// record puts a trace into the scenario.
func (s *Scenario) record(d webport.Dialect, trace string) {
	s.files[d.String()] = trace
	f := txtar.File{Name: d.String(), Data: []byte(trace)}
	at := slices.IndexFunc(s.archive.Files, func(f txtar.File) bool { return f.Name == d.String() })
	if at >= 0 {
		s.archive.Files[at] = f
		return
	}
	at = len(s.archive.Files)
	if d == webport.Chromium { // which comes first
		if i := slices.IndexFunc(s.archive.Files, func(f txtar.File) bool { return f.Name == webport.Firefox.String() }); i >= 0 {
			at = i
		}
	}
	s.archive.Files = slices.Insert(s.archive.Files, at, f)
}

// text is the scenario's file.
func (s *Scenario) text() []byte { return txtar.Format(s.archive) }

// longWait is how long a scenario waits at least that is replayed in fake time even if it has native apps.
const longWait = 5 * time.Second

// Waits is how long the steps of the scenario wait.
func (s *Scenario) Waits() time.Duration {
	var sum time.Duration
	for _, st := range s.steps {
		sum += st.wait
	}
	return sum
}

// Native reports whether the scenario has native apps.
func (s *Scenario) Native() bool {
	for name := range s.files {
		if strings.HasPrefix(name, "native/") {
			return true
		}
	}
	return false
}
