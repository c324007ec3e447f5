//go:build unix

package native

import (
	"io"
	"os"
	"syscall"
	"time"
)

// pipeReader reads from a file in non-blocking mode. It is used by one goroutine at a time.
type pipeReader struct {
	raw  syscall.RawConn
	once func(fd uintptr) (done bool)

	b   []byte
	n   int
	err error
}

func newPipeReader(f *os.File) io.Reader {
	raw, err := f.SyscallConn()
	if err != nil {
		return f
	}
	p := &pipeReader{raw: raw}
	p.once = func(fd uintptr) bool {
		p.n, p.err = readOnce(fd, p.b)
		return p.err != syscall.EAGAIN
	}
	return p
}

func (p *pipeReader) Read(b []byte) (int, error) {
	p.b = b
	err := p.raw.Read(p.once)
	switch {
	case err != nil:
		return 0, err
	case p.err != nil:
		return 0, os.NewSyscallError("read", p.err)
	case p.n == 0 && len(b) > 0:
		return 0, io.EOF
	}
	return p.n, nil
}

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
		t.n, t.err = writeOnce(fd, t.b)
		return true
	}
	return t
}

// write returns how much of b it has written.
func (t *tryWriter) write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		t.b = b[written:]
		if err := t.raw.Write(t.once); err != nil {
			return written, err
		}
		switch t.err {
		case nil:
			written += t.n
		case syscall.EAGAIN:
			return written, nil
		default:
			return written, os.NewSyscallError("write", t.err)
		}
	}
	return written, nil
}
