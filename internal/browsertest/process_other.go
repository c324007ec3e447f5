//go:build !unix

package browsertest

import "syscall"

func ownGroup() *syscall.SysProcAttr { return nil }

// kill ends the browser, whose own processes end with it.
func (p *process) kill() { p.cmd.Process.Kill() }
