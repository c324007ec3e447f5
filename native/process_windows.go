package native

import (
	"os/exec"
	"strconv"
	"syscall"
)

// ownGroup keeps a Ctrl-C that is meant for this program from the app.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
}

// alive reports whether the app's own process is left: Windows has no process groups that could be asked.
func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// terminate ends the app: Windows knows no polite way that works for programs without a window.
func (p *process) terminate() { p.kill() }

// kill ends the app and what it started.
func (p *process) kill() {
	exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(p.cmd.Process.Pid)).Run()
	p.cmd.Process.Kill()
}
