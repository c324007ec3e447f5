package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// firefox drives Firefox. Tabs are WebDriver BiDi's; what BiDi does not reach (extensions, their backgrounds and content
// scripts, every console) is done by scripts of ours in the browser's own processes, which Marionette puts there.
// Nothing is added to the extensions and nothing is attached to a document, so that one may enter the bfcache and a
// background may be suspended as if nobody looked: Options.Unwatched has nothing to change.
type firefox struct {
	process    *process
	marionette *marionette
	bidi       *bidi
	name       string
	console    func(Line)
	polled     chan struct{} // closed when all lines have been handed on

	mu    sync.Mutex        // guards following
	hosts map[string]string // the host in the URLs of an extension, by id
}

var (
	//go:embed firefoxparent.js
	firefoxParent string
	//go:embed firefoxcontent.js
	firefoxContent string
)

// firefoxPatience is how long Firefox is given to exit when asked to.
const firefoxPatience = 5 * time.Second

func newFirefox(ctx context.Context, s setup) (_ driver, err error) {
	profile, err := newFirefoxProfile(s)
	if err != nil {
		return nil, err
	}
	f := &firefox{console: s.Console, polled: make(chan struct{}), hosts: map[string]string{}}
	f.process, err = startProcess(exec.Command(s.executable, "--headless", "--no-remote", "--profile", profile,
		"--marionette", "--remote-allow-system-access", "--remote-debugging-port=0"), s.Home)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.release()
			f.process.kill()
			<-f.process.exited
		}
	}()
	if err := f.connect(ctx, profile); err != nil {
		return nil, f.process.died(err)
	}
	go f.poll()
	return f, nil
}

// connect joins the servers of a browser that is about to listen.
func (f *firefox) connect(ctx context.Context, profile string) error {
	port, err := f.written(ctx, filepath.Join(profile, "MarionetteActivePort"))
	if err != nil {
		return err
	}
	if f.marionette, err = dialMarionette(ctx, net.JoinHostPort("127.0.0.1", port)); err != nil {
		return err
	}
	var session struct {
		Capabilities struct {
			Version string `json:"browserVersion"`
			URL     string `json:"webSocketUrl"`
		} `json:"capabilities"`
	}
	if err := f.marionette.do(ctx, "WebDriver:NewSession", map[string]any{"webSocketUrl": true}, &session); err != nil {
		return err
	}
	f.name = "Firefox/" + session.Capabilities.Version
	if err := f.marionette.do(ctx, "Marionette:SetContext", map[string]any{"value": "chrome"}, nil); err != nil {
		return err
	}
	// Scripts that wait for a line or for a promise wait as long as it takes; the callers have their ctx. With no timeout
	// at all (null) Firefox does not wait for promises, and this is the longest that its timers know.
	if err := f.marionette.do(ctx, "WebDriver:SetTimeouts", map[string]any{"script": math.MaxInt32}, nil); err != nil {
		return err
	}
	err = f.marionette.do(ctx, "WebDriver:ExecuteScript", map[string]any{
		"script": firefoxParent, "args": []any{firefoxContent}, "filename": "firefoxparent.js",
	}, nil)
	if err != nil {
		return err
	}
	f.bidi, err = dialBidi(ctx, session.Capabilities.URL)
	return err
}

// written waits until the browser has written a file and returns what is in it.
func (f *firefox) written(ctx context.Context, path string) (string, error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		content, err := os.ReadFile(path)
		if err == nil && len(content) > 0 {
			return strings.TrimSpace(string(content)), nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		select {
		case <-tick.C:
		case <-f.process.exited:
			return "", errors.New("it ended before it listened")
		case <-ctx.Done():
			return "", fmt.Errorf("wait for %s: %w", path, context.Cause(ctx))
		}
	}
}

// call calls a method of firefoxparent.js and decodes what it returns into result, which may be nil.
func (f *firefox) call(ctx context.Context, result any, method string, args ...any) error {
	var returned struct {
		Value string `json:"value"`
	}
	err := f.marionette.do(ctx, "WebDriver:ExecuteScript", map[string]any{
		"script": "return window.browsertest(...arguments)", "args": append([]any{method}, args...),
	}, &returned)
	if err != nil {
		return f.alive(err)
	}
	var answer struct {
		Value json.RawMessage `json:"value"`
		Error *string         `json:"error"`
	}
	if err := json.Unmarshal([]byte(returned.Value), &answer); err != nil {
		return fmt.Errorf("%s: its answer %q: %w", method, returned.Value, err)
	}
	switch {
	case answer.Error != nil:
		return errors.New(*answer.Error)
	case result == nil:
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

// alive returns err, or how the browser ended where that is why it came.
func (f *firefox) alive(err error) error {
	if errors.Is(err, errBroken) {
		return f.process.died(err)
	}
	return err
}

func (f *firefox) version() string { return f.name }

// close asks Firefox for the lines it has not told yet and to quit, and ends it where it does not.
func (f *firefox) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), firefoxPatience)
	defer cancel()
	if f.call(ctx, nil, "end") == nil {
		select {
		case <-f.polled:
		case <-ctx.Done():
		}
		f.marionette.do(ctx, "Marionette:Quit", map[string]any{"flags": []string{"eForceQuit"}}, nil)
	}
	f.process.end(ctx)
	f.release()
	<-f.polled
	return nil
}

func (f *firefox) release() {
	if f.bidi != nil {
		f.bidi.close()
	}
	if f.marionette != nil {
		f.marionette.close()
	}
}
