//go:build !unix

package native

import (
	"io"
	"os"
)

// tryWriter would write to a file as much as goes without waiting, which cannot be known here.
type tryWriter struct{}

func newTryWriter(*os.File) *tryWriter { return nil }

func (*tryWriter) write([]byte) (int, error) { return 0, nil }

func newPipeReader(f *os.File) io.Reader { return f }
