package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/manifest"
)

func newInstall(std streams) *cobra.Command {
	var o planOptions
	var name, description string
	var extensions []string
	c := &cobra.Command{
		Use:   "install APP --extension ID [flags]",
		Short: "Make a native app known to browsers",
		Long: `Writes the native manifests by which browsers find the native app whose
executable is APP: for every browser that is installed, or for those that
--browser names, a file of the format and in the place that the browser wants.

It shows the plan before it carries it out. A file that webport did not write,
or wrote for another app that is still there, is a conflict: then nothing is
changed, unless --force is given. A second run has nothing to do.

--extension says who may call: an id of Chromium's, an origin, an add-on id of
Firefox's, or the directory of an unpacked extension, whose ids are computed. A
browser is skipped where no extension has an id for it. The extensions that are
given are all that may call: they replace those of an earlier install, and the
plan says who no longer may.

With --root every file is written below DIR, as packagers need it; APP is then
the path that the executable will have on the target system.

` + planHelp,
		Example: `  webport install ./my_app --extension path/to/extension
  webport install ./my_app --browser firefox --extension my_app@example.org
  webport install /usr/lib/my_app --scope system --browser chrome --extension ID --root build/deb`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			return oneArgument(args, "the executable of the native app")
		},
		RunE: func(_ *cobra.Command, args []string) error {
			app := manifest.App{Name: name, Description: description, Path: args[0]}
			return install(app, extensions, &o, std)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&name, "name", "", "the app's `NAME`, as extensions call it (default: that of APP, without .exe and the like)")
	f.StringVar(&description, "description", "", "a `TEXT` for people (default: the name)")
	f.StringArrayVar(&extensions, "extension", nil, "let the extension `ID|ORIGIN|DIR` call; may be repeated")
	o.addFlags(c, "install for this browser", "overwrite files that webport did not write")
	return c
}

// install is the verb.
func install(app manifest.App, extensions []string, o *planOptions, std streams) error {
	if len(extensions) == 0 {
		return usagef("say with --extension who may call the app: an id, an origin, an add-on id, or the directory of an unpacked extension")
	}
	if err := checkBrowsers(o.browsers); err != nil {
		return err
	}
	if err := checkExtensions("--extension", extensions...); err != nil {
		return err
	}
	if app.Name == "" {
		app.Name = nameOfApp(app.Path)
		if err := manifest.Chromium.CheckName(app.Name); err != nil {
			return usagef("%w: give another with --name", err)
		}
	}
	switch {
	case o.root != "" && !filepath.IsAbs(app.Path):
		return usagef("%q is not absolute: with --root APP is the path that the executable will have on the target system", app.Path)
	case o.root == "":
		path, err := filepath.Abs(app.Path)
		if err != nil {
			return &statusError{statusFailed, err}
		}
		app.Path = path
	}
	options := o.manifestOptions()
	options.Extensions = extensions
	if err := checkSomeBrowser(o.browsers, options.Machine); err != nil {
		return err
	}
	plan, err := manifest.PlanInstall(app, options)
	if err != nil {
		return &statusError{statusFailed, err}
	}
	changed, err := o.carryOut(plan, std, "installed already, for all of these")
	if changed && o.root == "" && !o.asJSON {
		fmt.Fprintf(std.out, "\nNext: an extension with the permission \"nativeMessaging\" calls runtime.connectNative(%q).\n"+
			"To see whether browsers can start it: webport doctor %s%s\n", app.Name, app.Name, browserFlags(o.browsers))
	}
	return err
}

// browserFlags are the flags that name the browsers, each after a blank.
func browserFlags(names []string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(" --browser " + name)
	}
	return b.String()
}

// nameOfApp is the name for the app in that file, where none was given.
func nameOfApp(file string) string {
	name := filepath.Base(file)
	switch extension := filepath.Ext(name); strings.ToLower(extension) {
	case ".exe", ".bat", ".cmd", ".sh", ".py", ".js", ".rb", ".pl":
		return strings.TrimSuffix(name, extension)
	}
	return name
}
