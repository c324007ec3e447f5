package browsertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/extensions"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

func (c *chromium) reload(ctx context.Context, id string) error {
	before := c.now()
	// Without populateErrorForUnpacked it says that it is done before it is.
	options := "{failQuietly: true, populateErrorForUnpacked: true}"
	code := fmt.Sprintf("chrome.developerPrivate.reload(%q, %s).then((e) => { if (e) throw Error(e.error) })", id, options)
	if _, err := c.manage(ctx, code); err != nil {
		return err
	}
	return c.awaitBackground(ctx, id, before)
}

func (c *chromium) setEnabled(ctx context.Context, id string, enabled bool) error {
	before := c.now()
	code := fmt.Sprintf(`(async (id, enabled) => {
		const was = (await chrome.management.get(id)).enabled;
		await chrome.management.setEnabled(id, enabled);
		return was;
	})(%q, %t)`, id, enabled)
	was, err := c.manage(ctx, code)
	if err != nil || !enabled || was == "true" {
		return err
	}
	return c.awaitBackground(ctx, id, before)
}

// managerURL is the browser's page of extensions, which may do what its user may.
const managerURL = "chrome://extensions/"

// manage evaluates code on the browser's page of extensions, which is opened where no extension sees it as a tab, and
// returns the value as a text.
func (c *chromium) manage(ctx context.Context, code string) (string, error) {
	session, err := c.managerSession(ctx)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", managerURL, err)
	}
	evaluated, err := call(ctx, c.devtools, session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: code, AwaitPromise: new(true), UserGesture: new(true),
	})
	if err != nil {
		return "", err
	}
	if evaluated.ExceptionDetails != nil {
		return "", errors.New(exceptionText(evaluated.ExceptionDetails))
	}
	return text(evaluated.Result), nil
}

func (c *chromium) managerSession(ctx context.Context) (target.SessionID, error) {
	c.managing.Lock()
	defer c.managing.Unlock()
	if c.manager != "" {
		return c.manager, nil
	}
	created, err := call(ctx, c.devtools, "", target.CreateTarget, target.CreateTargetParams{
		URL: managerURL, Hidden: new(true),
	})
	if err != nil {
		return "", err
	}
	err = c.wait(ctx, "it to load", func() (bool, error) {
		t := c.target(created.TargetID)
		if t == nil || t.loaded == "" || t.loaded != t.loader {
			return false, nil
		}
		c.manager = t.session
		return true, nil
	})
	return c.manager, err
}

func (c *chromium) action(ctx context.Context, id string) error {
	targets, err := call(ctx, c.devtools, "", target.GetTargets, target.GetTargetsParams{
		Filter: target.Filter{{Type: "tab"}},
	})
	if err != nil {
		return err
	}
	for _, tab := range targets.TargetInfos {
		if !strings.Contains(string(tab.EmbedderData), `"tabActive":true`) {
			continue
		}
		_, err := call(ctx, c.devtools, "", extensions.TriggerAction, extensions.TriggerActionParams{
			ID: id, TargetID: string(tab.TargetID),
		})
		return err
	}
	return errors.New("no tab is in the foreground")
}

// backgroundPatience is how long the worker of an extension may take to start: 0.2 s were measured.
const backgroundPatience = 10 * time.Second

// activated resolves when a service worker has run its first turn and takes events.
const activated = `new Promise((resolve) => {
	const look = () => self.serviceWorker.state === "activated" && resolve();
	self.serviceWorker.addEventListener("statechange", look);
	look();
})`

var errThrew = errors.New("it threw an exception")

// awaitBackground waits until an extension's worker, if it has one that is watched, has started after a time or has
// failed to. Only then does the browser reliably know the extension's content scripts.
func (c *chromium) awaitBackground(ctx context.Context, id string, after int) error {
	if has, err := c.hasWorker(ctx, id); err != nil || !has || c.unwatched {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, backgroundPatience)
	defer stop()
	var worker *chromiumTarget
	err := c.wait(ctx, "its background to start", func() (bool, error) {
		world := c.find(Context{Kind: Background, Extension: id})
		if world == nil || world.order <= after {
			return false, nil
		}
		worker = world.target
		return true, nil
	})
	if err != nil {
		return err
	}
	// An exception in its first turn, which stands in its console, leaves a worker that takes no events.
	var watching sync.WaitGroup
	defer watching.Wait()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watching.Go(func() {
		if c.wait(ctx, "it to throw", func() (bool, error) { return worker.threw, nil }) == nil {
			cancel(errThrew)
		}
	})
	_, err = call(ctx, c.devtools, worker.session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: activated, AwaitPromise: new(true),
	})
	if errors.Is(err, errDetached) || errors.Is(err, errThrew) {
		return nil
	}
	return err
}

// hasWorker reports whether an extension's manifest names a service worker.
func (c *chromium) hasWorker(ctx context.Context, id string) (bool, error) {
	loaded, err := call(ctx, c.devtools, "", extensions.GetExtensions, cdp.Empty{})
	if err != nil {
		return false, err
	}
	for _, extension := range loaded.Extensions {
		if extension.ID != id {
			continue
		}
		// Chromium takes comments and more in a manifest, and has taken this one.
		text, err := os.ReadFile(filepath.Join(extension.Path, "manifest.json"))
		return bytes.Contains(text, []byte(`"service_worker"`)), err
	}
	return false, fmt.Errorf("no extension is loaded with the id %s", id)
}

// now returns what the worlds of now are not after.
func (c *chromium) now() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order
}
