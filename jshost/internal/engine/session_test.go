package engine_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webport/webport/jshost/internal/engine"
)

var update = flag.Bool("update", false, "write what the sessions in testdata print as what they should print")

// TestSessions types the sessions in testdata into a realm, as into a console.
// A line "> code" is evaluated; the lines under it are what that prints: what
// the scripts log and what is reported, then the result. undefined is not shown.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f := newRealm(t, engine.Options{
				Name: "test", URL: "chrome-extension://abc/background.js", Worker: true, UserAgent: "Mozilla/5.0 (test)",
				Load: loadTestScript,
			})
			got := f.session(string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compareLines(t, got, string(text))
		})
	}
}

// session runs a session and returns it with what was really printed.
func (f *fixture) session(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		code, isCode := strings.CutPrefix(line, "> ")
		if !isCode {
			if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
				out.WriteString(line)
			}
			continue
		}
		out.WriteString(line)
		result := f.eval(code)
		f.do(func() {
			for _, printed := range f.lines {
				out.WriteString(printed + "\n")
			}
			f.lines = nil
		})
		if result != "undefined" {
			out.WriteString(result + "\n")
		}
	}
	return out.String()
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		var g, w string
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Fatalf("line %d:\ngot  %s\nwant %s", i+1, g, w)
		}
	}
}

func loadTestScript(name string) (string, error) {
	switch name {
	case "chrome-extension://abc/lib/imported.js":
		return "globalThis.imported = 'imported';", nil
	case "chrome-extension://abc/lib/broken.js":
		return "let broken = ;", nil
	case "chrome-extension://abc/lib/throws.js":
		return "\n throw new RangeError('from the imported script');", nil
	case "chrome-extension://abc/lib/later.mjs":
		return "await null; throw new Error('later');", nil
	case "chrome-extension://abc/lib/a.mjs":
		return "import { b } from './b.mjs'; export const a = 'a'; export const both = () => a + b; export const url = import.meta.url;", nil
	case "chrome-extension://abc/lib/b.mjs":
		return "import { a } from './a.mjs'; export const b = 'b'; export const other = () => a; await null; export const late = 'late';", nil
	}
	return "", os.ErrNotExist
}
