package headless

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/webport/webport"
)

// TestScenarios runs the archives of testdata/browser in both dialects. EXT/NAME is a file of an extension (each
// directory with a manifest.json is one), web/HOST/PATH is on the web, steps has a command a line:
//
//	open URL | close TAB | navigate TAB URL | back TAB | reload-tab TAB | frame TAB URL | click TAB [SELECTOR] | action [EXT]
//	forward TAB | crash TAB | disable EXT | enable EXT | uninstall EXT | reload [EXT] | eval CONTEXT: CODE | contexts
//	tabs | write FILE ARCHIVE-FILE
//
// After each one everything comes to rest. want.chromium and want.firefox, or want where they are one, have each command
// with what was logged then; where an archive has only one of the two it is about that dialect alone. The lines of
// different contexts are sorted by context within a command: who of two is faster is nobody's promise.
func TestScenarios(t *testing.T) {
	archives, err := filepath.Glob("testdata/browser/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives in testdata/browser", err)
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
				want := wanted(archive, dialect)
				if want == nil {
					continue
				}
				t.Run(dialect.String(), func(t *testing.T) {
					got := runScenario(t, archive, dialect)
					if *update {
						want.Data = []byte(got)
					} else if got != string(want.Data) {
						t.Errorf("got\n%s\nwant\n%s", got, want.Data)
					}
				})
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func wanted(archive *txtar.Archive, dialect webport.Dialect) *txtar.File {
	for _, name := range []string{"want." + dialect.String(), "want"} {
		for i := range archive.Files {
			if archive.Files[i].Name == name {
				return &archive.Files[i]
			}
		}
	}
	return nil
}

func runScenario(t *testing.T, archive *txtar.Archive, dialect webport.Dialect) string {
	files := map[string]string{}
	var steps string
	for _, f := range archive.Files {
		if f.Name == "steps" {
			steps = string(f.Data)
		} else {
			files[f.Name] = string(f.Data)
		}
	}
	f := newBrowserForTest(t, dialect, files)
	f.settle()
	var out strings.Builder
	out.WriteString(f.scrubbed())
	for _, line := range strings.Split(strings.TrimSpace(steps), "\n") {
		fmt.Fprintf(&out, "> %s\n", line)
		if err := f.step(line, files); err != nil {
			fmt.Fprintf(&out, "error: %s\n", scrub(err.Error(), f))
		}
		f.settle()
		out.WriteString(f.scrubbed())
	}
	return out.String()
}

// scrubbed is what was logged, context by context, without what is another in every run.
func (f *browserForTest) scrubbed() string {
	text := f.text()
	if text == "" {
		return ""
	}
	var order []string
	seen := map[string]bool{}
	for _, line := range strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n") {
		context, _, _ := strings.Cut(line, ":")
		if !seen[context] {
			seen[context] = true
			order = append(order, context)
		}
	}
	slices.Sort(order)
	var out strings.Builder
	for _, context := range order {
		out.WriteString(only(text, context) + "\n")
	}
	return scrub(out.String(), f)
}

var changing = []struct {
	what *regexp.Regexp
	as   string
}{
	{regexp.MustCompile(`(chrome|moz)-extension://[^/"'\s]+`), "$1-extension://ID"},
	{regexp.MustCompile(`\b[0-9A-F]{32}\b`), "DOCUMENT"},
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "DOCUMENT"},
	{regexp.MustCompile(`\b[a-p]{32}\b`), "ID"},
	{regexp.MustCompile(`\b[0-9a-f]{40}@temporary-addon\b`), "ID"},
	{regexp.MustCompile(`("?contextId"?: ?)[0-9]+`), "${1}CONTEXT"},
}

func scrub(text string, f *browserForTest) string {
	for _, dir := range f.dirs {
		text = strings.ReplaceAll(text, filepath.Dir(dir), "DIR")
	}
	for _, c := range changing {
		text = c.what.ReplaceAllString(text, c.as)
	}
	return text
}

func (f *browserForTest) step(line string, files map[string]string) error {
	fields := strings.Fields(line)
	rest := func(n int) string {
		return strings.TrimSpace(strings.Join(fields[min(n, len(fields)):], " "))
	}
	tab := func() (*Tab, error) {
		number, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, err
		}
		return f.browser.Tab(number)
	}
	id := func() string { // of the extension in the directory
		for _, e := range f.browser.options.Extensions {
			if filepath.Base(e.Dir) == fields[1] {
				return e.ID
			}
		}
		return fields[1]
	}
	switch fields[0] {
	case "open":
		_, err := f.browser.Open(rest(1))
		return err
	case "action":
		if len(fields) > 1 {
			return f.browser.ActionOf(id(), nil)
		}
		return f.browser.Action(nil)
	case "reload":
		if len(fields) > 1 {
			return f.browser.ReloadExtension(id())
		}
		return f.browser.Reload()
	case "disable", "enable":
		return f.browser.SetEnabled(id(), fields[0] == "enable")
	case "uninstall":
		return f.browser.Uninstall(id())
	case "contexts":
		f.log("%s", "contexts: "+strings.Join(f.browser.Contexts(), ", "))
		return nil
	case "tabs":
		for _, t := range f.browser.Tabs() {
			f.log("tabs: %v %q", t, t.Title())
		}
		return nil
	case "write":
		return os.WriteFile(filepath.Join(filepath.Dir(f.dirs[0]), fields[1]), []byte(files[fields[2]]), 0o644)
	case "eval":
		context, code, _ := strings.Cut(strings.TrimPrefix(line, "eval "), ":")
		result, err := f.browser.Eval(f.t.Context(), context, code)
		if err == nil && result != "undefined" {
			f.log("result: %s", result)
		}
		return err
	}
	t, err := tab()
	if err != nil {
		return err
	}
	switch fields[0] {
	case "close":
		return t.Close()
	case "navigate":
		return t.Navigate(rest(2))
	case "back":
		return t.Back()
	case "forward":
		return t.Forward()
	case "crash":
		return t.Crash()
	case "reload-tab":
		return t.Reload()
	case "frame":
		return t.AddFrame(rest(2))
	case "click":
		return t.Click(rest(2))
	}
	return fmt.Errorf("unknown step %q", line)
}
