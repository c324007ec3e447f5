package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/webport/webport"
	"github.com/webport/webport/headless"
)

// runOptions are the flags and arguments of run.
type runOptions struct {
	dirs       []string
	tabs       []string
	pages      pageServer // made of tabs
	dialect    webport.Dialect
	nativeDirs []string
	script     string
	commands   []*command // of the script, unless it is standard input
	asJSON     bool
	bfcache    bool
}

// Set, String and Type make a flag of a dialect.
type dialectFlag webport.Dialect

func (d *dialectFlag) String() string { return webport.Dialect(*d).String() }
func (*dialectFlag) Type() string     { return "chromium|firefox" }
func (d *dialectFlag) Set(name string) error {
	parsed, err := webport.ParseDialect(name)
	*d = dialectFlag(parsed)
	return err
}

func newRun(std streams) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run EXTENSION_DIR [EXTENSION_DIR...]",
		Short: "Run unpacked extensions and show the Ports that they open",
		Long:  runHelp(),
		Example: `  webport run examples/greeting
  webport run my-extension --tab https://example.com/=page.html --dialect firefox
  webport run my-extension --native native-manifests --script test.webport
  echo 'eval background chrome.runtime.id' | webport run my-extension --json`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name the directory of an unpacked extension, the one with its manifest.json")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			o.dirs = args
			return runExtensions(&o, std)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.tabs, "tab", nil, "open a tab at `URL[=FILE]`, which shows FILE or an empty page; may be repeated")
	f.Var((*dialectFlag)(&o.dialect), "dialect", "behave as this browser, to the letter of its error texts")
	f.StringArrayVar(&o.nativeDirs, "native", nil, "look for native manifests in `DIR`; may be repeated")
	f.StringVar(&o.script, "script", "", "carry out the commands in `FILE` (- for standard input)")
	f.BoolVar(&o.asJSON, "json", false, `print one JSON object a line (see "webport help events")`)
	f.BoolVar(&o.bfcache, "bfcache", false, "keep documents that are navigated away from for the command back")
	return c
}

func runHelp() string {
	return `Loads unpacked extensions into a browser without a window and runs their
unmodified scripts: backgrounds first, then the tabs with their content scripts.
It prints what scripts log and every Port they open: by whom to whom, each
message, and the disconnect and why.

Without --tab it opens a tab where the content scripts run, by the first of
their match patterns, unless the --script FILE opens tabs itself. Pages are empty
unless --tab URL=FILE shows a file there; scripts that FILE names are read from
its directory. There is no network.

Commands are typed at a prompt, where standard input is a terminal. Otherwise
they are read from it line by line, or from the --script FILE; then the first
that fails ends the session, and without quit it ends when nothing happens any
more. Blank lines and lines that begin with # are skipped.

` + commandHelp("") + `
TAB is a tab's number in the order of opening, from 1. CONTEXT is "background",
"content 1" (the content script in tab 1), "content 1.2" (in frame 2 of it),
"page 1" or "web 1" (the page's own scripts); with several extensions
"background@NAME". The command help lists those that there are.

Exit status: 0; 1 when an extension cannot be loaded or, unless commands are
typed, a command fails or a script throws what nobody catches; 2 for wrong usage;
130 after Ctrl-C.`
}

// runExtensions is the verb.
func runExtensions(o *runOptions, std streams) error {
	for _, flag := range o.tabs {
		page, err := parseTabFlag(flag)
		if err != nil {
			return usagef("%w", err)
		}
		o.pages = append(o.pages, page)
	}
	if err := o.readScript(); err != nil {
		return err
	}
	extensions, err := headless.LoadAll(o.dirs, o.dialect)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	ctx, stop := untilSignal()
	defer stop(nil)
	screen, err := newScreen(o, std, stop)
	if err != nil {
		return err
	}
	commands := screen.commands(ctx, o, std)
	err = runSession(ctx, o, extensions, screen.printer, commands)
	if closeErr := screen.close(); err == nil {
		err = closeErr
	}
	if cause, ok := errors.AsType[*statusError](context.Cause(ctx)); ok {
		return cause
	}
	return err
}

// readScript reads --script FILE before anything runs, so that a mistake in
// its last line does not show at the end.
func (o *runOptions) readScript() error {
	if o.script == "" || o.script == "-" {
		return nil
	}
	f, err := os.Open(o.script)
	if err != nil {
		return usagef("read the script: %w", err)
	}
	defer f.Close()
	if o.commands, err = parseScript(o.script, f); err != nil {
		return &statusError{statusUsage, err}
	}
	return nil
}

// untilSignal returns a context that ends with Ctrl-C and the like, with the
// exit status as its cause. A second signal ends the program at once.
func untilSignal() (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// That the terminal was closed is told more than once, by the system and by shells, and never to native apps, which
	// are in process groups of their own.
	hangup := make(chan os.Signal, 1)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(hangup, syscall.SIGHUP)
	}
	// Unless it is asked for, writing to a closed pipe ends the program, and native apps with it.
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	go func() {
		defer signal.Stop(signals)
		select {
		case s := <-signals:
			cancel(&statusError{status: signalStatus(s)})
		case s := <-hangup:
			cancel(&statusError{status: signalStatus(s)})
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// signalStatus is what shells make of a signal.
func signalStatus(s os.Signal) int {
	number, _ := s.(syscall.Signal)
	return 128 + int(number)
}

// runSession starts the browser, opens the tabs, carries out the commands and
// ends everything.
func runSession(ctx context.Context, o *runOptions, extensions []*headless.Extension, p *printer, commands commandSource) (err error) {
	s, err := startSession(ctx, o, extensions, p)
	if err != nil {
		return err
	}
	// A signal ends scripts where they are, whatever waits for them.
	stop := context.AfterFunc(ctx, func() { _ = s.end() })
	defer func() {
		stop()
		if closeErr := s.close(); err == nil {
			err = closeErr
		}
	}()
	s.settle(ctx, settleTime)
	s.showTabs() // those that backgrounds opened are numbered first
	if err := s.openTabs(o); err != nil {
		return &statusError{statusFailed, err}
	}
	s.settle(ctx, settleTime)
	s.showTabs()
	_, typed := commands.(*prompt)
	if typed {
		s.printer.notef("Type help for the commands, quit to end.")
	}
	if err := s.run(ctx, commands); err != nil {
		return err
	}
	if !typed && (o.script == "" || o.script == "-") {
		s.rest(ctx)
	}
	if ctx.Err() != nil {
		return nil
	}
	if err := s.leave(ctx); err != nil {
		return &statusError{statusFailed, err}
	}
	if n := s.threw.Load(); n > 0 && !typed {
		return &statusError{statusFailed, fmt.Errorf("scripts threw %s that nobody caught (see \"uncaught\" above)", errorCount(n))}
	}
	return nil
}

// openTabs opens those of --tab, or those that the extensions are made for,
// unless the script opens tabs itself.
func (s *session) openTabs(o *runOptions) error {
	for _, page := range o.pages {
		if err := s.open(page.url); err != nil {
			return fmt.Errorf("--tab %s: %w", page.url, err)
		}
	}
	opensTabs := func(c *command) bool { return c.verb.name == "open" }
	if len(o.pages) > 0 || slices.ContainsFunc(o.commands, opensTabs) {
		return nil
	}
	for _, url := range firstTabs(s.extensions) {
		if err := s.open(url); err != nil {
			return err
		}
	}
	return nil
}

func errorCount(n int64) string {
	if n == 1 {
		return "1 error"
	}
	return fmt.Sprintf("%d errors", n)
}
