//go:build unix

package engine

import (
	"time"

	"golang.org/x/sys/unix"
)

// monotonic is the real time that passes, in nanoseconds from some start. Not
// time.Now: in a synctest bubble that stands still while a script runs, and an
// endless script would never reach its limit.
func monotonic() int64 { return readClock(unix.CLOCK_MONOTONIC) }

// wallClock is the real time of day.
func wallClock() time.Time { return time.Unix(0, readClock(unix.CLOCK_REALTIME)) }

func readClock(id int32) int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		panic("engine: read a clock: " + err.Error()) // not on any system Go runs on
	}
	return ts.Nano()
}
