package headless

import (
	"errors"
	"testing"

	"github.com/webport/webport"
)

// TestNewTabIsAsked holds that whoever hears of a new tab can ask for anything at once: its first document comes first.
func TestNewTabIsAsked(t *testing.T) {
	f := newBrowserForTest(t, webport.Chromium, map[string]string{})
	started := false
	tab, err := f.browser.newTab("https://example.com/", tabPlace{active: true, pinned: true}, func(tab *Tab) {
		tab.started("https://example.com/", nil)
		started = true
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tab.Reload(), tab.AddFrame("about:blank"), tab.Close()); err != nil || !started {
		t.Errorf("started %v: %v", started, err)
	}
	if !tab.info().Pinned {
		t.Error("it is not pinned")
	}
}
