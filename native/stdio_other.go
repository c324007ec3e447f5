//go:build !unix

package native

import "os"

// takeStdio returns the real standard input and output, and makes os.Stdin an empty file and os.Stdout another standard
// error, also for those who hold the same *os.File already, such as loggers that were made before.
func takeStdio() (in, out *os.File, restore func(), err error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, nil, nil, err
	}
	stdin, stdout := *os.Stdin, *os.Stdout
	*os.Stdin, *os.Stdout = *null, *os.Stderr
	return &stdin, &stdout, func() {}, nil
}
