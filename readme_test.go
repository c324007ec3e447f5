package webport_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme holds that the program in README.md compiles, that its commands
// name what is there, and that its links lead somewhere.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, program, ok := strings.Cut(string(readme), "```go\n")
	program, _, closed := strings.Cut(program, "```")
	if !ok || !closed {
		t.Fatal("README.md has no Go program")
	}
	main := filepath.Join(t.TempDir(), "main.go")
	header := "package main\n\nimport (\n\"context\"\n\"os\"\n\n\"" + module + "\"\n\"" + module + "/native\"\n)\n\n"
	if err := os.WriteFile(main, []byte(header+program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "vet", main).CombinedOutput(); err != nil {
		t.Errorf("the program in README.md: %v\n%s", err, out)
	}
	if !strings.Contains(string(readme), "go install ./cmd/webport ") {
		t.Error("README.md does not say how to come by the command that it speaks of")
	}
	for _, match := range regexp.MustCompile(`go run (\S+) run (\S+)|\]\(([\w./-]+)\)`).FindAllStringSubmatch(string(readme), -1) {
		for _, path := range match[1:] {
			if _, err := os.Stat(filepath.FromSlash(path)); path != "" && err != nil {
				t.Errorf("README.md: %v", err)
			}
		}
	}
}
