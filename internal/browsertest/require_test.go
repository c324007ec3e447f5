package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/webport/webport"
)

// outcome takes what Require tells a test.
type outcome struct {
	testing.TB
	skipped, failed string
}

func (o *outcome) Helper()                           {}
func (o *outcome) Skipf(format string, args ...any)  { o.skipped = fmt.Sprintf(format, args...) }
func (o *outcome) Fatalf(format string, args ...any) { o.failed = fmt.Sprintf(format, args...) }

// TestRequire holds that a browser that is not installed skips a test, or fails it where browsers are required.
func TestRequire(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short every browser is left out")
	}
	installed := executables[webport.Firefox]
	t.Cleanup(func() { executables[webport.Firefox] = installed })
	executables[webport.Firefox] = []string{"/nowhere/firefox", "no-such-firefox"}

	var skipped, failed outcome
	t.Setenv("WEBPORT_BROWSERS", "")
	Require(&skipped, webport.Firefox)
	const want = "firefox is not installed (Debian: apt-get install firefox-esr)"
	if skipped.skipped != want+": skipped" || skipped.failed != "" {
		t.Errorf("without the browser: %+v", skipped)
	}
	t.Setenv("WEBPORT_BROWSERS", "required")
	Require(&failed, webport.Firefox)
	if !strings.HasPrefix(failed.failed, want) || failed.skipped != "" {
		t.Errorf("without the browser that is required: %+v", failed)
	}
}
