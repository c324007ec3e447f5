package engine

import (
	"time"

	"golang.org/x/sys/windows"
)

// monotonic is the real time that passes, in nanoseconds from some start. Not
// time.Now: in a synctest bubble that stands still while a script runs, and an
// endless script would never reach its limit.
func monotonic() int64 { return int64(windows.DurationSinceBoot()) }

// wallClock is the real time of day.
func wallClock() time.Time {
	var now windows.Filetime
	windows.GetSystemTimeAsFileTime(&now)
	return time.Unix(0, now.Nanoseconds())
}
