package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
)

// TestPipeSourceEndsWithItsContext holds that who hears first that there are no more lines, and asks why, is not left
// waiting for an answer.
func TestPipeSourceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		source := newPipeSource(ctx, "stdin", strings.NewReader("1\n2\n"), nil)
		synctest.Wait() // a line is there, and nobody has taken it
		cancel()
		synctest.Wait()
		if line, more := <-source.lines; more {
			t.Errorf("line %q after the end", line)
		}
		if err := <-source.end; err != nil {
			t.Error(err)
		}
	})
}
