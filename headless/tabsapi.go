package headless

import (
	"errors"
	"io/fs"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// tabsAPI is what chrome.tabs of all extensions works on. It is called on loops, and waits for nothing.
type tabsAPI struct{ *Browser }

// All implements [jshost.Tabs].
func (b tabsAPI) All() []webport.Tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []webport.Tab
	for _, t := range b.tabs {
		all = append(all, t.infoLocked())
	}
	return all
}

// Create implements [jshost.Tabs].
func (b tabsAPI) Create(change jshost.TabChange) (webport.Tab, error) {
	address := change.URL
	if address == "" {
		address = newTabPage(b.options.Dialect)
	}
	address, err := parseAddress(address)
	if err != nil {
		return webport.Tab{}, err
	}
	if isExtensionScheme(address[:max(0, indexColon(address))]) && b.extensionAt(address) == nil {
		return webport.Tab{}, errors.Join(errors.New("no extension has the address "+address), fs.ErrNotExist)
	}
	place := tabPlace{active: change.Active == nil || *change.Active, pinned: change.Pinned != nil && *change.Pinned}
	if change.Opener != nil {
		place.opener = b.tab(*change.Opener)
	}
	t, err := b.newTab(address, place, func(t *Tab) { t.started(address, nil) })
	if err != nil {
		return webport.Tab{}, err
	}
	return t.info(), nil
}

func indexColon(address string) int {
	for i, c := range address {
		if c == ':' {
			return i
		}
	}
	return 0
}

// newTabPage is what a new tab shows; webport has no page of the browser's own.
func newTabPage(webport.Dialect) string { return blankURL }

// Update implements [jshost.Tabs].
func (b tabsAPI) Update(id int, change jshost.TabChange) (webport.Tab, bool) {
	t := b.tab(id)
	if t == nil {
		return webport.Tab{}, false
	}
	if change.Active != nil && *change.Active {
		b.activate(t)
	}
	if change.Pinned != nil {
		t.change(map[string]any{"pinned": *change.Pinned}, func() bool {
			changed := t.pinned != *change.Pinned
			t.pinned = *change.Pinned
			return changed
		})
	}
	if change.URL != "" {
		address, err := parseAddress(change.URL)
		if err != nil {
			address = change.URL // navigate says what is wrong with it
		}
		t.driver.post(func() { t.top.navigate(address, how{script: true}) })
	}
	return t.info(), true
}

// Reload implements [jshost.Tabs].
func (b tabsAPI) Reload(id int) bool {
	t := b.tab(id)
	return t != nil && t.driver.post(func() { t.top.navigate(t.top.page.address(), how{script: true, reload: true}) })
}

// Remove implements [jshost.Tabs].
func (b tabsAPI) Remove(id int) bool {
	t := b.tab(id)
	return t != nil && t.driver.post(func() { t.close(false) })
}

// tab is an open tab by its id, nil where there is none.
func (b *Browser) tab(id int) *Tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.tabs {
		if t.number == id {
			return t
		}
	}
	return nil
}
