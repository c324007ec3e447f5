package native

import (
	"go/build"
	"os/exec"
	"strings"
	"testing"
)

// TestAnAppLinksLittle holds the promise of the package comment: the standard library, jsontext, and what is ours.
func TestAnAppLinksLittle(t *testing.T) {
	const own, jsontext = "github.com/webport/webport", "github.com/go-json-experiment/json/"
	out, err := exec.Command("go", "list", "-deps", "../examples/echo").Output()
	if err != nil {
		t.Fatalf("go list -deps: %v", err)
	}
	seen := strings.Fields(string(out))
	if len(seen) < 10 {
		t.Fatalf("go list -deps lists %q alone", seen)
	}
	for _, path := range seen {
		switch {
		case path == own, path == own+"/native", path == own+"/native/manifest", path == own+"/native/internal/wholefile", path == own+"/examples/echo":
		case path == jsontext+"jsontext", strings.HasPrefix(path, jsontext+"internal"):
		case isStandard(path):
		default:
			t.Errorf("an app links %s", path)
		}
	}
}

func isStandard(path string) bool {
	p, err := build.Import(path, "", build.FindOnly)
	return err == nil && p.Goroot
}
