package jshost

import (
	"regexp"
	"slices"
	"strings"
)

// window is windows.Window: tabs are in windows, though none is drawn.
type window struct {
	ID          int    `json:"id"`
	Focused     bool   `json:"focused"`
	Top         int    `json:"top"`
	Left        int    `json:"left"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Tabs        []any  `json:"tabs,omitempty"`
	Incognito   bool   `json:"incognito"`
	Type        string `json:"type"`
	State       string `json:"state"`
	AlwaysOnTop bool   `json:"alwaysOnTop"`
}

type windowQuery struct {
	Populate bool `json:"populate"`
}

// windows lists the windows that there are tabs in, the one with the active
// tab of the lowest window first.
func (c *Context) windows(q windowQuery) []*window {
	var all []*window
	for _, t := range c.allTabs() {
		i := slices.IndexFunc(all, func(w *window) bool { return w.ID == t.WindowID })
		if i < 0 {
			i = len(all)
			all = append(all, &window{
				ID: t.WindowID, Focused: i == 0, Width: windowWidth, Height: windowHeight,
				Incognito: t.Incognito, Type: "normal", State: "normal",
			})
		}
		if q.Populate {
			all[i].Tabs = append(all[i].Tabs, c.tab(t))
		}
	}
	return all
}

func (c *Context) windowsCurrent(args arguments) (any, error) {
	var q windowQuery
	if err := args.read(0, &q); err != nil {
		return nil, err
	}
	all := c.windows(q)
	if len(all) == 0 {
		return nil, noWindow(-2)
	}
	if in := c.endpoint.Info().Tab; in != nil {
		for _, w := range all {
			if w.ID == in.WindowID {
				return w, nil
			}
		}
	}
	return all[0], nil
}

func (c *Context) windowsGet(args arguments) (any, error) {
	var id int
	var q windowQuery
	if err := args.read(0, &id); err != nil {
		return nil, err
	}
	if err := args.read(1, &q); err != nil {
		return nil, err
	}
	if id == -2 {
		return c.windowsCurrent(args[1:])
	}
	for _, w := range c.windows(q) {
		if w.ID == id {
			return w, nil
		}
	}
	return nil, noWindow(id)
}

func (c *Context) windowsAll(args arguments) (any, error) {
	var q windowQuery
	if err := args.read(0, &q); err != nil {
		return nil, err
	}
	all := c.windows(q)
	if all == nil {
		all = []*window{}
	}
	return all, nil
}

// glob reports whether text is what pattern says, * standing for anything.
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("(?is)^" + strings.Join(parts, ".*") + "$").MatchString(text)
}
