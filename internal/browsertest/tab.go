package browsertest

import "context"

// Tab is a tab of a browser. Its methods may be called concurrently.
type Tab struct {
	driver tabDriver
}

// Navigate goes to url, as a link does, and waits until it has loaded.
func (t *Tab) Navigate(ctx context.Context, url string) error {
	return failed(t.driver.navigate(ctx, url), "navigate to %s", url)
}

// Traverse goes by steps through the tab's history, as the buttons for back (-1) and forward (1) do, and waits until the
// document is shown.
func (t *Tab) Traverse(ctx context.Context, by int) error {
	return failed(t.driver.traverse(ctx, by), "go by %d through the history", by)
}

// Reload loads the tab's document again and waits until it has loaded.
func (t *Tab) Reload(ctx context.Context) error {
	return failed(t.driver.reload(ctx), "reload the tab")
}

// Close closes the tab and waits until it is gone.
func (t *Tab) Close(ctx context.Context) error {
	return failed(t.driver.close(ctx), "close the tab")
}

// Crash ends the process of the tab's document, as a defect in the browser does, and waits until the browser has seen
// it. Documents of the same site in other tabs may end with it.
func (t *Tab) Crash(ctx context.Context) error {
	return failed(t.driver.crash(ctx), "crash the tab")
}

// Click clicks, with the mouse, the first element of the tab's document that a CSS selector finds.
func (t *Tab) Click(ctx context.Context, selector string) error {
	return failed(t.driver.click(ctx, selector), "click %s", selector)
}

// Screenshot returns a picture of the tab as a PNG file.
func (t *Tab) Screenshot(ctx context.Context) ([]byte, error) {
	png, err := t.driver.screenshot(ctx)
	return png, failed(err, "take a screenshot")
}
