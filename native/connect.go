package native

import (
	"context"
	"fmt"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// ConnectOptions says as which browser and which extension [Connect] starts an app. The zero value is Chromium.
type ConnectOptions struct {
	// Browser is the name of a browser of the table, such as "chrome-beta" or "firefox": it decides the dialect, and
	// where native manifests are looked for. "" means "chromium" or "firefox", by Dialect.
	Browser string
	Dialect webport.Dialect // without Browser

	Machine *manifest.Machine // as Launcher.Machine

	// Dirs are the directories in which native manifests are looked for instead, in this order.
	Dirs []string

	// Extension is who calls: an extension's id, or in Chromium its origin. "" means the first that the native
	// manifest allows.
	Extension string

	Env      []string          // as Launcher.Env
	Stderr   func(line string) // as Launcher.Stderr
	Skipped  func(err error)   // as Launcher.Skipped
	MaxQueue int               // as webport.Broker.MaxQueue
}

// Connect starts the native app called name as a browser does for runtime.connectNative, and returns the port to it.
// Unlike a browser it returns what went wrong at the start, instead of a port that disconnects: see [Launcher.Launch].
// ctx bounds the start alone. Options may be nil.
//
// The app's messages are all received before the port disconnects. Then Port.Err is an *ExitError, in both dialects, which
// says how the app ended, or wraps webport.ErrNativeProtocol. Port.Close closes the app's standard input after
// what was posted is written and waits until the app has exited, or was killed, which its error says.
func Connect(ctx context.Context, name string, options *ConnectOptions) (*webport.Port, error) {
	if options == nil {
		options = &ConnectOptions{}
	}
	l := &Launcher{Dialect: options.Dialect, Dirs: options.Dirs, Browser: options.Browser, Machine: options.Machine, Env: options.Env}
	if options.Browser == "" {
		l.Browser = options.Dialect.String()
	} else if err := l.become(options.Browser); err != nil {
		return nil, fmt.Errorf("start native app %q: %w", name, err)
	}
	if options.Stderr != nil {
		l.Stderr = func(_, line string) { options.Stderr(line) }
	}
	if options.Skipped != nil {
		l.Skipped = func(_ string, err error) { options.Skipped(err) }
	}
	conn, err := l.launch(ctx, options.Extension, name)
	if err != nil {
		return nil, err
	}
	info := webport.PortInfo{Dialect: l.Dialect, MaxQueue: options.MaxQueue}
	if l.Dialect == webport.Firefox {
		info.Name, info.MaxMessage = name, -1 // Chromium leaves the port without a name, and stops at 64 MiB
	}
	return webport.NewPort(conn, info), nil
}

// become gives the launcher the dialect of a browser of the table.
func (l *Launcher) become(browser string) error {
	b, err := manifest.BrowserByName(browser)
	if err != nil {
		return err
	}
	l.Dialect = webport.Chromium
	if b.Format == manifest.Firefox {
		l.Dialect = webport.Firefox
	}
	return nil
}
