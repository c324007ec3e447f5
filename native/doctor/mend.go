package doctor

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/webport/webport/native/manifest"
)

// install is the command that makes the app known to the browser in hand, for the extensions that may call it already
// and the one that is examined: an install replaces who may call.
func (e *examination) install() string {
	if e.manifest == nil {
		return e.installOf("")
	}
	return e.installOf(e.manifest.Path)
}

// installOf is the same for an executable, "" for one that is not known.
func (e *examination) installOf(path string) string {
	var extensions []string
	if e.options.Extension != "" {
		extensions = append(extensions, e.options.Extension)
	}
	app := manifest.App{Name: e.app, Path: path}
	if m := e.manifest; m != nil {
		if m.Description != m.Name {
			app.Description = m.Description
		}
		for _, caller := range identities(m.Allowed) {
			if e.options.Extension == "" || caller != e.caller {
				extensions = append(extensions, caller)
			}
		}
	}
	var b strings.Builder
	flag := func(name, value string) { b.WriteString(" --" + name + " " + quote(value)) }
	b.WriteString("webport install " + quoteOr(app.Path, "APP"))
	flag("name", e.app)
	if app.Description != "" {
		flag("description", app.Description)
	}
	flag("browser", e.in.Browser.Name)
	for _, extension := range extensions {
		flag("extension", extension)
	}
	if len(extensions) == 0 {
		b.WriteString(" --extension EXTENSION")
	}
	scope := e.scope()
	if scope == manifest.System {
		flag("scope", "system")
	}
	if m := e.options.Machine; m != nil && m.Root != "" {
		flag("root", m.Root)
	}
	if e.takesForce(app, scope) {
		b.WriteString(forced)
	}
	return b.String()
}

// scope is where the app can be installed for the browser in hand: of some, only the system's places are known.
func (e *examination) scope() manifest.Scope {
	user := slices.ContainsFunc(e.in.Browser.Locations(e.options.Machine, e.in.Package), func(l manifest.Location) bool {
		return l.Scope == manifest.User && l.Install
	})
	if e.system || !user {
		return manifest.System
	}
	return manifest.User
}

// forced ends a command that overwrites what webport did not write.
const forced = " --force"

// allow is what lets the extension that is examined call, too.
func (e *examination) allow() string {
	command := e.install()
	if !strings.HasSuffix(command, forced) {
		return command
	}
	return "add it to the list in " + quote(e.manifest.File) + ", or: " + command
}

// takesForce reports whether the install overwrites a native manifest that webport did not write, or wrote for another
// app. Where the executable is not known, this program stands in for it.
func (e *examination) takesForce(app manifest.App, scope manifest.Scope) bool {
	if app.Path == "" {
		app.Path, _ = os.Executable()
	}
	o := &manifest.Options{
		Machine: e.options.Machine, Browsers: []string{e.in.Browser.Name}, Scope: scope,
		Extensions: []string{strings.Repeat("a", 32), "any@example.org"}, // who may call makes no conflict
	}
	conflicts := func() bool {
		plan, err := manifest.PlanInstall(app, o)
		return err == nil && slices.ContainsFunc(plan.Steps, func(s manifest.Step) bool { return s.Action == manifest.Conflict })
	}
	without := conflicts()
	o.Force = true
	return without && !conflicts()
}

// nameIn is how an extension is named that has no name in native manifests of format f yet.
func nameIn(f manifest.Format) string {
	if f == manifest.Firefox {
		return "name its add-on id (name@domain) with --extension, or a directory with browser_specific_settings.gecko.id in its manifest.json"
	}
	return "name its id of 32 letters, or its directory, with --extension"
}

// stay is what keeps an app from exiting before its input has ended.
func (e *examination) stay(t trial) string {
	if len(t.Stderr) == 0 {
		return "let it read standard input until that ends, and say on standard error why it exits otherwise"
	}
	message := string(e.options.Message)
	if message == "" {
		message = "{}"
	}
	return "read what it says on standard error: echo " + quote(message) + " | " + e.connect()
}

// connect is the command that talks to the app as the browser in hand.
func (e *examination) connect() string {
	command := "webport connect " + quote(e.app) + " --as " + e.in.Browser.Name
	if e.options.Extension != "" {
		command += " --origin " + quote(e.options.Extension)
	}
	return command
}

// quote makes text one word of a shell's.
func quote(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func quoteOr(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return quote(text)
}

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
