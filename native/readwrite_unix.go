//go:build unix && !linux

package native

import "syscall"

func readOnce(fd uintptr, b []byte) (int, error) { return untilDone(syscall.Read, fd, b) }

func writeOnce(fd uintptr, b []byte) (int, error) { return untilDone(syscall.Write, fd, b) }

func untilDone(call func(fd int, b []byte) (int, error), fd uintptr, b []byte) (int, error) {
	for {
		n, err := call(int(fd), b)
		if err != syscall.EINTR {
			return n, err
		}
	}
}
