package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/manifest"
	"github.com/webport/webport/native/tap"
)

// The hidden verbs by which webport starts itself as a native app.
const (
	verbShim = "tap-shim"
	verbPlay = "tap-play"

	playRedact = "--redact=" // for verbPlay, before a field
)

// tapOptions are the flags of tap.
type tapOptions struct {
	browsers   []string
	scope      manifest.Scope
	scopeGiven bool
	dirs       []string
	output     string
	redact     []string
	asJSON     bool
	off        bool

	replay  string
	side    string
	ignore  []string
	timeout time.Duration
}

func newTap(std streams) *cobra.Command {
	var o tapOptions
	c := &cobra.Command{
		Use:   "tap NAME|PATH [flags]",
		Short: "Watch and record what a browser and a native app say to one another",
		Long: `Stands between browsers and the native app NAME: until Ctrl-C, browsers start a
shim in place of the app. The shim starts the app as the browser would have, and
passes everything on byte for byte, with signals and the exit status. All of it is
recorded, in one file for each start of the app, and shown.

The path in the native manifest is what is changed, in every native manifest of
the app that browsers of the table find, or those of --browser and --scope, or of
the directory --native (that of a browser with a --user-data-dir of its own is
NativeMessagingHosts below it); and at the end it is put back. After a crash
"webport tap NAME --off" puts it back, and so does the next tap. Apps that run when
tap ends are recorded to their end.

--redact FIELD keeps the values of a field out of the files and off the screen: a
name (password), names joined by dots (login.password), or a JSON pointer from the
top (/response/password, where * is any name or index). What is no JSON is then
not recorded at all; lines of standard error are, as they are.

With --replay FILE it plays the browser's side of a recording against the app NAME,
or an executable given by its path: it sends each message when as many answers have
come as had come then, and prints where the answers and the exit status differ.
The order of names in an object does not count, nor what --ignore FIELD names, nor
what was redacted.

With --replay FILE --side app it plays the app's side instead: in place of NAME, as
above, or without NAME as a native app on standard input and output.

"webport help recordings" describes the files, and what --json prints.

Exit status: 0; 1 when something fails, or a replay differs; 2 for wrong usage. To
end a tap with Ctrl-C or a signal is no failure.`,
		Example: `  webport tap my_app
  webport tap my_app --browser firefox --redact password --redact /login/token
  webport tap my_app --off
  webport tap my_app --replay my_app-20261122-214326.123-4711.jsonl --ignore time
  webport tap ./build/my_app --replay recording.jsonl
  webport tap my_app --replay recording.jsonl --side app`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			o.scopeGiven = c.Flags().Changed("scope")
			if err := o.check(args, c.Flags().Changed); err != nil {
				return err
			}
			switch {
			case o.off:
				return tapOff(args[0], std)
			case o.replay != "" && o.side == "browser":
				return o.replayAgainst(args[0], std)
			case o.replay != "" && len(args) == 0:
				return playApp(o.replay, nil, std)
			}
			return o.tapApp(args[0], std)
		},
	}
	o.addFlags(c)
	return c
}

func (o *tapOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.browsers, "browser", nil, "tap it for this browser, `B`, such as chrome or firefox; may be repeated (default all)")
	f.Var((*scopeFlag)(&o.scope), "scope", "for this user, or for all users of the machine (default both)")
	f.Lookup("scope").DefValue = "" // neither is the default
	f.StringArrayVar(&o.dirs, "native", nil, "look for native manifests in `DIR` instead; may be repeated")
	f.StringVar(&o.output, "output", "", "write the recordings to `DIR` (default: a private directory, which is shown)")
	f.StringArrayVar(&o.redact, "redact", nil, "neither record nor show the values of `FIELD`; may be repeated")
	f.BoolVar(&o.asJSON, "json", false, "print the lines that are recorded, with the number of the start")
	f.BoolVar(&o.off, "off", false, "put back what a tap that crashed has left behind")
	f.StringVar(&o.replay, "replay", "", "play the recording `FILE` again")
	f.StringVar(&o.side, "side", "browser", "play this side of it, `browser|app`")
	f.StringArrayVar(&o.ignore, "ignore", nil, "do not compare the values of `FIELD`; may be repeated")
	f.DurationVar(&o.timeout, "timeout", 5*time.Second, "wait for an answer in a replay as long as `DURATION`")
}

