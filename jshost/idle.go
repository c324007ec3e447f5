package jshost

import (
	"encoding/json"

	"github.com/webport/webport"
)

// Listening names the events that scripts of the context listen to, such as
// "tabs.onUpdated": those that a background which was stopped must be started
// again for.
func (c *Context) Listening() []string {
	text, err := c.fn.listening.Call()
	if err != nil {
		c.failed(err)
		return nil
	}
	var names []string
	list, _ := text.(string)
	if err := json.Unmarshal([]byte(list), &names); err != nil {
		c.failed(err)
	}
	return names
}

// Activity counts what a background that is to be stopped when it is idle is
// not idle by: every event, and in Chromium also what its scripts post and whom
// they connect to. Timers do not count. It may be called from anywhere.
func (c *Context) Activity() uint64 { return c.loop.Posted() + c.calls.Load() }

// acts notes that a script reaches out.
func (c *Context) acts() {
	if c.options.Dialect == webport.Chromium {
		c.calls.Add(1)
	}
}

// Ports is how many ports the context holds, and how many of these keep a
// background from being stopped: those to native apps and, in Chromium, the
// channels of one-time messages that wait for an answer, on either side.
func (c *Context) Ports() (all, keeping int) {
	for _, p := range c.ports {
		if p.native || (p.request || p.promised) && c.options.Dialect == webport.Chromium {
			keeping++
		}
	}
	return len(c.ports), keeping
}
