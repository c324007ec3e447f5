package native

import "os"

// standing is a file that nobody closes, so that its descriptor can be used without the locks that guard against that.
type standing struct {
	*os.File
	fd int
}

// fileOf returns the file that stream is, or nil, and if that is a standing one its descriptor, otherwise -1.
func fileOf(stream any) (*os.File, int) {
	switch f := stream.(type) {
	case *os.File:
		return f, -1
	case *standing:
		return f.File, f.fd
	}
	return nil, -1
}
