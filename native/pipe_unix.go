//go:build unix && !linux

package native

import (
	"io"
	"os"
	"syscall"
	"time"
)

// tryWriter writes to a file as much as goes without waiting. It is used by one goroutine at a time.
type tryWriter struct {
	raw  syscall.RawConn
	once func(fd uintptr) (done bool)

	b   []byte
	n   int
	err error
}

// newTryWriter returns nil for a file that is in blocking mode.
func newTryWriter(f *os.File) *tryWriter {
	raw, err := f.SyscallConn()
	if err != nil || f.SetWriteDeadline(time.Time{}) != nil {
		return nil
	}
	t := &tryWriter{raw: raw}
	t.once = func(fd uintptr) bool {
		t.n, t.err = syscall.Write(int(fd), t.b)
		return true
	}
	return t
}

// write returns how much of b it has written.
func (t *tryWriter) write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		t.b = b[written:]
		err := t.raw.Write(t.once)
		if err == nil {
			err = t.err
		}
		switch {
		case err == syscall.EAGAIN:
			return written, nil
		case err == syscall.EINTR:
		case err != nil:
			return written, os.NewSyscallError("write", err)
		default:
			written += t.n
		}
	}
	return written, nil
}

func newPipeReader(f *os.File) io.Reader { return f }