// check holds that the flags make sense together.
func (o *tapOptions) check(args []string, given func(flag string) bool) error {
	if o.replay == "" || o.side != "app" || len(args) > 1 {
		if err := oneArgument(args, `the native app (see "webport list")`); err != nil {
			return err
		}
	}
	if (o.replay == "" || o.side == "app") && len(args) > 0 && filepath.Base(args[0]) != args[0] {
		return usagef("%q is a path, as --replay takes it: name the native app here (see \"webport list\")", args[0])
	}
	live := []string{"browser", "scope", "native", "output", "redact", "json"}
	only := func(why string, flags ...string) error {
		for _, flag := range flags {
			if given(flag) {
				return usagef("--%s has no meaning %s", flag, why)
			}
		}
		return nil
	}
	var err error
	switch {
	case len(o.dirs) > 0 && (given("browser") || given("scope")):
		return usagef("--native is instead of --browser and --scope: give one or the other")
	case o.side != "browser" && o.side != "app":
		return usagef("--side: there is no side %q: use browser or app", o.side)
	case o.off:
		err = only("with --off", append(live, "replay", "side", "ignore", "timeout")...)
	case o.replay == "":
		err = only("without --replay", "side", "ignore", "timeout")
	case o.side == "app" && len(args) == 0:
		err = only("where the app's side is played on standard input and output", append(live, "ignore", "timeout")...)
	case o.side == "app":
		err = only("where the app's side is played", "ignore", "timeout")
	default:
		err = only("where the browser's side is played", "output", "redact", "json")
	}
	if err != nil {
		return err
	}
	if o.timeout <= 0 {
		return usagef("--timeout: %v is no time to wait", o.timeout)
	}
	for flag, texts := range map[string][]string{"--redact": o.redact, "--ignore": o.ignore} {
		if _, err := tap.ParseFields(texts); err != nil {
			return usagef("%s: %w", flag, err)
		}
	}
	return checkBrowsers(o.browsers)
}

// where says which native manifests are meant.
func (o *tapOptions) where() *tap.Options {
	options := &tap.Options{Browsers: o.browsers, Dirs: o.dirs}
	if o.scopeGiven {
		options.Scope = &o.scope
	}
	return options
}

// tapApp is the verb.
func (o *tapOptions) tapApp(name string, std streams) (err error) {
	program, err := os.Executable()
	if err != nil {
		return &statusError{statusFailed, err}
	}
	options := o.where()
	options.Recordings, options.Redact, options.Shim = o.output, o.redact, []string{program, verbShim}
	if o.replay != "" {
		file, err := filepath.Abs(o.replay)
		if err == nil {
			_, err = tap.ReadFile(file)
		}
		if err != nil {
			return &statusError{statusFailed, err}
		}
		options.Instead = []string{program, verbPlay}
		for _, field := range o.redact {
			options.Instead = append(options.Instead, playRedact+field)
		}
		options.Instead = append(options.Instead, file)
	}
	// From here on no signal ends the program before all is put back, the end of the terminal included.
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() { <-signals; stop() }()

	t, err := tap.Install(name, options)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	view := newTapView(std.out, o.asJSON)
	view.installed(t, o)
	err = t.Follow(ctx, view.show)
	view.running = t.Running()
	restored, removeErr := t.Remove()
	view.removed(t, restored)
	if err = errors.Join(err, removeErr, view.err); err != nil {
		return &statusError{statusFailed, err}
	}
	return nil
}

// tapOff is --off.
func tapOff(name string, std streams) error {
	restored, err := tap.Off(name)
	for _, r := range restored {
		fmt.Fprintln(std.out, visible(restoredLine(r)))
	}
	if err != nil {
		return &statusError{statusFailed, err}
	}
	if len(restored) == 0 {
		fmt.Fprintf(std.out, "Nothing to do: no tap of %s has left anything behind.\n", visible(name))
	}
	return nil
}

