package native

import (
	"time"

	"github.com/webport/webport"
)

// The ladder by which an app is ended, after its standard input was closed:
//
//	Chromium                                  Firefox
//	standard output is closed at once too     standard output is still read, and dropped
//	wait 2 s                                  wait 3 s
//	SIGKILL                                   SIGTERM
//	                                          wait 3 s
//	                                          SIGKILL
//
// Whoever is gone earlier, ends it. Browsers end the app alone; here its whole process group is meant by "gone" and by
// every signal. After SIGKILL both wait 3 s more and give up, which happens only to a process that the kernel holds.

// rung is one step of the ladder: unless the app is gone within wait, it gets the signal.
type rung struct {
	wait   time.Duration
	signal func(ender)
	name   string
}

// ender is what a ladder is set against: a process.
type ender interface {
	terminate()
	kill()
}

const killed = 3 * time.Second

func ladderOf(d webport.Dialect) []rung {
	if d == webport.Firefox {
		return []rung{{3 * time.Second, ender.terminate, "SIGTERM"}, {3 * time.Second, ender.kill, "SIGKILL"}}
	}
	return []rung{{2 * time.Second, ender.kill, "SIGKILL"}}
}

// climb ends p, by the rungs in their order, until gone is closed. It returns the last rung that it needed, if any, and
// whether p is gone.
func climb(p ender, ladder []rung, gone <-chan struct{}) (last *rung, ended bool) {
	for i := range ladder {
		if within(ladder[i].wait, gone) {
			return last, true
		}
		last = &ladder[i]
		last.signal(p)
	}
	return last, within(killed, gone)
}

// within reports whether c is closed before d has passed.
func within(d time.Duration, c <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c:
		return true
	case <-t.C:
		return false
	}
}
