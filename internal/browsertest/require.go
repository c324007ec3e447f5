package browsertest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/webport/webport"
)

// Require skips a test where the browser of a dialect is not installed, with a line that says what to install. Where
// the environment variable WEBPORT_BROWSERS is "required", as in continuous integration, the test fails instead. With
// -short the test is skipped in any case.
func Require(t testing.TB, dialect webport.Dialect) {
	t.Helper()
	if testing.Short() {
		t.Skip("real browsers are left out with -short")
	}
	_, err := find(dialect)
	switch {
	case err == nil:
	case os.Getenv("WEBPORT_BROWSERS") == "required":
		t.Fatalf("%v: WEBPORT_BROWSERS=required asks for it", err)
	default:
		t.Skipf("%v: skipped", err)
	}
}

// executables says where each dialect's browser is looked for, names by $PATH. Debian's /usr/bin/chromium is a script
// that adds flags of its own, so the program itself comes first.
var executables = map[webport.Dialect][]string{
	webport.Chromium: {"/usr/lib/chromium/chromium", "chromium", "chromium-browser"},
	webport.Firefox:  {"/usr/lib/firefox-esr/firefox-esr", "firefox-esr", "firefox"},
}

// packages are Debian's.
var packages = map[webport.Dialect]string{webport.Chromium: "chromium", webport.Firefox: "firefox-esr"}

// find returns the path of a dialect's browser.
func find(dialect webport.Dialect) (string, error) {
	for _, name := range executables[dialect] {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, exec.ErrNotFound) && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("find %s: %w", dialect, err)
		}
	}
	return "", fmt.Errorf("%s is not installed (Debian: apt-get install %s)", dialect, packages[dialect])
}
