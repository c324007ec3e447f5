package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/manifest"
)

const planHelp = `With --json it prints one JSON object for each step of the plan: action (write,
replace, remove, keep, skip or conflict), file, key (of the Windows registry),
browsers, also (who else looks there), reason, and content (of the file).

Exit status: 0; 1 when something is in the way or fails; 2 for wrong usage.`

// planOptions are the flags of install and uninstall.
type planOptions struct {
	browsers []string
	scope    manifest.Scope
	force    bool
	dryRun   bool
	root     string
	asJSON   bool
}

// scopeFlag makes a flag of a scope.
type scopeFlag manifest.Scope

func (s *scopeFlag) String() string { return manifest.Scope(*s).String() }
func (*scopeFlag) Type() string     { return "user|system" }
func (s *scopeFlag) Set(text string) error {
	parsed, err := manifest.ParseScope(text)
	*s = scopeFlag(parsed)
	return err
}

// addFlags adds them behind the verb's own. Browser and force say what these two
// do there.
func (o *planOptions) addFlags(c *cobra.Command, browser, force string) {
	f := c.Flags()
	f.StringArrayVar(&o.browsers, "browser", nil, browser+", `B`, such as chrome or firefox; may be repeated")
	f.Var((*scopeFlag)(&o.scope), "scope", "for this user, or for all users of the machine")
	f.BoolVar(&o.force, "force", false, force)
	f.BoolVar(&o.dryRun, "dry-run", false, "show the plan and the files' contents, and change nothing")
	f.StringVar(&o.root, "root", "", "put `DIR` before every path that is read or written")
	f.BoolVar(&o.asJSON, "json", false, "print the plan as one JSON object a line")
}

func (o *planOptions) manifestOptions() *manifest.Options {
	return &manifest.Options{
		Machine: &manifest.Machine{Root: o.root}, Browsers: o.browsers, Scope: o.scope, Force: o.force,
	}
}

// carryOut shows the plan and applies it. It reports whether something was
// changed. Nothing says why there was nothing to do.
func (o *planOptions) carryOut(p *manifest.Plan, std streams, nothing string) (changed bool, err error) {
	say := std.out
	if o.asJSON {
		say = io.Discard
		if err := writeSteps(std.out, p); err != nil {
			return false, &statusError{statusFailed, err}
		}
	}
	for _, s := range p.Steps {
		fmt.Fprintln(say, visible(s.String()))
		if o.dryRun && s.Content != "" && s.Key == "" {
			fmt.Fprintln(say, "    "+strings.ReplaceAll(strings.TrimSpace(s.Content), "\n", "\n    "))
		}
	}
	switch {
	case slices.ContainsFunc(p.Steps, func(s manifest.Step) bool { return s.Action == manifest.Conflict }):
		return false, &statusError{statusFailed, inTheWay(p)}
	case !p.Changes():
		fmt.Fprintf(say, "Nothing to do: %s.\n", nothing)
		return false, nil
	case o.dryRun:
		fmt.Fprintln(say, "Nothing was changed (--dry-run).")
		return false, nil
	}
	if err := p.Apply(); err != nil {
		return false, &statusError{statusFailed, err}
	}
	fmt.Fprintln(say, "Done.")
	return true, nil
}

// inTheWay is an error with a line for each of the plan's conflicts.
func inTheWay(p *manifest.Plan) error {
	var b strings.Builder
	for _, s := range p.Steps {
		if s.Action != manifest.Conflict {
			continue
		}
		place := s.File
		if s.Key != "" {
			place = s.Key
		}
		b.WriteString("\n\t" + visible(place+": "+s.Reason))
	}
	if strings.Contains(b.String(), "use force") {
		b.WriteString("\n(--force changes it all the same)")
	}
	return fmt.Errorf("nothing was changed, because of what is in the way:%s", b.String())
}

// writeSteps writes one line of --json for each step.
func writeSteps(w io.Writer, p *manifest.Plan) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, s := range p.Steps {
		if err := encoder.Encode(s); err != nil {
			return fmt.Errorf("print the plan: %w", err)
		}
	}
	return nil
}

// oneArgument returns an error that says what to name, unless there is one.
func oneArgument(args []string, what string) error {
	switch {
	case len(args) == 0:
		return usagef("name %s", what)
	case args[0] == "":
		return errEmptyArgument
	case len(args) == 1:
		return nil
	}
	return usagef("name %s alone: %q is one too many", what, args[1])
}

// appName returns an error unless there is one argument, which may be the name of a native app and is no path.
func appName(args []string) error {
	if err := oneArgument(args, `the native app (see "webport list")`); err != nil {
		return err
	}
	if filepath.Base(args[0]) != args[0] {
		return usagef(`%q is a path: give the name by which browsers know the native app (see "webport list"); "webport install" makes it known`, args[0])
	}
	return nil
}

// checkBrowsers holds that the table has browsers of these names, and native apps are available in them.
func checkBrowsers(names []string) error {
	for _, name := range names {
		b, err := manifest.BrowserByName(name)
		if err != nil {
			return usagef("--browser: %w", err)
		}
		if b.Without != "" {
			return usagef("--browser: %s", b.Without)
		}
	}
	return nil
}

// checkSomeBrowser holds that there is a browser to do something for, where none is named.
func checkSomeBrowser(names []string, m *manifest.Machine) error {
	if len(names) > 0 || len(m.Installations()) > 0 {
		return nil
	}
	where := "on this machine"
	if m.Root != "" {
		where = "below " + m.Root
	}
	return &statusError{statusFailed, fmt.Errorf("no browser of the table was found %s: name those that are meant with --browser", where)}
}

// checkExtensions holds that each of the texts names an extension.
func checkExtensions(flag string, texts ...string) error {
	for _, text := range texts {
		if _, err := manifest.ParseExtension(text); err != nil {
			return usagef("%s: %w", flag, err)
		}
	}
	return nil
}

// checkRoot holds that what is read below --root can be there.
func checkRoot(root string) error {
	if root == "" {
		return nil
	}
	info, err := os.Stat(root)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a directory", root)
	}
	if err != nil {
		return usagef("--root: %w", err)
	}
	return nil
}
