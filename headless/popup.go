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
		return r.closePopup() // a second click closes it
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
func (r *running) closePopup() error {
	p := r.popupPage
	if p == nil {
		return nil
	}
	r.popupPage = nil
	err := p.discard(true)
	r.mu.Lock()
	r.popup = ""
	r.mu.Unlock()
	return err
}

// suspend ends a background that asked for it or was idle; the next event starts it again. Call it on the driver.
func (r *running) suspend() {}
