package headless

import (
	"errors"
	"fmt"
	"strings"

	"github.com/webport/webport"
)

// Tab is a tab of a Browser. Its methods may be called concurrently, but neither from a callback of Options nor from a
// host function of a script; they wait until what they do is done, also where a script that runs holds it up. Once the tab
// is closed, those that return an error fail.
type Tab struct {
	browser *Browser
	number  int
	driver  *driver
	top     *frame

	// Following belong to the driver.

	history history
	gone    bool

	// Following are guarded by Browser.mu.

	url, title string
	loading    bool
	pinned     bool
	opener     int // the tab that opened it, or 0
}

// Number is the tab's place in the order of opening, from 1.
func (t *Tab) Number() int { return t.number }

// ID is the tab's id as extensions see it. It is the number.
func (t *Tab) ID() int { return t.number }

// URL is that of the document that the tab shows.
func (t *Tab) URL() string { return t.info().URL }

// Title is the document's title, or what browsers show where it has none: its URL without the scheme.
func (t *Tab) Title() string { return t.info().Title }

// String names the tab as errors do.
func (t *Tab) String() string { return fmt.Sprintf("tab %d (%s)", t.number, t.URL()) }

// info is the tab as extensions see it.
func (t *Tab) info() webport.Tab {
	t.browser.mu.Lock()
	defer t.browser.mu.Unlock()
	return t.infoLocked()
}

func (t *Tab) infoLocked() webport.Tab {
	i := webport.Tab{
		ID: t.number, Index: -1, WindowID: firstWindow, URL: t.url, Title: t.title, Status: "complete",
		Active: t.browser.active == t, Pinned: t.pinned,
	}
	for n, other := range t.browser.tabs {
		if other == t {
			i.Index = n
		}
	}
	if i.Title == "" {
		i.Title = untitled(t.url)
	}
	if t.loading {
		i.Status = "loading"
	}
	return i
}

// firstWindow is the id of the one window that all tabs are in.
const firstWindow = 1

func untitled(url string) string {
	if _, rest, found := strings.Cut(url, "://"); found && strings.HasPrefix(url, "http") {
		return strings.TrimSuffix(rest, "/")
	}
	return url
}

// Navigate goes to a URL and waits until its document is loaded. The same URL loads anew; one that differs after #
// alone stays in the document. The error is that the URL is none, or that its document cannot be had: then the tab
// stays where it is.
func (t *Tab) Navigate(url string) error {
	address, err := parseAddress(url)
	if err != nil {
		return fmt.Errorf("navigate tab %d: %w", t.number, err)
	}
	return t.do("navigate", func() error { return t.top.navigate(address, how{}) })
}

// Back goes back in the tab's history: within the document, to a document that is in the back/forward cache, or to one
// that is loaded anew. It fails where the tab has been nowhere before.
func (t *Tab) Back() error {
	return t.do("go back in", func() error {
		if t.history.at == 0 {
			return errors.New("it has no earlier page")
		}
		return t.traverse(-1)
	})
}

// Forward goes forward in the tab's history, where Back has been before. It fails where that is not so.
func (t *Tab) Forward() error {
	return t.do("go forward in", func() error {
		if t.history.at == len(t.history.visits)-1 {
			return errors.New("it has no later page")
		}
		return t.traverse(1)
	})
}

// Reload loads the tab's document anew.
func (t *Tab) Reload() error {
	return t.do("reload", func() error { return t.top.navigate(t.top.page.address(), how{reload: true}) })
}

// Close closes the tab; when it returns the ports of its pages are disconnected. A second Close is an error.
func (t *Tab) Close() error {
	return t.do("close", func() error { t.close(false); return nil })
}

// Crash ends the documents of the tab as the end of their process does: their scripts hear of nothing. The tab stays, and
// shows nothing until it is reloaded or navigates.
func (t *Tab) Crash() error {
	return t.do("crash", func() error { t.top.page.discard(false); return nil })
}

// AddFrame appends an iframe with the URL to the body of the tab's page, and waits until it is loaded.
func (t *Tab) AddFrame(url string) error {
	address, err := parseAddress(url)
	if err != nil {
		return fmt.Errorf("add a frame to tab %d: %w", t.number, err)
	}
	return t.do("add a frame to", func() error { return t.top.page.addFrame(address) })
}

// Click is a click of the user on the first element of the tab's page that the selector finds; "" is the body. It fails
// where the selector is none or finds nothing.
func (t *Tab) Click(selector string) error {
	if selector == "" {
		selector = "body"
	}
	var err error
	doErr := t.do("click in", func() error {
		return t.top.page.task(func() { err = t.top.page.document.click(selector) })
	})
	if doErr != nil {
		return doErr
	}
	if err != nil {
		return fmt.Errorf("%v: %w", t, err)
	}
	return nil
}

// do has the tab's driver do a job.
func (t *Tab) do(what string, job func() error) error {
	err := t.driver.do(func() error {
		if t.gone {
			return errClosed
		}
		return job()
	})
	if err != nil {
		return fmt.Errorf("%s %v: %w", what, t, err)
	}
	return nil
}

// setTitle and setURL tell everybody of what the tab shows now.
func (t *Tab) setTitle(title string) {
	t.change(map[string]any{"title": title}, func() bool {
		changed := t.title != title
		t.title = title
		return changed
	})
}

func (t *Tab) setURL(url string) {
	t.change(map[string]any{"url": url}, func() bool {
		changed := t.url != url
		t.url = url
		return changed
	})
}

func (t *Tab) setLoading(loading bool) {
	status := map[string]any{"status": "complete"}
	if loading {
		status["status"] = "loading"
	}
	t.change(status, func() bool {
		changed := t.loading != loading
		t.loading = loading
		return changed
	})
}

// change makes a change to the tab and tells endpoints and extensions of it. change runs under Browser.mu and reports
// whether there is anything to tell.
func (t *Tab) change(what map[string]any, change func() bool) {
	t.browser.mu.Lock()
	changed := change()
	now := t.infoLocked()
	t.browser.mu.Unlock()
	if !changed || now.Index < 0 {
		return
	}
	t.browser.refresh(t)
	for _, r := range t.browser.allRunning() {
		seen := map[string]any{}
		for key, value := range what {
			if key == "status" || r.seesTab(now) {
				seen[key] = value
			}
		}
		if len(seen) > 0 {
			r.api.Fire("tabs.onUpdated", t.number, seen, now)
		}
	}
}

// refresh has the endpoints in a tab show the tab as it is now to those that they connect to from now on.
func (b *Browser) refresh(t *Tab) {
	b.mu.Lock()
	now := t.infoLocked()
	var in []*scope
	for _, s := range b.scopes {
		if s.page != nil && s.page.frame.tab == t {
			in = append(in, s)
		}
	}
	b.mu.Unlock()
	for _, s := range in {
		s.update(func(i *webport.EndpointInfo) {
			tab := now
			i.Tab = &tab
		})
	}
}

// close closes the tab. Call it on the driver. byScript is window.close(): what a page posts in pagehide then is not
// seen in Chromium, so that its scripts are not told there.
func (t *Tab) close(byScript bool) {
	if t.gone {
		return
	}
	t.gone = true
	told := !byScript || t.browser.options.Dialect == webport.Firefox
	if told && !t.browser.ending() {
		t.top.page.leaving()
	}
	t.top.page.discard(told)
	t.history.discardAll()
	t.browser.remove(t)
	t.driver.end()
}
