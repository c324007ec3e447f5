package jshost

import "encoding/json"

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

// Ports is how many ports the context holds, and how many of these lead to
// native apps, which keep a background from being stopped.
func (c *Context) Ports() (all, native int) {
	for _, p := range c.ports {
		if p.native {
			native++
		}
	}
	return len(c.ports), native
}
