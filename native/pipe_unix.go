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
	file  *os.File
	raw   syscall.RawConn
	fd    int    // of a standing file, otherwise -1
	waits func() // called when there is nothing to read, before it waits
	once  func(fd uintptr) (done bool)

	b   []byte
	n   int
	err error
}

// newPipeReader returns nil if reading from r cannot be interrupted.
func newPipeReader(r io.Reader) *pipeReader {
	p := &pipeReader{}
	if p.file, p.raw, p.fd = nonBlocking(r, (*os.File).SetReadDeadline); p.file == nil {
		return nil
	}
	p.once = func(fd uintptr) bool {
		p.n, p.err = readOnce(fd, p.b)
		if p.err == syscall.EAGAIN {
			p.waits()
			return false
		}
		return true
	}
	return p
}

// nonBlocking returns what fileOf does, and nil for a file that takes no deadlines, or does not heed them: it does not in
// the blocking mode, in which os.File.Fd puts it.
func nonBlocking(stream any, setDeadline func(*os.File, time.Time) error) (*os.File, syscall.RawConn, int) {
	file, descriptor := fileOf(stream)
	if file == nil || setDeadline(file, time.Time{}) != nil {
		return nil, nil, -1
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, nil, -1
	}
	heeded := false
	if err := raw.Control(func(fd uintptr) { heeded = !blocks(fd) }); err != nil || !heeded {
		return nil, nil, -1
	}
	return file, raw, descriptor
}

// blocks reports whether a descriptor is in blocking mode.
func blocks(fd uintptr) bool {
	flags, _, err := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_GETFL, 0)
	return err == 0 && flags&syscall.O_NONBLOCK == 0
}

func (p *pipeReader) Read(b []byte) (int, error) {
	if p.fd >= 0 {
		if n, err := readOnce(uintptr(p.fd), b); n > 0 && err == nil {
			return n, nil
		}
	}
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

// interrupt makes Read return os.ErrDeadlineExceeded, where it would wait, until resume.
func (p *pipeReader) interrupt() { p.file.SetReadDeadline(time.Unix(1, 0)) }

func (p *pipeReader) resume() { p.file.SetReadDeadline(time.Time{}) }

// tryWriter writes to a file as much as goes without waiting. It is used by one goroutine at a time.
type tryWriter struct {
	raw  syscall.RawConn
	fd   int // of a standing file, otherwise -1
	once func(fd uintptr) (done bool)

	b   []byte
	n   int
	err error
}

// newTryWriter returns nil for what is no file in non-blocking mode.
func newTryWriter(w io.Writer) *tryWriter {
	t := &tryWriter{}
	var file *os.File
	if file, t.raw, t.fd = nonBlocking(w, (*os.File).SetWriteDeadline); file == nil {
		return nil
	}
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
		if t.fd >= 0 {
			t.once(uintptr(t.fd))
		} else if err := t.raw.Write(t.once); err != nil {
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
