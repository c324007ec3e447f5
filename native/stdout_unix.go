//go:build unix

package native

import (
	"os"
	"syscall"
)

// takeStdout returns the real standard output and makes descriptor 1 another standard error. Exchanging os.Stdout
// would not do: loggers that were made before hold the old one, and C code and children use the descriptor.
func takeStdout() (*os.File, error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Dup(1)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	if err := dup2(2, 1); err != nil {
		return nil, os.NewSyscallError("dup2", err)
	}
	return os.NewFile(uintptr(fd), "native messages"), nil
}
