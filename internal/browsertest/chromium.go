package browsertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/extensions"
	"github.com/chromedp/cdproto/target"
)

// chromium drives Chromium over the DevTools protocol.
type chromium struct {
	*devtools
	console   func(Line)
	filter    target.Filter
	product   string
	unwatched bool

	managing sync.Mutex // held while manager is looked for

	mu      sync.Mutex // guards following
	targets map[target.SessionID]*chromiumTarget
	order   int           // counts worlds and targets
	changed chan struct{} // closed, and replaced, when anything here has changed
	manager target.SessionID
	past    map[string]*past      // by the unique id of a world
	entries map[logEntry]struct{} // that the browser has written
}

const extensionScheme = "chrome-extension://"

// features are parts of Chromium that ask servers on their own.
const features = "NetworkTimeServiceQuerying,OptimizationHints,OptimizationGuideModelDownloading,MediaRouter,Translate," +
	"InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater,AutofillServerCommunication"

// resolverRules lets nothing reach the network. Chromium's own requests, which no flag stops, must not reach Options.Web.
const resolverRules = "MAP *:443 ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND, MAP *.google.com ~NOTFOUND, MAP * "

func newChromium(ctx context.Context, s setup) (_ driver, err error) {
	profile := filepath.Join(s.Home, ".config", "chromium")
	if err := writePreferences(profile); err != nil {
		return nil, err
	}
	cmd := exec.Command(s.executable,
		"--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
		"--disable-features="+features,
		// The default profile, but named: Chromium takes no debugger for one that is not.
		"--user-data-dir="+profile,
		"--remote-debugging-pipe", "--enable-unsafe-extension-debugging",
		"--host-resolver-rules="+resolverRules+s.web,
	)
	if os.Geteuid() == 0 {
		cmd.Args = append(cmd.Args, "--no-sandbox")
	}
	cmd.Args = append(cmd.Args, "about:blank")
	c := &chromium{
		console:   s.Console,
		filter:    targetFilter(s.Unwatched),
		unwatched: s.Unwatched,
		targets:   make(map[target.SessionID]*chromiumTarget),
		changed:   make(chan struct{}),
		past:      make(map[string]*past),
		entries:   make(map[logEntry]struct{}),
	}
	if c.devtools, err = openPipe(cmd, s.Home); err != nil {
		return nil, err
	}
	c.listen(c.handle)
	if err := c.attach(ctx); err != nil {
		done, cancel := context.WithCancel(context.Background())
		cancel()
		c.devtools.close(done)
		return nil, err
	}
	return c, nil
}

// writePreferences turns on developer mode, without which an unpacked extension stays disabled after it was reloaded. A
// profile that has preferences keeps them.
func writePreferences(profile string) error {
	file := filepath.Join(profile, "Default", "Preferences")
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(`{"extensions": {"ui": {"developer_mode": true}}}`), 0o600)
}

// targetFilter leaves out the browser's own windows, and service workers where they are not to be watched.
func targetFilter(unwatched bool) target.Filter {
	filter := target.Filter{{Type: "browser", Exclude: true}, {Type: "browser_ui", Exclude: true}, {Type: "tab", Exclude: true}}
	if unwatched {
		filter = append(filter, target.FilterEntry{Type: "service_worker", Exclude: true})
	}
	return append(filter, target.FilterEntry{})
}

// attach makes the browser tell of all that it starts from now on, each of which waits until it is watched.
func (c *chromium) attach(ctx context.Context) error {
	version, err := call(ctx, c.devtools, "", browser.GetVersion, cdp.Empty{})
	if err != nil {
		return err
	}
	c.product = version.Product
	_, err = call(ctx, c.devtools, "", target.SetAutoAttach, c.autoAttach())
	return err
}

func (c *chromium) version() string { return c.product }

func (c *chromium) url(id, path string) string {
	return extensionScheme + id + "/" + strings.TrimPrefix(path, "/")
}

// closePatience is how long the browser may take to exit: 0.1 s were measured.
const closePatience = 5 * time.Second

func (c *chromium) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	_, err := call(ctx, c.devtools, "", browser.Close, cdp.Empty{})
	c.devtools.close(ctx)
	if c.process.waitErr == nil || errors.Is(c.process.waitErr, exec.ErrWaitDelay) {
		return nil // it may exit before it answers
	}
	return cmp.Or(err, c.process.died(c.process.waitErr))
}

func (c *chromium) load(ctx context.Context, dir string) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	before := c.now()
	loaded, err := call(ctx, c.devtools, "", extensions.LoadUnpacked, extensions.LoadUnpackedParams{Path: path})
	if err != nil {
		return "", err
	}
	return loaded.ID, c.awaitBackground(ctx, loaded.ID, before)
}

func (c *chromium) unload(ctx context.Context, id string) error {
	if _, err := call(ctx, c.devtools, "", extensions.Uninstall, extensions.UninstallParams{ID: id}); err != nil {
		return err
	}
	return c.wait(ctx, "its documents and workers to go away", func() (bool, error) {
		for _, t := range c.targets {
			if strings.HasPrefix(t.url(), extensionScheme+id+"/") {
				return false, nil
			}
		}
		return true, nil
	})
}

// wait waits until done, which it calls with c.mu held, returns true or an error.
func (c *chromium) wait(ctx context.Context, what string, done func() (bool, error)) error {
	for {
		c.mu.Lock()
		ok, err := done()
		changed := c.changed
		c.mu.Unlock()
		if ok || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-c.gone:
			return c.process.died(errors.New("the browser closed its pipe"))
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, context.Cause(ctx))
		}
	}
}
