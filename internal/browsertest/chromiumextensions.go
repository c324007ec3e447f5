package browsertest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/extensions"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

func (c *chromium) reload(ctx context.Context, id string) error {
	return c.manage(ctx, fmt.Sprintf("chrome.developerPrivate.reload(%q, {failQuietly: false})", id))
}

func (c *chromium) setEnabled(ctx context.Context, id string, enabled bool) error {
	return c.manage(ctx, fmt.Sprintf("chrome.management.setEnabled(%q, %t)", id, enabled))
}

// managerURL is the browser's page of extensions, which may do what its user may.
const managerURL = "chrome://extensions/"

// manage evaluates code on the browser's page of extensions, which is opened where no extension sees it as a tab.
func (c *chromium) manage(ctx context.Context, code string) error {
	session, err := c.managerSession(ctx)
	if err != nil {
		return fmt.Errorf("open %s: %w", managerURL, err)
	}
	evaluated, err := call(ctx, c.devtools, session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: code, AwaitPromise: new(true), UserGesture: new(true),
	})
	if err != nil {
		return err
	}
	if evaluated.ExceptionDetails != nil {
		return errors.New(exceptionText(evaluated.ExceptionDetails))
	}
	return nil
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
