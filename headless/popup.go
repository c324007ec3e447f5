package headless

import (
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
