package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Attempt is one place where a native manifest was looked for.
type Attempt struct {
	File string // "" where the place is not known: see Browser.Lookup
	Err  error  // why it did not do; nil for the one that was found
}

// String returns where it was, and why it did not do.
func (a Attempt) String() string {
	switch {
	case a.Err == nil:
		return a.File
	case a.File == "":
		return a.Err.Error()
	}
	return a.File + ": " + a.Err.Error()
}

// ForbiddenError is the Err of an Attempt whose native manifest is valid and does not list the caller.
type ForbiddenError struct {
	Manifest *Manifest
	Caller   string
}

// Error says who asked and who may.
func (e *ForbiddenError) Error() string {
	key := "allowed_origins"
	if e.Manifest.Format == Firefox {
		key = "allowed_extensions"
	}
	return fmt.Sprintf("%q is %q, without the caller %q: add it there", key, e.Manifest.Allowed, e.Caller)
}

// Find looks for the native manifest of the app called name in dirs, in their order, as a browser of format f does
// for caller: an origin in Chromium, an add-on id in Firefox, "" for anybody. It returns the native manifest, or nil,
// and every place it looked at.
//
// In Chromium the first file that exists decides, whatever is in it (base::PathExists: one in a directory that may not
// be searched does not), and a native manifest whose executable is missing does not do. Firefox goes on to the next
// directory when a file is invalid or does not list the caller.
func (f Format) Find(name, caller string, dirs []string) (*Manifest, []Attempt) {
	var tried []Attempt
	for _, dir := range dirs {
		file := filepath.Join(dir, name+".json")
		m, err := f.try(file, name, caller)
		tried = append(tried, Attempt{File: file, Err: err})
		if err == nil {
			return m, tried
		}
		if _, missing := os.Stat(file); f == Chromium && missing == nil {
			break
		}
	}
	return nil, tried
}

var errNoFile = errors.New("no such file")

func (f Format) try(file, name, caller string) (*Manifest, error) {
	m, err := f.read(file, name)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, errNoFile
	case err != nil:
		return nil, err
	case caller != "" && !m.Allows(caller):
		return nil, &ForbiddenError{Manifest: m, Caller: caller}
	}
	if f == Chromium {
		if _, err := os.Stat(m.Path); err != nil {
			return nil, fmt.Errorf(`the executable in "path" is not there: %w`, err)
		}
	}
	return m, nil
}
