// Command webport runs browser extensions without a browser and shows the
// Ports that their scripts open. It makes native apps known to browsers, finds
// out why one does not work, talks to one as a browser does, and records what real
// browsers and apps say to one another.
package main

import (
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) }

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}
