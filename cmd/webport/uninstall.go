package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/manifest"
)

func newUninstall(std streams) *cobra.Command {
	var o planOptions
	c := &cobra.Command{
		Use:   "uninstall NAME [flags]",
		Short: "Remove a native app from browsers",
		Long: `Removes the native manifests of the native app NAME that webport wrote, in one
scope, for every browser of the table or those that --browser names, and the
directories that were made for them. The app's executable stays.

It shows the plan before it carries it out. A file that webport did not write is
a conflict: then nothing is changed, unless --force is given.

` + planHelp,
		Example: `  webport uninstall my_app
  webport uninstall my_app --browser firefox --dry-run`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			return appName(args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkBrowsers(o.browsers); err != nil {
				return err
			}
			plan, err := manifest.PlanUninstall(args[0], o.manifestOptions())
			if err != nil {
				return &statusError{statusFailed, err}
			}
			_, err = o.carryOut(plan, std, o.notThere(args[0]))
			return err
		},
	}
	c.Flags().SortFlags = false
	o.addFlags(c, "remove it from this browser", "remove files that webport did not write")
	return c
}

// notThere says that the scope has no app of that name, and if so that another has.
func (o *planOptions) notThere(name string) string {
	text := fmt.Sprintf("no native manifest of that name is in the %v scope", o.scope)
	entries, _ := manifest.List(o.manifestOptions()) // what cannot be read is not there for this hint
	for _, e := range entries {
		if e.Name == name && e.Scope != o.scope {
			return fmt.Sprintf("%s; there is one in the %v scope: --scope %v", text, e.Scope, e.Scope)
		}
	}
	return text
}
