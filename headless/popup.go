package headless

import (
	"errors"
	"fmt"
	"strings"

	"github.com/webport/webport"
)

// click is a click on the extension's button. Call it on the driver.
func (r *running) click(t webport.Tab) error {
	if r.now() != r {
		return nil // it was reloaded meanwhile
	}
	popup := r.extension.Manifest.Action.Popup
	if popup == nil {
		r.api.Click(t)
		return nil
	}
	if r.popupPage != nil {
		r.closePopup() // a second click closes it
		return nil
	}
	f := &frame{browser: r.browser, driver: r.driver, popup: r}
	p := f.newPage(r.extension.BaseURL+strings.TrimLeft(popup.Name, "/"), nil)
	if err := p.get(); err != nil {
		return err
	}
	r.mu.Lock()
	r.popup = p.url
	r.mu.Unlock()
	r.popupPage = p
	return p.load()
}

// closePopup closes the popup, if one is open. Call it on the driver.
func (r *running) closePopup() {
	if r.popupPage == nil {
		return
	}
	r.popupPage.discard(true)
	r.popupPage = nil
	r.mu.Lock()
	defer r.mu.Unlock()
	r.popup = ""
}

// Action shows t, or for nil the active tab, and is a click on the buttons of the extensions there. A button with a popup
// opens that, or closes it where it is open. It fails where no extension has a button, or no tab is open.
func (b *Browser) Action(t *Tab) error {
	return b.click(t, b.allRunning(), "none has one")
}

// ActionOf is Action with the button of the extension with the id alone.
func (b *Browser) ActionOf(id string, t *Tab) error {
	i := b.installedAs(id)
	if i == nil {
		return b.noExtension("click the button of", id)
	}
	r := i.now()
	if r == nil {
		return fmt.Errorf("click the button of the extension %s: it is disabled", id)
	}
	return b.click(t, []*running{r}, "it has none")
}

func (b *Browser) click(t *Tab, extensions []*running, none string) error {
	if t == nil {
		t = b.Active()
	}
	if t == nil {
		return errors.New("click the extensions' button: no tab is open, and a button is clicked in a tab")
	}
	b.activate(t)
	var errs []error
	clicked := false
	for _, r := range extensions {
		if r.extension.Manifest.Action == nil {
			continue
		}
		clicked = true
		errs = append(errs, r.driver.do(func() error { return r.click(t.info()) }))
	}
	if !clicked {
		return fmt.Errorf("click the extensions' button: %s (manifest.json says action, browser_action or page_action)", none)
	}
	return errors.Join(errs...)
}
