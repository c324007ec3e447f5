package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Entry is a native manifest that is where browsers look for one.
type Entry struct {
	Name     string    // of the app: the file's, or on Windows the key's
	File     string    // a path of the machine
	Key      string    // the key of the registry, on Windows
	Scope    Scope     // for whom
	Browsers []string  // who looks there
	Ours     bool      // webport wrote it
	Manifest *Manifest // nil where the native manifest is not valid
	Err      error     // why not
}

// MarshalJSON implements json.Marshaler: name, file, key, scope, browsers, ours, and path and allowed of the native
// manifest, or error, which says why it is not valid.
func (e Entry) MarshalJSON() ([]byte, error) {
	o := struct {
		Name     string   `json:"name"`
		File     string   `json:"file"`
		Key      string   `json:"key,omitempty"`
		Scope    string   `json:"scope"`
		Browsers []string `json:"browsers"`
		Ours     bool     `json:"ours"`
		Path     string   `json:"path,omitempty"`
		Allowed  []string `json:"allowed,omitempty"`
		Error    string   `json:"error,omitempty"`
	}{Name: e.Name, File: e.File, Key: e.Key, Scope: e.Scope.String(), Browsers: e.Browsers, Ours: e.Ours}
	if e.Manifest != nil {
		o.Path, o.Allowed = e.Manifest.Path, e.Manifest.Allowed
	}
	if e.Err != nil {
		o.Error = e.Err.Error()
	}
	return json.Marshal(o)
}

// String returns the entry as a line without its end.
func (e Entry) String() string {
	what := ""
	switch {
	case e.Err != nil:
		what = "invalid: " + e.Err.Error()
	case e.Manifest != nil:
		what = e.Manifest.Path
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s", e.Name, strings.Join(e.Browsers, ", "), e.File, what)
}

// List returns the native manifests in both scopes of the browsers that the options name, or of the whole table, by
// name and file. A file that several browsers read is listed once. A directory that cannot be read is an error, after
// what could be. Options may be nil.
func List(options *Options) ([]Entry, error) {
	o := orDefault(options)
	installations, err := o.everywhere()
	if err != nil {
		return nil, fmt.Errorf("list native apps: %w", err)
	}
	l := lister{machine: o.Machine, at: map[string]int{}}
	for _, i := range installations {
		for _, location := range i.Browser.Locations(o.Machine, i.Package) {
			l.list(i, location)
		}
	}
	slices.SortStableFunc(l.entries, func(a, b Entry) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.File, b.File)
	})
	return l.entries, errors.Join(l.failed...)
}

type lister struct {
	machine *Machine
	entries []Entry
	at      map[string]int // the index of the entry for a file or key
	failed  []error
}

func (l *lister) list(i Installation, location Location) {
	switch {
	case location.Key.Path != "":
		names, err := l.machine.reg().names(location.Key)
		l.note(location.Key.String(), err)
		for _, name := range names {
			file, err := l.machine.reg().value(location.Key, name)
			l.add(i, location.Key.stored().String()+"|"+name, Entry{Name: name, File: file, Key: location.Key.String() + ": " + name, Scope: location.Scope, Err: err})
		}
	case location.Dir != "":
		files, err := os.ReadDir(l.machine.Local(location.Dir))
		if !errors.Is(err, fs.ErrNotExist) {
			l.note(location.Dir, err)
		}
		for _, file := range files {
			if name, ok := strings.CutSuffix(file.Name(), ".json"); ok && !strings.HasPrefix(name, ".") {
				path := l.machine.join(location.Dir, file.Name())
				l.add(i, path, Entry{Name: name, File: path, Scope: location.Scope})
			}
		}
	}
}

func (l *lister) note(place string, err error) {
	if err != nil && l.at[place] == 0 {
		l.at[place] = -1 // once is enough
		l.failed = append(l.failed, fmt.Errorf("list native apps in %s: %w", place, err))
	}
}

// add lists e, or who else looks there where id, the place it is stored at, is listed already.
func (l *lister) add(i Installation, id string, e Entry) {
	if at, ok := l.at[id]; ok {
		if !slices.Contains(l.entries[at].Browsers, i.String()) {
			l.entries[at].Browsers = append(l.entries[at].Browsers, i.String())
		}
		return
	}
	l.at[id] = len(l.entries)
	e.Browsers = []string{i.String()}
	if e.Err == nil {
		f := i.Browser.Format
		file := l.machine.Local(e.File)
		e.Manifest, e.Err = f.read(file, e.Name)
		if e.Err != nil {
			e.Manifest = nil
		}
		e.Ours = f.look(l.machine, e.File).ours != nil
	}
	l.entries = append(l.entries, e)
}
