package webport_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSpec holds that every sentence of SPEC.md names tests, and that they are
// there: a test function, in a room if one is named, or a scenario file.
func TestSpec(t *testing.T) {
	spec, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	functions := testFunctions(t)
	names := regexp.MustCompile("`([^`]*)`")
	for n, line := range strings.Split(string(spec), "\n") {
		sentence, ok := strings.CutPrefix(line, "- ")
		if !ok {
			continue
		}
		end := strings.LastIndex(sentence, ". `")
		if end < 0 {
			t.Errorf("SPEC.md:%d: no test is named: %s", n+1, sentence)
			continue
		}
		for _, name := range names.FindAllStringSubmatch(sentence[end:], -1) {
			if _, err := os.Stat(name[1]); err != nil && !functions[name[1]] {
				t.Errorf("SPEC.md:%d: there is no test %s", n+1, name[1])
			}
		}
	}
}

// testFunctions returns the tests of the module, as ROOM.TestName, and as
// TestName in the root.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+|Benchmark\w+)\(`)
	eachGoFile(t, func(path string, _ []string, test bool) {
		if !test {
			return
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(source, -1) {
			name := string(m[1])
			if dir := filepath.ToSlash(filepath.Dir(path)); dir != "." {
				name = dir + "." + name
			}
			found[name] = true
		}
	})
	return found
}
