package tap

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startTied starts an app that is killed when this program is. The channel is closed when it has exited.
func startTied(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	done, started := make(chan struct{}), make(chan error)
	go func() {
		// The kernel sends the signal when the thread ends that has started the app.
		runtime.LockOSThread()
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait() // ProcessState has it
		close(done)
	}()
	return done, <-started
}
