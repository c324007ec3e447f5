package manifest

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Browser is a row of the table of browsers: see [Browsers]. It must not be changed.
type Browser struct {
	Name   string // as commands take it: "chrome-beta"
	Title  string // as people call it: "Google Chrome Beta"
	Format Format

	// Without says why the browser has no native apps, "" where it has.
	Without string

	// Shares is what to know about its locations: which browsers share them. Often "".
	Shares string

	linux, snap, flatpak, darwin, windows *system
}

// system is a browser on one operating system, in one package. Nil means that there is no such browser.
type system struct {
	user, system []place  // on Windows, user has the keys of both scopes
	data         []string // templates of directories that are there once the browser was started
	programs     []string // templates of executables
}

// place is a directory of native manifests, as a template, or on Windows a key. dir "" means that it is unknown.
type place struct {
	dir      string
	evidence Evidence
	source   string
	lookOnly bool   // the browser looks here, and nothing need be written for it
	onlyIf   string // written only where this directory exists, as a template
}

func (b *Browser) on(goos string, p Package) *system {
	switch {
	case goos == "linux" && p == Ordinary:
		return b.linux
	case goos == "linux" && p == Snap:
		return b.snap
	case goos == "linux" && p == Flatpak:
		return b.flatpak
	case goos == "darwin" && p == Ordinary:
		return b.darwin
	case goos == "windows" && p == Ordinary:
		return b.windows
	}
	return nil
}

// Find looks for the native manifest of the app called name on machine m as the browser, packaged so, does for caller;
// see [Format.Find]. On Windows an Attempt's File is a key of the registry where that has no value. m may be nil.
func (b *Browser) Find(m *Machine, p Package, name, caller string) (*Manifest, []Attempt) {
	locations := b.Locations(m, p)
	if m.os() != "windows" {
		var dirs []string
		for _, l := range locations {
			if l.Dir != "" {
				dirs = append(dirs, m.Local(l.Dir))
			}
		}
		return b.Format.Find(name, caller, dirs)
	}
	var tried []Attempt
	for _, l := range locations {
		if l.Key.Path == "" {
			continue // it is not known where
		}
		file, err := m.reg().value(l.Key, name)
		if err != nil {
			tried = append(tried, Attempt{File: l.Key.String() + `: ` + name, Err: errNoKey})
			continue
		}
		// The first value decides, in both families; the file it names is the only one that is read.
		found, err := b.Format.try(m.Local(file), name, caller)
		return found, append(tried, Attempt{File: file, Err: err})
	}
	return nil, tried
}

// Lookup looks for the native manifest of the app called name on machine m as Find does, in every package in which the
// browser is installed there, one after the other, or unconfined where it is not. It returns the native manifest, or
// nil, and every place it looked at; an Attempt without a File is of a place that is not known. The error says that the
// browser has no native apps, or is not in the table for that system. m may be nil.
func (b *Browser) Lookup(m *Machine, name, caller string) (*Manifest, []Attempt, error) {
	installations, err := (&Options{Machine: m, Browsers: []string{b.Name}}).Installations()
	if err != nil {
		return nil, nil, err
	}
	var tried []Attempt
	for _, i := range installations {
		found, places := b.Find(m, i.Package, name, caller)
		tried = append(tried, places...)
		if found != nil {
			return found, tried, nil
		}
		for _, l := range b.Locations(m, i.Package) {
			if l.Evidence == Unknown {
				tried = append(tried, Attempt{Err: fmt.Errorf("where %v looks in the %v scope is not known", i, l.Scope)})
			}
		}
	}
	return nil, tried, nil
}

// Installation is a browser that was found on a machine.
type Installation struct {
	Browser *Browser
	Package Package
	Because string // the path by which it was recognised
}

// String returns the browser's name, with its package.
func (i Installation) String() string {
	if i.Package == "" {
		return i.Browser.Name
	}
	return i.Browser.Name + " (" + string(i.Package) + ")"
}

// Installations returns the browsers that are installed on m, in the order of the table: those of which an executable
// is where installers put it, or whose data directory is there. A data directory with nothing in it but native
// manifests does not count: installers of native apps leave those for browsers that were never there. m may be nil.
func (m *Machine) Installations() []Installation {
	var list []Installation
	for _, b := range Browsers() {
		for _, p := range []Package{Ordinary, Snap, Flatpak} {
			if because := b.installed(m, p); because != "" {
				list = append(list, Installation{Browser: b, Package: p, Because: because})
			}
		}
	}
	return list
}

func (b *Browser) installed(m *Machine, p Package) (because string) {
	on := b.on(m.os(), p)
	if on == nil {
		return ""
	}
	for _, template := range on.programs {
		if m.exists(template) {
			path, _ := m.expand(template)
			return path
		}
	}
	for _, template := range on.data {
		path, _ := m.expand(template)
		if path == "" {
			continue
		}
		entries, err := os.ReadDir(m.Local(path))
		if err == nil && slices.ContainsFunc(entries, isNot(leftovers...)) {
			return path
		}
	}
	return ""
}

// leftovers are what installers of native apps leave in the data directory of a browser.
var leftovers = []string{"NativeMessagingHosts", "native-messaging-hosts", madeMark}

func isNot(names ...string) func(os.DirEntry) bool {
	return func(e os.DirEntry) bool { return !slices.Contains(names, e.Name()) }
}

func (m *Machine) exists(template string) bool {
	path, _ := m.expand(template)
	return path != "" && m.stands(path)
}

// BrowserByName returns the row of the table with that Name. The error lists the names there are.
func BrowserByName(name string) (*Browser, error) {
	var names []string
	for _, b := range Browsers() {
		if b.Name == name {
			return b, nil
		}
		names = append(names, b.Name)
	}
	return nil, fmt.Errorf("there is no browser %q in the table: use %s", name, strings.Join(names, ", "))
}
