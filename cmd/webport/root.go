package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit statuses besides 0. A command ended by a signal exits with 128 + the
// signal's number, as shells have it.
const (
	statusFailed = 1
	statusUsage  = 2
)

// statusError is an error that decides the exit status. Without an error to
// print, what went wrong was shown already.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *statusError) Unwrap() error { return e.err }

// usagef is an error in how the command was called.
func usagef(format string, args ...any) error {
	return &statusError{statusUsage, fmt.Errorf(format, args...)}
}

// run is the whole command: it returns the exit status.
func run(args []string, std streams) int {
	root := newRoot(std)
	root.SetArgs(args)
	called, err := root.ExecuteC()
	if err == nil {
		return 0
	}
	status := statusUsage // cobra's own errors are about arguments and flags
	if s, ok := errors.AsType[*statusError](err); ok {
		if status, err = s.status, s.err; err == nil {
			return status
		}
	}
	fmt.Fprint(std.err, lines(fmt.Sprintf("%s: %v", called.CommandPath(), err), noStyle, false))
	if status == statusUsage {
		fmt.Fprintf(std.err, "For help: %s --help\n", called.CommandPath())
	}
	return status
}

func newRoot(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "webport",
		Short: "Ports of browser extensions, outside the browser",
		Long: `webport is the WebExtension Port (runtime.Port) outside the browser.

Its verb "run" loads unpacked extensions into a browser without a window, runs
their unmodified background and content scripts as Chromium or Firefox does, and
shows what they log and every Port they open:

  webport run path/to/extension

The others are about native apps: "install" makes one known to browsers,
"uninstall" and "list" do what they say, "doctor" finds out why one does not
work, "connect" talks to one as a browser does, and "tap" records what real
browsers and apps say to one another. "conformance" shows where webport does
exactly what browsers do.`,
		Version:           version(),
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: holdNothingEmpty,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.SetVersionTemplate("webport {{.Version}}\n")
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.AddCommand(newRun(std), newInstall(std), newUninstall(std), newList(std), newDoctor(std), newConnect(std), newTap(std), newTapShim(), newTapPlay(std), newConformance(std), newEventsTopic(), newRecordingsTopic())
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"})
	help.Args = func(_ *cobra.Command, topic []string) error { // cobra would end with 0
		_, _, err := root.Find(topic)
		return err
	}
	return root
}

var errEmptyArgument = usagef("an argument is empty")

// holdNothingEmpty returns an error for an argument or flag that is "", as it is where the variable of a script is not
// set: a verb would take that for a flag that was not given, and do something else.
func holdNothingEmpty(c *cobra.Command, args []string) error {
	if c.DisableFlagParsing { // what a browser calls a shim with is not for webport
		return nil
	}
	if slices.Contains(args, "") {
		return errEmptyArgument
	}
	mayBe := []string{"root", "description"} // a DESTDIR that is not set means no other root
	var err error
	c.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if slices.Contains(values, "") && !slices.Contains(mayBe, f.Name) && err == nil {
			value, _ := pflag.UnquoteUsage(f)
			err = usagef("--%s is empty: give %s, or leave it out", f.Name, value)
		}
	})
	return err
}

// version is that of the module this binary was built from: a tag, a
// pseudo-version, or "(devel)" with the commit where one is known.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown version)"
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	return fmt.Sprintf("%s, %s", version, info.GoVersion)
}
