package jshost

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/webport/webport"
)

// Tabs is what chrome.tabs works on. Its methods may be called on any loop and
// must not wait for one: what takes time happens later. ok is false where there
// is no such tab.
//
// What happens to tabs is told to extensions with Extension.Fire:
// "tabs.onCreated", "tabs.onUpdated", "tabs.onRemoved", "tabs.onActivated".
type Tabs interface {
	// All returns the tabs in the order of their windows and indexes.
	All() []webport.Tab
	// Create opens a tab and returns it as it is while its document loads.
	Create(TabChange) (webport.Tab, error)
	// Update changes a tab: navigates it, activates it.
	Update(id int, change TabChange) (tab webport.Tab, ok bool)
	// Reload loads a tab's document again.
	Reload(id int) (ok bool)
	// Remove closes a tab.
	Remove(id int) (ok bool)
}

// TabChange is what a script wants a tab to be; what is nil or "" stays, or
// is as in a new tab. Create is always given Active.
type TabChange struct {
	URL      string // absolute
	Active   *bool
	Pinned   *bool
	Index    *int
	WindowID *int
	Opener   *int
}

var tabMethods = map[string]apiMethod{
	"tabs.query":             (*Context).tabsQuery,
	"tabs.get":               (*Context).tabsGet,
	"tabs.getCurrent":        (*Context).tabsGetCurrent,
	"tabs.create":            (*Context).tabsCreate,
	"tabs.update":            (*Context).tabsUpdate,
	"tabs.reload":            (*Context).tabsReload,
	"tabs.remove":            (*Context).tabsRemove,
	"windows.getCurrent":     (*Context).windowsCurrent,
	"windows.getLastFocused": (*Context).windowsCurrent,
	"windows.get":            (*Context).windowsGet,
	"windows.getAll":         (*Context).windowsAll,
}

func (c *Context) allTabs() []webport.Tab {
	if c.options.Tabs == nil {
		return nil
	}
	return c.options.Tabs.All()
}

func (c *Context) findTab(id int) (webport.Tab, error) {
	for _, t := range c.allTabs() {
		if t.ID == id {
			return t, nil
		}
	}
	return webport.Tab{}, noTab(id)
}

// activeTab is the one that functions mean which were given none.
func (c *Context) activeTab() (webport.Tab, error) {
	for _, t := range c.allTabs() {
		if t.Active {
			return t, nil
		}
	}
	return webport.Tab{}, &codedError{code: "noTabs"}
}

// tabQuery is tabs.query's queryInfo. The rest of it concerns what tabs here
// never are, or always: audible, discarded, grouped.
type tabQuery struct {
	Active        *bool           `json:"active"`
	Highlighted   *bool           `json:"highlighted"`
	Pinned        *bool           `json:"pinned"`
	Status        string          `json:"status"`
	Title         *string         `json:"title"`
	URL           json.RawMessage `json:"url"`
	WindowID      *int            `json:"windowId"`
	Index         *int            `json:"index"`
	Audible       *bool           `json:"audible"`
	Discarded     *bool           `json:"discarded"`
	Muted         *bool           `json:"muted"`
	Hidden        *bool           `json:"hidden"`
	WindowType    string          `json:"windowType"`
	CurrentWindow *bool           `json:"currentWindow"`
}

func (c *Context) tabsQuery(args arguments) (any, error) {
	var q tabQuery
	if err := args.read(0, &q); err != nil {
		return nil, err
	}
	patterns, err := stringOrList(q.URL)
	if err != nil {
		return nil, err
	}
	found := []any{}
	for _, t := range c.allTabs() {
		if q.matches(t) && c.matchesDetails(t, &q, patterns) {
			found = append(found, c.tab(t))
		}
	}
	return found, nil
}

func is(want *bool, have bool) bool { return want == nil || *want == have }

func (q *tabQuery) matches(t webport.Tab) bool {
	return is(q.Active, t.Active) && is(q.Highlighted, t.Active) && is(q.Pinned, t.Pinned) &&
		is(q.Audible, false) && is(q.Discarded, false) && is(q.Muted, false) && is(q.Hidden, false) &&
		is(q.CurrentWindow, true) && (q.WindowType == "" || q.WindowType == "normal") &&
		(q.Status == "" || q.Status == t.Status) && (q.Index == nil || *q.Index == t.Index) &&
		(q.WindowID == nil || *q.WindowID == t.WindowID || *q.WindowID == -2)
}