// newTapShim is what a launcher starts.
func newTapShim() *cobra.Command {
	return &cobra.Command{
		Use: verbShim + " CONFIG ARGUMENT...", Hidden: true, DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name the configuration: this verb is for the launchers of \"webport tap\"")
			}
			return withStatus(tap.Shim(args[0], args[1:]))
		},
	}
}

// newTapPlay is what a shim starts in place of an app.
func newTapPlay(std streams) *cobra.Command {
	return &cobra.Command{
		Use: verbPlay + " [" + playRedact + "FIELD]... FILE ARGUMENT...", Hidden: true, DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			var redact []string
			for len(args) > 0 {
				field, ok := strings.CutPrefix(args[0], playRedact)
				if !ok {
					return playApp(args[0], redact, std)
				}
				redact, args = append(redact, field), args[1:]
			}
			return usagef("name the recording: this verb is for \"webport tap --replay FILE --side app\"")
		},
	}
}

func withStatus(status int) error {
	if status == 0 {
		return nil
	}
	return &statusError{status: status}
}

// playApp plays the app's side of a recording on standard input and output. What it tells of differences does not have
// the values of redact, nor of what was redacted in the recording.
func playApp(file string, redact []string, std streams) error {
	records, err := tap.ReadFile(file)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	records[0].Redact = append(records[0].Redact, redact...)
	stderr, flush := forTerminal(std.err)
	defer flush()
	status, err := tap.Play(records, std.in, std.out, stderr, func(difference string) {
		fmt.Fprintf(std.err, "webport tap: %s\n", visible(difference))
	})
	if err != nil {
		return &statusError{statusFailed, err}
	}
	return withStatus(status)
}

// replayAgainst plays the browser's side of the recording against an app.
func (o *tapOptions) replayAgainst(app string, std streams) error {
	records, err := tap.ReadFile(o.replay)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	path, err := o.executable(app)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	ignore, err := tap.ParseFields(o.ignore)
	if err != nil {
		return usagef("--ignore: %w", err)
	}
	warnOfRedacted(records, std.err)
	ctx, stop := untilSignal()
	defer stop(nil)
	messages := 0
	for _, r := range records {
		if r.Event == tap.Message && r.From == tap.FromApp {
			messages++
		}
	}
	stderr, flush := forTerminal(std.err)
	differences, err := tap.Replay(ctx, records, &tap.ReplayOptions{
		Path: path, Ignore: ignore, Timeout: o.timeout, Stderr: stderr,
		Differ: func(difference string) { fmt.Fprintln(std.out, visible(difference)) },
	})
	flush()
	if cause, ok := errors.AsType[*statusError](context.Cause(ctx)); ok {
		return cause
	}
	if err != nil {
		return &statusError{statusFailed, err}
	}
	if differences > 0 {
		return &statusError{statusFailed, fmt.Errorf("%s from the recording", plural(differences, "difference"))}
	}
	fmt.Fprintf(std.out, "As recorded: %s of the app.\n", plural(messages, "message"))
	return nil
}

// executable is the app's: that of a path, or of a name in the table.
func (o *tapOptions) executable(app string) (string, error) {
	if filepath.Base(app) != app || manifest.Firefox.CheckName(app) != nil {
		path, err := filepath.Abs(app)
		if err != nil {
			return "", err
		}
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			err = fmt.Errorf("%s is a directory: give the executable", path)
		}
		return path, err
	}
	return tap.Executable(app, o.where())
}

func warnOfRedacted(records []tap.Record, w io.Writer) {
	sent := 0
	for _, r := range records {
		if r.From == tap.FromBrowser && r.Redacted > 0 {
			sent++
		}
	}
	if sent > 0 {
		fmt.Fprintf(w, "webport tap: %s of the browser has redacted values, and is sent with these: answers may differ\n", plural(sent, "message"))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
