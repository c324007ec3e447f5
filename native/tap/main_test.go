package tap

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// shimVariable names the configuration with which the test binary plays the shim.
const shimVariable = "WEBPORT_TAP_TEST_SHIM"

func TestMain(m *testing.M) {
	if config := os.Getenv(shimVariable); config != "" {
		os.Unsetenv(shimVariable)
		os.Exit(Shim(config, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}
