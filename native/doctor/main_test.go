//go:build linux

package doctor

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// appVariable names the part that the test binary plays when it is started as a native app.
const appVariable = "WEBPORT_DOCTOR_TEST_APP"

func TestMain(m *testing.M) {
	if part := os.Getenv(appVariable); part != "" {
		os.Exit(playApp(part))
	}
	goleak.VerifyTestMain(m)
}

func playApp(part string) int {
	switch part {
	case "echo":
		return native.Main(func(_ context.Context, port *webport.Port) error {
			for m := range port.Messages() {
				if err := port.Post(m); err != nil {
					return err
				}
			}
			return nil
		})
	case "silent":
		io.Copy(io.Discard, os.Stdin)
	case "prints":
		fmt.Println("INFO starting up")
		io.Copy(io.Discard, os.Stdin)
	case "prints after":
		os.Stdout.WriteString("\x01\x00\x00\x001done\n")
		io.Copy(io.Discard, os.Stdin)
	case "no JSON":
		os.Stdout.WriteString("\x02\x00\x00\x00}{\x01\x00\x00\x001")
		io.Copy(io.Discard, os.Stdin)
	case "too large":
		os.Stdout.WriteString("\x01\x00\x10\x00")
		io.Copy(io.Discard, os.Stdin)
	case "crash":
		fmt.Fprintln(os.Stderr, "cannot open the wallet")
		return 3
	case "exits":
		return 0
	case "stays":
		os.Stdout.WriteString("\x01\x00\x00\x001")
		time.Sleep(time.Hour)
	case "crashes after":
		os.Stdout.WriteString("\x01\x00\x00\x001")
		return 4
	case "dies after":
		os.Stdout.WriteString("\x01\x00\x00\x001")
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "forks", "forks a daemon":
		child := exec.Command("/bin/sleep", "1002")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: part != "forks"}
		if child.Start() != nil {
			return 98
		}
		os.Stdout.WriteString("\x01\x00\x00\x001")
		io.Copy(io.Discard, os.Stdin)
	}
	return 0
}
