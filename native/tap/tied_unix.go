//go:build unix && !linux

package tap

import (
	"io"
	"os/exec"
	"strconv"
)

// startTied starts an app that is killed when this program is: by a shell that waits for the end of a pipe. The channel
// is closed when the app has exited.
func startTied(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	guard := exec.Command("/bin/sh", "-c", `trap '' HUP INT QUIT TERM; read -r line || kill -9 "$0"`, strconv.Itoa(cmd.Process.Pid))
	pipe, guardErr := guard.StdinPipe()
	if guardErr == nil {
		guardErr = guard.Start()
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // ProcessState has it
		if guardErr == nil {
			_, _ = io.WriteString(pipe, "it has exited\n")
			_ = guard.Wait()
		}
		close(done)
	}()
	return done, nil
}
