//go:build !unix

package native

import (
	"io"
	"os"
	"time"
)

// pipeReader reads from a file that takes deadlines.
type pipeReader struct {
	file  *os.File
	waits func() // called before a read, which may wait
}

// newPipeReader returns nil if reading from r cannot be interrupted.
func newPipeReader(r io.Reader) *pipeReader {
	file, _ := fileOf(r)
	if file == nil || file.SetReadDeadline(time.Time{}) != nil {
		return nil
	}
	return &pipeReader{file: file}
}

func (p *pipeReader) Read(b []byte) (int, error) {
	p.waits()
	return p.file.Read(b)
}

// interrupt makes Read return os.ErrDeadlineExceeded until resume.
func (p *pipeReader) interrupt() { p.file.SetReadDeadline(time.Unix(1, 0)) }

func (p *pipeReader) resume() { p.file.SetReadDeadline(time.Time{}) }

// tryWriter would write to a file as much as goes without waiting, which cannot be known here.
type tryWriter struct{}

func newTryWriter(io.Writer) *tryWriter { return nil }

func (*tryWriter) write([]byte) (int, error) { return 0, nil }