// matchesDetails looks at what not every extension may see.
func (c *Context) matchesDetails(t webport.Tab, q *tabQuery, urls []string) bool {
	if q.Title == nil && urls == nil {
		return true
	}
	if !c.options.Extension.seesTab(t) {
		return false
	}
	return (q.Title == nil || glob(*q.Title, t.Title)) && (urls == nil || slices.ContainsFunc(urls, func(p string) bool { return c.options.Extension.matches(p, t.URL) }))
}

func (c *Context) tabsGet(args arguments) (any, error) {
	var id int
	if err := args.read(0, &id); err != nil {
		return nil, err
	}
	t, err := c.findTab(id)
	if err != nil {
		return nil, err
	}
	return c.tab(t), nil
}

// tabsGetCurrent is the tab that the script itself runs in.
func (c *Context) tabsGetCurrent(arguments) (any, error) {
	in := c.endpoint.Info().Tab
	if in == nil {
		return nil, nil
	}
	t, err := c.findTab(in.ID)
	if err != nil {
		t = *in
	}
	return c.tab(t), nil
}

// tabProperties are createProperties and updateProperties.
type tabProperties struct {
	URL      string `json:"url"`
	Active   *bool  `json:"active"`
	Selected *bool  `json:"selected"`
	Pinned   *bool  `json:"pinned"`
	Index    *int   `json:"index"`
	WindowID *int   `json:"windowId"`
	Opener   *int   `json:"openerTabId"`
}

func (c *Context) change(p tabProperties) TabChange {
	change := TabChange{Active: p.Active, Pinned: p.Pinned, Index: p.Index, WindowID: p.WindowID, Opener: p.Opener}
	if change.Active == nil {
		change.Active = p.Selected
	}
	if p.URL != "" {
		change.URL = c.resolve(p.URL)
	}
	return change
}

// resolve is a URL as the extension's pages mean it.
func (c *Context) resolve(url string) string {
	if i := strings.IndexByte(url, ':'); i > 0 && !strings.ContainsAny(url[:i], "/?#") {
		return url
	}
	return c.options.Extension.info.BaseURL + strings.TrimPrefix(url, "/")
}

func (c *Context) tabsCreate(args arguments) (any, error) {
	var p tabProperties
	if err := args.read(0, &p); err != nil {
		return nil, err
	}
	if c.options.Tabs == nil {
		return nil, &codedError{code: "noTabs"}
	}
	change := c.change(p)
	if change.Active == nil {
		active := true
		change.Active = &active
	}
	t, err := c.options.Tabs.Create(change)
	if err != nil {
		return nil, err
	}
	return c.tab(t), nil
}

// tabOf is the tab that an optional first argument names.
func (c *Context) tabOf(args arguments) (webport.Tab, error) {
	if !args.has(0) {
		return c.activeTab()
	}
	var id int
	if err := args.read(0, &id); err != nil {
		return webport.Tab{}, err
	}
	return c.findTab(id)
}

func (c *Context) tabsUpdate(args arguments) (any, error) {
	var p tabProperties
	if err := args.read(1, &p); err != nil {
		return nil, err
	}
	t, err := c.tabOf(args)
	if err != nil {
		return nil, err
	}
	t, ok := c.options.Tabs.Update(t.ID, c.change(p))
	if !ok {
		return nil, noTab(t.ID)
	}
	return c.tab(t), nil
}

func (c *Context) tabsReload(args arguments) (any, error) {
	t, err := c.tabOf(args)
	if err == nil && !c.options.Tabs.Reload(t.ID) {
		err = noTab(t.ID)
	}
	return nil, err
}

func (c *Context) tabsRemove(args arguments) (any, error) {
	var ids []int
	if err := args.read(0, &ids); err != nil {
		ids = make([]int, 1)
		if err := args.read(0, &ids[0]); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if _, err := c.findTab(id); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if !c.options.Tabs.Remove(id) {
			return nil, noTab(id)
		}
	}
	return nil, nil
}

func stringOrList(text json.RawMessage) ([]string, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	if text[0] != '[' {
		text = slices.Concat(json.RawMessage("["), text, json.RawMessage("]"))
	}
	list := []string{}
	err := json.Unmarshal(text, &list)
	return list, err
}
