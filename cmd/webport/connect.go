package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/webport/webport"
	"github.com/webport/webport/native"
	"github.com/webport/webport/native/manifest"
)

// connectOptions are the flags of connect.
type connectOptions struct {
	as     string
	origin string
	dirs   []string
	root   string
	pretty bool
	linger time.Duration
}

func newConnect(std streams) *cobra.Command {
	var o connectOptions
	c := &cobra.Command{
		Use:   "connect NAME [flags]",
		Short: "Talk to a native app as a browser does",
		Long: `Starts the native app NAME as a browser does for runtime.connectNative and
connects its port to standard input and output: each line of input is a message
in JSON, and so is each line of output. What the app writes to its standard error
goes to standard error. On a terminal there is a prompt with history.

The native manifest is looked for where the browser named by --as looks, as it is
installed here, or in the directories given by --native. The browser decides the
dialect, too.

At the end of input the port is disconnected, as by port.disconnect(), when the
app has sent nothing for the time of --linger: what it sends later nobody hears,
as in a browser. The app then gets the end of its input, and a signal if it stays.

Exit status: 0, also when the app exits by itself with status 0; 1 when the app
cannot be started, exits with another status or in the middle of a message, sends
what ends the port, closes its output and stays, or has to be killed, or when a
line is no message; 2 for wrong usage; 130 after Ctrl-C.
At the prompt, a line that is no message is shown as an error and does not count.`,
		Example: `  echo '"ping"' | webport connect ping_pong
  webport connect ping_pong --as firefox --pretty
  webport connect ping_pong --native path/to/manifests --origin chrome-extension://ID/`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			return appName(args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if o.linger < 0 {
				return usagef("--linger: %v is no time to wait", o.linger)
			}
			if err := checkRoot(o.root); err != nil {
				return err
			}
			return connectApp(args[0], &o, std)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.as, "as", "chromium", "behave as this `BROWSER`, and look where it looks")
	f.StringVar(&o.origin, "origin", "", "call as the extension of this `ORIGIN`, id or directory (default: the first that may)")
	f.StringArrayVar(&o.dirs, "native", nil, "look for native manifests in `DIR` instead; may be repeated")
	f.StringVar(&o.root, "root", "", "put `DIR` before every path at which native manifests are looked for")
	f.BoolVar(&o.pretty, "pretty", false, "print messages indented, over several lines")
	f.DurationVar(&o.linger, "linger", time.Second, "after the end of input, disconnect when the app is silent for `DURATION`")
	return c
}

// connectApp is the verb.
func connectApp(name string, o *connectOptions, std streams) (err error) {
	options, err := o.nativeOptions()
	if err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop(nil)
	c := exchange{options: o, out: std.out, err: std.err, stop: stop, onTerminal: terminalOf(std.out) != nil}
	if in, out := terminalOf(std.in), terminalOf(std.out); in != nil && out != nil {
		if err := c.openPrompt(in, out); err != nil {
			return &statusError{statusFailed, err}
		}
		defer func() {
			if closeErr := c.prompt.close(); err == nil && closeErr != nil {
				err = &statusError{statusFailed, closeErr}
			}
		}()
	}
	options.Stderr = func(line string) { fmt.Fprintln(c.err, line) }
	if terminalOf(std.err) != nil {
		options.Stderr = func(line string) { fmt.Fprintln(c.err, visible(line)) }
	}
	options.Skipped = func(err error) { fmt.Fprintf(c.err, "%v: message skipped, as Chromium does\n", err) }
	port, err := native.Connect(ctx, name, options)
	if errors.Is(err, webport.ErrNativeNotFound) && len(o.dirs) == 0 && o.root == "" {
		doctor := "webport doctor " + name + " --browser " + options.Browser
		if options.Extension != "" {
			doctor += " --extension '" + options.Extension + "'" // an id has no quotes, but may have braces
		}
		err = fmt.Errorf("%w\nTo see what mends it: %s", err, doctor)
	}
	if err != nil {
		return &statusError{statusFailed, err}
	}
	c.port = port
	if c.prompt != nil {
		fmt.Fprintln(c.out, "Type messages in JSON, each on a line; Ctrl-D disconnects.")
	}
	err = c.run(ctx, std.in)
	if cause, ok := errors.AsType[*statusError](context.Cause(ctx)); ok {
		return cause
	}
	if err != nil {
		return &statusError{statusFailed, err}
	}
	return nil
}

// nativeOptions says as which browser, and for whom, the app is started.
func (o *connectOptions) nativeOptions() (*native.ConnectOptions, error) {
	b, err := manifest.BrowserByName(o.as)
	if err != nil {
		return nil, usagef("--as: %w", err)
	}
	if b.Without != "" {
		return nil, usagef("--as: %s", b.Without)
	}
	options := &native.ConnectOptions{Browser: b.Name, Machine: &manifest.Machine{Root: o.root}}
	if o.origin != "" {
		extension, err := manifest.ParseExtension(o.origin)
		if err != nil {
			return nil, usagef("--origin: %w", err)
		}
		if options.Extension = extension.In(b.Format); options.Extension == "" {
			return nil, usagef("--origin: %s does not name an extension of %s: %s", o.origin, b.Title, callerOf(b.Format))
		}
	}
	for _, dir := range o.dirs {
		dir, err := filepath.Abs(dir) // Firefox tells the app where its native manifest is
		if err != nil {
			return nil, &statusError{statusFailed, err}
		}
		options.Dirs = append(options.Dirs, dir)
	}
	return options, nil
}

// callerOf says what names an extension that calls, in a native manifest of that format.
func callerOf(f manifest.Format) string {
	if f == manifest.Firefox {
		return "give an add-on id such as name@domain, or a directory with one in browser_specific_settings.gecko.id of its manifest.json"
	}
	return "give an id of 32 letters from a to p, an origin, or a directory"
}

// line returns the message as it is printed, with the end of its last line.
func (o *connectOptions) line(message json.RawMessage) []byte {
	var b bytes.Buffer
	switch {
	case o.pretty && json.Indent(&b, message, "", "  ") == nil:
	case bytes.ContainsAny(message, "\r\n"): // between tokens: strings have none
		b.Reset()
		for _, c := range message {
			if c != '\r' && c != '\n' {
				b.WriteByte(c)
			}
		}
	default:
		b.Reset()
		b.Write(message)
	}
	b.WriteByte('\n')
	return b.Bytes()
}
