//go:build unix

package native

import (
	"os"
	"syscall"
)

// takeStdio returns the real standard input and output, makes descriptor 0 an empty file and descriptor 1 another
// standard error. Exchanging os.Stdin and os.Stdout would not do: loggers that were made before hold the old one, and C
// code and children use the descriptors.
//
// Pipes and sockets are put in non-blocking mode until restore is called, for those who use them after this process.
func takeStdio() (in, out *standing, restore func(), err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDONLY, 0)
	if err != nil {
		return nil, nil, nil, err
	}
	defer null.Close()
	inFD, err := exchange(0, int(null.Fd()))
	if err != nil {
		return nil, nil, nil, err
	}
	outFD, err := exchange(1, 2)
	if err != nil {
		return nil, nil, nil, err
	}
	restoreIn, restoreOut := unblock(inFD), unblock(outFD)
	restore = func() { restoreIn(); restoreOut() }
	return newStanding(inFD, "standard input"), newStanding(outFD, "standard output"), restore, nil
}

func newStanding(fd int, name string) *standing {
	return &standing{File: os.NewFile(uintptr(fd), name), fd: fd}
}

// exchange returns another descriptor for the file of fd, and makes fd one for that of instead.
func exchange(fd, instead int) (int, error) {
	syscall.ForkLock.RLock()
	moved, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(moved)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, os.NewSyscallError("dup", err)
	}
	return moved, os.NewSyscallError("dup2", dup2(instead, fd))
}

// unblock puts a pipe or a socket into non-blocking mode.
func unblock(fd int) (restore func()) {
	var stat syscall.Stat_t
	if syscall.Fstat(fd, &stat) != nil || stat.Mode&syscall.S_IFMT != syscall.S_IFIFO && stat.Mode&syscall.S_IFMT != syscall.S_IFSOCK {
		return func() {}
	}
	if !blocks(uintptr(fd)) || syscall.SetNonblock(fd, true) != nil {
		return func() {}
	}
	return func() { syscall.SetNonblock(fd, false) }
}
