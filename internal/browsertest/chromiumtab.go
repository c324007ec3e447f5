package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

// chromiumTab is a tab of Chromium, whose target and session stay the same wherever it goes.
type chromiumTab struct {
	chromium *chromium
	id       target.ID
	session  target.SessionID
}

const blank = "about:blank"

func (c *chromium) open(ctx context.Context, url string) (tabDriver, error) {
	created, err := call(ctx, c.devtools, "", target.CreateTarget, target.CreateTargetParams{URL: url})
	if err != nil {
		return nil, err
	}
	tab := &chromiumTab{chromium: c, id: created.TargetID}
	if err := tab.awaitOpen(ctx, url); err != nil {
		send(c.devtools, "", target.CloseTarget, target.CloseTargetParams{TargetID: tab.id})
		return nil, err
	}
	return tab, nil
}

// awaitOpen waits until the tab, which was created with url, has loaded it.
func (t *chromiumTab) awaitOpen(ctx context.Context, url string) error {
	err := t.chromium.wait(ctx, "it to load", func() (bool, error) {
		known := t.chromium.target(t.id)
		if known == nil || known.loaded == "" {
			return false, nil
		}
		t.session = known.session
		return true, nil
	})
	if err != nil {
		return err
	}
	document, err := t.document(ctx)
	// A tab begins with an empty document, which may be seen.
	if err == nil && document.URL == blank && url != blank {
		if err = t.awaitLoad(ctx, 0, -1); err == nil {
			document, err = t.document(ctx)
		}
	}
	if err == nil && document.UnreachableURL != "" {
		err = errors.New("the browser cannot reach it and shows an error page")
	}
	return err
}

// document returns the tab's main frame.
func (t *chromiumTab) document(ctx context.Context) (*cdp.Frame, error) {
	tree, err := call(ctx, t.chromium.devtools, t.session, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	return tree.FrameTree.Frame, nil
}

// target returns a target by its id or nil, with c.mu held.
func (c *chromium) target(id target.ID) *chromiumTarget {
	for _, t := range c.targets {
		if t.info.TargetID == id {
			return t
		}
	}
	return nil
}

// count returns how often the main document was replaced, and how often it navigated within itself.
func (t *chromiumTab) count() (commits, within int) {
	t.chromium.mu.Lock()
	defer t.chromium.mu.Unlock()
	if known := t.chromium.targets[t.session]; known != nil {
		commits, within = known.commits, known.within
	}
	return commits, within
}

// awaitLoad waits until there were more than so many commits and the last document has loaded, or until there were more
// than so many navigations within a document, where within is not negative.
func (t *chromiumTab) awaitLoad(ctx context.Context, commits, within int) error {
	return t.chromium.wait(ctx, "it to load", func() (bool, error) {
		known := t.chromium.targets[t.session]
		if known == nil {
			return false, errors.New("the tab was closed")
		}
		loaded := known.commits > commits && known.loaded == known.loader
		return loaded || within >= 0 && known.within > within, nil
	})
}

func (t *chromiumTab) navigate(ctx context.Context, url string) error {
	commits, _ := t.count()
	navigated, err := call(ctx, t.chromium.devtools, t.session, page.Navigate, page.NavigateParams{URL: url})
	switch {
	case err != nil:
		return err
	case navigated.ErrorText != "":
		return errors.New(navigated.ErrorText)
	case navigated.LoaderID == "": // within the document
		return nil
	}
	return t.awaitLoad(ctx, commits, -1)
}

func (t *chromiumTab) traverse(ctx context.Context, by int) error {
	history, err := call(ctx, t.chromium.devtools, t.session, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	to := int(history.CurrentIndex) + by
	if to < 0 || to >= len(history.Entries) {
		return fmt.Errorf("it has %d entries and the tab is at number %d", len(history.Entries), history.CurrentIndex+1)
	}
	commits, within := t.count()
	entry := page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID}
	if _, err := call(ctx, t.chromium.devtools, t.session, page.NavigateToHistoryEntry, entry); err != nil {
		return err
	}
	return t.awaitLoad(ctx, commits, within)
}

func (t *chromiumTab) reload(ctx context.Context) error {
	commits, _ := t.count()
	if _, err := call(ctx, t.chromium.devtools, t.session, page.Reload, page.ReloadParams{}); err != nil {
		return err
	}
	return t.awaitLoad(ctx, commits, -1)
}

func (t *chromiumTab) close(ctx context.Context) error {
	_, err := call(ctx, t.chromium.devtools, "", target.CloseTarget, target.CloseTargetParams{TargetID: t.id})
	if err != nil {
		return err
	}
	return t.chromium.wait(ctx, "it to go away", func() (bool, error) {
		return t.chromium.targets[t.session] == nil, nil
	})
}

func (t *chromiumTab) crash(ctx context.Context) error {
	send(t.chromium.devtools, t.session, page.Crash, cdp.Empty{}) // nobody is left to answer
	return t.chromium.wait(ctx, "its process to end", func() (bool, error) {
		known := t.chromium.targets[t.session]
		return known == nil || known.crashed, nil
	})
}

// middle returns where the middle of the first element is that a selector finds, after it was scrolled into view.
const middle = `((selector) => {
	const element = document.querySelector(selector);
	if (!element) return "null";
	element.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
	const {x, y, width, height} = element.getBoundingClientRect();
	return JSON.stringify({x: x + width / 2, y: y + height / 2, width, height});
})(%s)`

func (t *chromiumTab) click(ctx context.Context, selector string) error {
	quoted, err := json.Marshal(selector)
	if err != nil {
		return err
	}
	evaluated, err := call(ctx, t.chromium.devtools, t.session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: fmt.Sprintf(middle, quoted),
	})
	if err != nil {
		return err
	}
	if evaluated.ExceptionDetails != nil {
		return errors.New(exceptionText(evaluated.ExceptionDetails))
	}
	var box *struct{ X, Y, Width, Height float64 }
	if err := json.Unmarshal([]byte(text(evaluated.Result)), &box); err != nil {
		return err
	}
	switch {
	case box == nil:
		return errors.New("the document has no such element")
	case box.Width == 0 || box.Height == 0:
		return errors.New("the element is not shown")
	}
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		_, err := call(ctx, t.chromium.devtools, t.session, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: box.X, Y: box.Y, Button: input.MouseButtonLeft, ClickCount: 1,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *chromiumTab) screenshot(ctx context.Context) ([]byte, error) {
	shot, err := call(ctx, t.chromium.devtools, t.session, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	return shot.Data, err
}
