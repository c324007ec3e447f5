package engine

import "time"

// clockIsFake reports whether time.Now is not the real time, as in a synctest
// bubble, which starts in the year 2000. Scripts then get a Date that follows it.
func clockIsFake() bool {
	const tolerance = time.Hour // more than any step of a real clock between two readings
	return time.Until(wallClock()).Abs() > tolerance
}
