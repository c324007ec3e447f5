package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
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

The native manifest is looked for where the browser named by --as looks, or in
the directories given by --native. --as chromium and --as firefox also decide the
dialect, and so does every other browser of the table.

At the end of input the port is disconnected, as by port.disconnect(), when the
app has sent nothing for the time of --linger: what it sends later nobody hears,
as in a browser. The app then gets the end of its input, and a signal if it stays.

Exit status: 0; 1 when the app cannot be started, ends by itself, or has to be
killed, or when a line is no message; 2 for wrong usage; 130 after Ctrl-C. At the
prompt, a line that is no message is shown as an error and does not count.`,
		Example: `  echo '"ping"' | webport connect ping_pong
  webport connect ping_pong --as firefox --pretty
  webport connect ping_pong --native path/to/manifests --origin chrome-extension://ID/`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			return oneArgument(args, `the native app (see "webport list")`)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if o.linger < 0 {
				return usagef("--linger: %v is no time to wait", o.linger)
			}
			return connectApp(args[0], &o, std)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.as, "as", "chromium", "behave as this `BROWSER`, and look where it looks")
	f.StringVar(&o.origin, "origin", "", "call as the extension of this `ORIGIN`, id or directory (default: the first that may)")
	f.StringArrayVar(&o.dirs, "native", nil, "look for native manifests in `DIR` instead; may be repeated")
	f.BoolVar(&o.pretty, "pretty", false, "print messages indented, over several lines")
	f.DurationVar(&o.linger, "linger", time.Second, "after the end of input, disconnect when the app is silent for `DURATION`")
	return c
}

// connectApp is the verb.
func connectApp(name string, o *connectOptions, std streams) (err error) {
	options, err := o.nativeOptions(name)
	if err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop(nil)
	c := exchange{options: o, out: std.out, err: std.err, stop: stop}
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
	options.Skipped = func(err error) { fmt.Fprintf(c.err, "%v: message skipped, as Chromium does\n", err) }
	port, err := native.Connect(ctx, name, options)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	c.port = port
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
func (o *connectOptions) nativeOptions(name string) (*native.ConnectOptions, error) {
	b, err := manifest.BrowserByName(o.as)
	if err != nil {
		return nil, usagef("--as: %w", err)
	}
	if b.Without != "" {
		return nil, usagef("--as: %s", b.Without)
	}
	options := &native.ConnectOptions{Dirs: slices.Clone(o.dirs)}
	if b.Format == manifest.Firefox {
		options.Dialect = webport.Firefox
	}
	if o.origin != "" {
		extension, err := manifest.ParseExtension(o.origin)
		if err != nil {
			return nil, usagef("--origin: %w", err)
		}
		if options.Extension = extension.In(b.Format); options.Extension == "" {
			return nil, usagef("--origin: %s does not name an extension of %s", o.origin, b.Title)
		}
	}
	if len(o.dirs) == 0 {
		options.Dirs, err = dirsOf(b, name)
		return options, err
	}
	for i, dir := range options.Dirs { // Firefox tells the app where its native manifest is
		if options.Dirs[i], err = filepath.Abs(dir); err != nil {
			return nil, &statusError{statusFailed, err}
		}
	}
	return options, nil
}

// dirsOf returns the directories in which the browser, as it is installed here,
// looks for the app's native manifest.
func dirsOf(b *manifest.Browser, name string) ([]string, error) {
	installations, err := (&manifest.Options{Browsers: []string{b.Name}}).Installations()
	if err != nil {
		return nil, &statusError{statusFailed, err}
	}
	var dirs []string
	for _, i := range installations {
		for _, l := range b.Locations(nil, i.Package) {
			if l.Dir != "" && !slices.Contains(dirs, l.Dir) {
				dirs = append(dirs, l.Dir)
			}
		}
	}
	if dirs != nil || b.Format.CheckName(name) != nil {
		return dirs, nil
	}
	// On Windows the registry names the file itself.
	m, tried := b.Find(nil, installations[0].Package, name, "")
	if m == nil {
		notFound := &native.NotFoundError{Name: name, Tried: tried}
		if b.Format == manifest.Firefox {
			notFound.Dialect = webport.Firefox
		}
		return nil, &statusError{statusFailed, notFound}
	}
	if filepath.Base(m.File) != name+".json" {
		return nil, &statusError{statusFailed, fmt.Errorf("the native manifest of %q is %s: name it %s.json to connect", name, m.File, name)}
	}
	return []string{filepath.Dir(m.File)}, nil
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
