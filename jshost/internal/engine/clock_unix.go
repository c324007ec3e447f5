//go:build unix

package engine

import "golang.org/x/sys/unix"

// monotonic is the real time that passes, in nanoseconds from some start. Not
// time.Now: in a synctest bubble that stands still while a script runs, and an
// endless script would never reach its limit.
func monotonic() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		panic("engine: read the monotonic clock: " + err.Error()) // not on any system Go runs on
	}
	return ts.Nano()
}
