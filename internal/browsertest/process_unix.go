//go:build unix

package browsertest

import "syscall"

// ownGroup makes the browser the leader of a process group, by which it is ended together with what it started.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// kill ends the process group.
func (p *process) kill() { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
