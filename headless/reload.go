package headless

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/webport/webport"
)

// Reload loads all extensions again from their directories, as a browser's page of extensions does: their own pages
// are closed, their backgrounds start again. Content scripts go on without their extension in Chromium; in Firefox they
// end, and run again in the tabs that are open. An extension that cannot be loaded stays as it was, and is in the error.
func (b *Browser) Reload() error {
	var errs []error
	for _, i := range b.extensions {
		errs = append(errs, i.driver.do(i.reload))
	}
	return errors.Join(errs...)
}

// ReloadExtension is Reload of the extension with the id alone. One that is disabled stays so.
func (b *Browser) ReloadExtension(id string) error {
	i := b.installedAs(id)
	if i == nil {
		return b.noExtension("reload", id)
	}
	return i.driver.do(i.reload)
}

// SetEnabled disables the extension with the id, or enables it again, as the switch on a browser's page of extensions
// does; its files are read anew then. What a disabled extension leaves behind is what Reload leaves behind. Enabling one
// that is enabled, or disabling one that is disabled, does nothing.
func (b *Browser) SetEnabled(id string, enabled bool) error {
	i := b.installedAs(id)
	switch {
	case i == nil && enabled:
		return b.noExtension("enable", id)
	case i == nil:
		return b.noExtension("disable", id)
	case enabled:
		return i.driver.do(i.enable)
	}
	return i.driver.do(i.disable)
}

// Uninstall takes the extension with the id out of the browser for good. It leaves behind what Reload leaves behind.
func (b *Browser) Uninstall(id string) error {
	i := b.installedAs(id)
	if i == nil {
		return b.noExtension("uninstall", id)
	}
	return i.driver.do(i.uninstall)
}

func (b *Browser) noExtension(verb, id string) error {
	var ids []string
	for _, i := range b.extensions {
		if id := i.installedID(); id != "" {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return fmt.Errorf("%s the extension %s: there is none with this id, and no other one", verb, id)
	}
	return fmt.Errorf("%s the extension %s: there is none with this id: there are %s", verb, id, strings.Join(ids, ", "))
}

// disable ends the extension. Call it on its driver.
func (i *installed) disable() error {
	if old := i.now(); old != nil {
		i.disabled = old
		old.end()
	}
	return nil
}

// uninstall ends the extension, which no id leads to from now on. Call it on its driver.
func (i *installed) uninstall() error {
	if err := i.disable(); err != nil {
		return err
	}
	i.disabled = nil
	i.mu.Lock()
	defer i.mu.Unlock()
	i.id = ""
	return nil
}

// enable starts the extension again. Call it on its driver.
func (i *installed) enable() error {
	old := i.disabled
	if i.now() != nil || old == nil {
		return nil
	}
	e, err := i.loadAgain(old)
	if err != nil {
		return err
	}
	r, err := i.start(e, old.api)
	if err != nil {
		return err
	}
	i.disabled = nil
	r.reinject()
	return nil
}

// reload loads the extension again. Call it on its driver.
func (i *installed) reload() error {
	old := i.now()
	if old == nil {
		return nil
	}
	e, err := i.loadAgain(old)
	if err != nil {
		return err
	}
	old.end()
	r, err := i.start(e, old.api)
	if err != nil {
		return err
	}
	r.welcome(map[string]string{"reason": "update", "previousVersion": old.extension.Manifest.ExtensionVersion}, false)
	r.reinject()
	return nil
}

// loadAgain reads the extension's files anew.
func (i *installed) loadAgain(old *running) (*Extension, error) {
	e, err := Load(old.extension.Dir, old.extension.Dialect)
	if err == nil && e.ID != old.extension.ID {
		err = fmt.Errorf("reload the extension in %s: its id was %s and is %s now: start again", e.Dir, old.extension.ID, e.ID)
	}
	return e, err
}

// end ends the extension: its own scripts, and in Firefox those in pages, which hear of nothing. In Chromium those go on
// without it. Call it on the driver.
func (r *running) end() {
	var scopes []*scope
	if r.extension.Dialect == webport.Firefox {
		r.inTabs(func(t *Tab) { scopes = append(scopes, t.endScripts(r)...) })
	}
	r.stop()
	r.browser.finish(scopes, nil, false)
	r.inTabs(func(t *Tab) { t.closePagesOf(r) })
	r.inTabs(func(t *Tab) { t.orphan(r) })
}

// reinject runs the content scripts in the tabs that are open, as Firefox does.
func (r *running) reinject() {
	if r.extension.Dialect == webport.Firefox {
		r.inTabs(func(t *Tab) { t.injectAgain(r) })
	}
}

// inTabs does something in every tab, on its driver, and waits for it.
func (r *running) inTabs(do func(*Tab)) {
	for _, t := range r.browser.Tabs() {
		t.driver.do(func() error {
			if !t.gone {
				do(t)
			}
			return nil
		})
	}
}

// endScripts ends an extension's content scripts in a tab, and returns their scopes to be closed. Call it on the driver.
func (t *Tab) endScripts(r *running) (ended []*scope) {
	t.eachPage(func(p *page) {
		for _, s := range p.scopesOf(r) {
			s.js.Realm().Close()
			p.drop(s)
			ended = append(ended, s)
		}
	})
	return ended
}

// closePagesOf closes what shows a page of an extension in a tab. Call it on the driver.
func (t *Tab) closePagesOf(r *running) {
	if t.top.page.run == r {
		t.close(false)
		return
	}
	var own []*page
	t.eachPage(func(p *page) {
		if p.run == r {
			own = append(own, p)
		}
	})
	for _, p := range own {
		p.frame.replace(blankURL, p.frame.parent, nil)
	}
}

// orphan takes an extension away from the scripts in a tab. Call it on the driver.
func (t *Tab) orphan(r *running) {
	t.eachPage(func(p *page) {
		for _, s := range p.scopesOf(r) {
			s.js.Invalidate()
		}
	})
}

// eachPage visits the pages that the tab shows or keeps, on their loops. Call it on the driver.
func (t *Tab) eachPage(visit func(*page)) {
	for _, top := range append([]*page{t.top.page}, t.history.kept...) {
		top.task(func() {
			for _, p := range top.tree() {
				visit(p)
			}
		})
	}
}

// scopesOf lists the worlds of an extension's content scripts in the page. Call it on the loop.
func (p *page) scopesOf(r *running) []*scope {
	var found []*scope
	for _, s := range p.scopes[min(1, len(p.scopes)):] {
		if s.run == r {
			found = append(found, s)
		}
	}
	return found
}

// drop takes a content script's world out of the page. Call it on the loop.
func (p *page) drop(s *scope) {
	p.document.drop(s.world)
	p.scopes = slices.DeleteFunc(p.scopes, func(other *scope) bool { return other == s })
}

// injectAgain runs an extension's content scripts in the pages of a tab, which are loaded.
func (t *Tab) injectAgain(r *running) {
	for _, p := range t.pages() {
		for _, runAt := range []string{"document_start", "document_end", "document_idle"} {
			p.injectFor(r, runAt)
		}
	}
}

// pages lists the pages that the tab shows.
func (t *Tab) pages() []*page {
	var all []*page
	t.top.page.task(func() { all = t.top.page.tree() })
	return all
}
