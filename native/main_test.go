//go:build unix

package native

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// appVariable names the part that the test binary plays when it is started as a native app: see apps.
const appVariable = "WEBPORT_NATIVE_TEST_APP"

func TestMain(m *testing.M) {
	if part := os.Getenv(appVariable); part != "" {
		os.Exit(playApp(part))
	}
	goleak.VerifyTestMain(m)
}
