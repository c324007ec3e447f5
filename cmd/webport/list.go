package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/manifest"
)

func newList(std streams) *cobra.Command {
	var browsers []string
	var root string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list [flags]",
		Short: "List the native apps that browsers find",
		Long: `Lists the native manifests, valid or not, that are where the browsers of the
table look for them, in the scopes of the user and of the system: also those that
others wrote, and for browsers that are not installed.

With --json it prints one JSON object for each: name, file, key (of the Windows
registry), scope, browsers (who looks there), ours (webport wrote it), path (of
the executable) and allowed (who may call), or error.

Exit status: 0; 1 when a directory cannot be read; 2 for wrong usage.`,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("it lists all native apps: %q is one argument too many", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			if err := checkBrowsers(browsers); err != nil {
				return err
			}
			if err := checkRoot(root); err != nil {
				return err
			}
			entries, err := manifest.List(&manifest.Options{Machine: &manifest.Machine{Root: root}, Browsers: browsers})
			write := writeEntries
			if asJSON {
				write = writeEntriesJSON
			}
			if writeErr := write(std.out, entries); writeErr != nil {
				return &statusError{statusFailed, fmt.Errorf("print the list: %w", writeErr)}
			}
			if err != nil {
				return &statusError{statusFailed, err}
			}
			return nil
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVar(&browsers, "browser", nil, "list what this browser, `B`, looks at; may be repeated (default: all of the table)")
	f.StringVar(&root, "root", "", "put `DIR` before every path that is read")
	f.BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return c
}

// writeEntries writes the list for people.
func writeEntries(w io.Writer, entries []manifest.Entry) error {
	var b strings.Builder
	if len(entries) == 0 {
		b.WriteString("No native manifest was found.\n")
	}
	for _, e := range entries {
		by := "others"
		if e.Ours {
			by = "webport"
		}
		fmt.Fprintf(&b, "%s  (%v scope, written by %s)\n", visible(e.Name), e.Scope, by)
		line := func(label, text string) { fmt.Fprintf(&b, "    %-9s %s\n", label, visible(text)) }
		if e.Key != "" {
			line("key", e.Key)
		}
		line("file", e.File)
		if e.Manifest != nil {
			line("app", e.Manifest.Path)
			line("callers", strings.Join(e.Manifest.Allowed, ", "))
		}
		if e.Err != nil {
			line("invalid", e.Err.Error())
		}
		line("browsers", strings.Join(e.Browsers, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeEntriesJSON writes one line of --json for each entry.
func writeEntriesJSON(w io.Writer, entries []manifest.Entry) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, e := range entries {
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
	return nil
}
