package tap

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/webport/webport/native/manifest"
)

// Unfit is a native manifest of the app that cannot be used, and why.
type Unfit struct {
	File string
	Err  error
}

// found is a native manifest whose path can be changed.
type found struct {
	entry manifest.Entry
	file  string // where symbolic links lead to
	mode  fs.FileMode
	text  []byte
}

// entries returns the native manifests of the app, valid or not, that the options mean: the user's first.
func (o *Options) entries(name string) ([]manifest.Entry, error) {
	if len(o.Dirs) > 0 {
		return o.entriesIn(name)
	}
	all, err := manifest.List(&manifest.Options{Browsers: o.Browsers})
	entries := slices.DeleteFunc(all, func(e manifest.Entry) bool {
		return e.Name != name || o.Scope != nil && e.Scope != *o.Scope
	})
	slices.SortStableFunc(entries, func(a, b manifest.Entry) int { return int(a.Scope) - int(b.Scope) })
	if len(entries) > 0 {
		return entries, nil // a directory elsewhere that cannot be read is not ours to care for
	}
	if err != nil {
		return nil, err
	}
	scope := ""
	if o.Scope != nil {
		scope = fmt.Sprintf(" in the %v scope", *o.Scope)
	}
	return nil, fmt.Errorf("there is no native manifest of that name%s: see \"webport list\", or \"webport doctor %s\"", scope, name)
}

// entriesIn is entries for directories.
func (o *Options) entriesIn(name string) ([]manifest.Entry, error) {
	var entries []manifest.Entry
	for _, dir := range o.Dirs {
		e := manifest.Entry{Name: name, File: filepath.Join(dir, name+".json")}
		if _, err := os.Stat(e.File); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		f := manifest.Chromium
		if e.Manifest, e.Err = f.Read(e.File, name); e.Err != nil {
			if m, err := manifest.Firefox.Read(e.File, name); err == nil {
				f, e.Manifest, e.Err = manifest.Firefox, m, nil
			}
		}
		e.Browsers = []string{"as in " + f.String()}
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("there is no %s.json in %s", name, strings.Join(o.Dirs, ", "))
	}
	return entries, nil
}

// Executable returns the path of the app called name, from the first valid native manifest that the options mean.
func Executable(name string, o *Options) (string, error) {
	entries, err := o.entries(name)
	if err != nil {
		return "", fmt.Errorf("native app %q: %w", name, err)
	}
	var invalid []error
	for _, e := range entries {
		if e.Err == nil {
			return e.Manifest.Path, nil
		}
		invalid = append(invalid, fmt.Errorf("native manifest %s: %w", e.File, e.Err))
	}
	return "", errors.Join(invalid...)
}

// find returns the native manifests that can be changed, and those that will not do.
func (o *Options) find(name string) (usable []found, unfit []Unfit, err error) {
	entries, err := o.entries(name)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		f, unfitErr := prepare(e)
		switch {
		case unfitErr != nil:
			unfit = append(unfit, Unfit{e.File, unfitErr})
		case !slices.ContainsFunc(usable, func(other found) bool { return other.file == f.file }):
			usable = append(usable, *f)
		}
	}
	return usable, unfit, nil
}

// prepare finds out whether the native manifest can be changed.
func prepare(e manifest.Entry) (*found, error) {
	if e.Err != nil {
		return nil, fmt.Errorf("it is not valid: %w", e.Err)
	}
	info, err := os.Stat(e.Manifest.Path)
	if err != nil {
		return nil, fmt.Errorf("its executable is not there: %w", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("its executable, %s, is a directory", e.Manifest.Path)
	}
	if isLauncher(e.Manifest.Path) {
		return nil, fmt.Errorf("its path is a launcher of webport tap, %s, of which no record is left: install the app again", e.Manifest.Path)
	}
	file, err := filepath.EvalSymlinks(e.Manifest.File)
	if err != nil {
		return nil, err
	}
	info, err = os.Stat(file)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if _, _, err := e.Manifest.Format.ReplacePath(text, "x"); err != nil {
		return nil, err
	}
	// A file is replaced by one that is written beside it.
	trial, err := os.CreateTemp(filepath.Dir(file), ".webport-tap-*")
	if err != nil {
		return nil, errors.New(cannotWrite(e, file, err))
	}
	trial.Close()
	return &found{entry: e, file: file, mode: info.Mode().Perm(), text: text}, os.Remove(trial.Name())
}

// cannotWrite says what to do about a directory that cannot be written.
func cannotWrite(e manifest.Entry, file string, err error) string {
	text := fmt.Sprintf("its directory cannot be written (%s)", reasonOf(err))
	if e.Scope != manifest.System {
		return text + ": make it yours"
	}
	text += ": tap it as an administrator (sudo)"
	browser, _, _ := strings.Cut(e.Browsers[0], " ")
	b, err := manifest.BrowserByName(browser)
	if err != nil {
		return text
	}
	for _, l := range b.Locations(nil, manifest.Ordinary) {
		if l.Scope == manifest.User && l.Install && l.Dir != "" {
			return text + fmt.Sprintf(", or let the browser find it in the user scope first, and tap that: mkdir -p '%s' && cp '%s' '%s'", l.Dir, file, l.Dir)
		}
	}
	return text
}
