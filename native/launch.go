package native

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// Launcher starts native apps as a browser does. Its Launch is made to be the Native of a webport.Broker. Its fields
// must not be changed once Launch was called. Launch and Try may be called concurrently; each call starts a process.
type Launcher struct {
	// Dialect is the browser whose rules hold, from looking the app up to ending it.
	Dialect webport.Dialect

	// Dirs are the directories in which native manifests are looked for, in this order: in a browser first the
	// user's, then the system's. They are read at every Launch.
	Dirs []string

	// Browser is the name of a browser of the table, of the same dialect: if there are no Dirs, native manifests are
	// looked for where it looks on Machine, in every package in which it is installed: see manifest.Browser.Lookup.
	// On Windows that is in the registry. "" means Dirs alone.
	Browser string

	// Machine is whose directories and registry Browser means; nil means this one.
	Machine *manifest.Machine

	// Env is the environment of the apps, as in exec.Cmd; nil means this program's own.
	Env []string

	// Stderr is called with each line that an app writes to its standard error, without the line's end, by one
	// goroutine for each app. Nil means that the lines go to this program's standard error, in Firefox after the
	// words that Firefox has for them.
	Stderr func(application, line string)

	// Skipped is called, by the goroutine that reads the app's messages, when one is no JSON: Chromium leaves it out
	// and goes on. Nil means that the error goes to this program's standard error. In Firefox the port ends.
	Skipped func(application string, err error)

	ladder []rung // for tests; nil means the dialect's
}

// Launch starts the native app called application for the extension caller.ID and returns the connection to it. It
// looks at the native manifests anew and, like Broker.Native, does what runtime.connectNative leads to in the browser.
//
// The error wraps what Port.Err is to wrap: webport.ErrNativeName, ErrNativeNotFound (and is a *NotFoundError),
// ErrNativeForbidden (a *ForbiddenError), ErrNativeStart, or, where the browser learns of the failure only when the
// app is already gone, ErrNativeExited. The app lives until the connection is closed. As in a browser it is started
// even if the caller disconnects meanwhile, when ctx is done; it then reads the end of its input.
func (l *Launcher) Launch(ctx context.Context, caller webport.Sender, application string) (webport.Conn, error) {
	if caller.ID == "" {
		return nil, fmt.Errorf("start native app %q: %w: the caller has no extension id", application, webport.ErrNativeForbidden)
	}
	return l.launch(context.WithoutCancel(ctx), caller.ID, application)
}

// launch is Launch for the extension with that id, or, if it is "", for the first that the native manifest allows.
func (l *Launcher) launch(ctx context.Context, extension, application string) (*launchConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("start native app %q: %w", application, err)
	}
	m, err := l.find(extension, application)
	if err != nil {
		return nil, err
	}
	caller := l.caller(extension)
	if caller == "" {
		if len(m.Allowed) == 0 {
			return nil, &ForbiddenError{Name: application, Caller: "anybody", Manifest: m}
		}
		caller = m.Allowed[0]
	}
	p, err := l.start(m, caller)
	if err != nil {
		return nil, fmt.Errorf("start native app %q: %w", application, err)
	}
	return newLaunchConn(l, application, p), nil
}

func (l *Launcher) format() manifest.Format {
	if l.Dialect == webport.Firefox {
		return manifest.Firefox
	}
	return manifest.Chromium
}

// caller is how native manifests and apps know an extension: by its origin in Chromium, by its id in Firefox.
func (l *Launcher) caller(extension string) string {
	if l.Dialect == webport.Firefox || extension == "" {
		return extension
	}
	return chromiumScheme + strings.TrimSuffix(strings.TrimPrefix(extension, chromiumScheme), "/") + "/"
}

// find looks the app up.
func (l *Launcher) find(extension, application string) (*manifest.Manifest, error) {
	format := l.format()
	if err := format.CheckName(application); err != nil {
		return nil, fmt.Errorf("%w: %w", webport.ErrNativeName, err)
	}
	m, tried, err := l.lookup(application, l.caller(extension))
	if m != nil || err != nil {
		return m, err
	}
	for _, attempt := range tried {
		var forbidden *manifest.ForbiddenError
		if l.Dialect == webport.Chromium && errors.As(attempt.Err, &forbidden) {
			return nil, &ForbiddenError{Name: application, Caller: forbidden.Caller, Manifest: forbidden.Manifest}
		}
	}
	return nil, &NotFoundError{Name: application, Dialect: l.Dialect, Browser: l.Browser, Tried: tried}
}

// lookup looks in Dirs, or where Browser looks.
func (l *Launcher) lookup(application, caller string) (*manifest.Manifest, []manifest.Attempt, error) {
	if l.Browser == "" || len(l.Dirs) > 0 {
		m, tried := l.format().Find(application, caller, l.Dirs)
		return m, tried, nil
	}
	b, err := manifest.BrowserByName(l.Browser)
	if err == nil && b.Format != l.format() {
		err = fmt.Errorf("%s is not of the dialect %v", b.Title, l.Dialect)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("look up native app %q: %w", application, err)
	}
	m, tried, err := b.Lookup(l.Machine, application, caller)
	if err != nil {
		err = fmt.Errorf("look up native app %q: %w", application, err)
	}
	return m, tried, err
}

// arguments are those that the app gets: who calls, in the dialect's form, on the system goos.
func (l *Launcher) arguments(m *manifest.Manifest, caller, goos string) []string {
	switch {
	case l.Dialect == webport.Firefox:
		return []string{m.Path, m.File, caller}
	case goos == "windows":
		return []string{m.Path, caller, "--parent-window=0"} // 0: the caller has no window, as a worker
	}
	return []string{m.Path, caller}
}
