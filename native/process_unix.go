//go:build unix

package native

import "syscall"

// ownGroup makes the app the leader of a process group, by which it is ended together with what it started. Browsers
// leave it in their own group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// alive reports whether anything of the app's process group is left and runs. What has exited and waits to be reaped,
// by whoever inherited it when the app exited, no longer counts.
func (p *process) alive() bool {
	group := p.cmd.Process.Pid
	return syscall.Kill(-group, 0) != syscall.ESRCH && !onlyZombies(group)
}

// terminate asks the process group to end.
func (p *process) terminate() { p.signal(syscall.SIGTERM) }

// kill ends the process group.
func (p *process) kill() { p.signal(syscall.SIGKILL) }

// signal sends sig to the process group, and to the app where it has left that.
func (p *process) signal(sig syscall.Signal) {
	pid := p.cmd.Process.Pid
	syscall.Kill(-pid, sig)
	if group, err := syscall.Getpgid(pid); err == nil && group != pid {
		p.cmd.Process.Signal(sig) // which knows whether pid is still the app
	}
}
