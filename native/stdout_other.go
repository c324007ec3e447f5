//go:build !unix

package native

import "os"

// takeStdout returns the real standard output and makes os.Stdout another standard error, also for those who hold the
// same *os.File already, such as loggers that were made before.
func takeStdout() (*os.File, error) {
	stdout := *os.Stdout
	*os.Stdout = *os.Stderr
	return &stdout, nil
}
