package native

import (
	"syscall"
	"unsafe"
)

// What is read from and written to here never blocks, and so need not tell Go's scheduler that it might. RawSyscall leaves
// that out, which costs as much as the call.

func readOnce(fd uintptr, b []byte) (int, error) { return rawCall(syscall.SYS_READ, fd, b) }

func writeOnce(fd uintptr, b []byte) (int, error) { return rawCall(syscall.SYS_WRITE, fd, b) }

func rawCall(trap, fd uintptr, b []byte) (int, error) {
	for {
		n, _, err := syscall.RawSyscall(trap, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch err {
		case 0:
			return int(n), nil
		case syscall.EINTR:
		default:
			return 0, err
		}
	}
}
