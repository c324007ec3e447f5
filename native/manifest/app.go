package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/go-json-experiment/json/jsontext"
)

// App is a native app that is to be installed. Native manifests know no arguments: an app that needs some is installed
// by a script that passes them.
type App struct {
	Name        string // as extensions call it: see Format.CheckName
	Description string // for people; "" means Name, for Chromium refuses an empty one
	Path        string // of the executable, absolute
}

func (a *App) description() string {
	if a.Description == "" {
		return a.Name
	}
	return a.Description
}

// check returns why the app cannot be installed on m at all.
func (a *App) check(m *Machine) error {
	if !m.isAbs(a.Path) {
		return fmt.Errorf("the path of the executable is %q, and must be absolute", a.Path)
	}
	if m != nil && m.Root != "" || m.os() != runtime.GOOS {
		return nil // the executable need not be there yet
	}
	info, err := os.Stat(a.Path)
	switch {
	case err != nil:
		return fmt.Errorf("the executable is not there: %w", err)
	case info.IsDir():
		return fmt.Errorf("%s is a directory: give the executable", a.Path)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%s is not executable: chmod +x it", a.Path)
	}
	return nil
}

// render returns the text of a native manifest of format f: the five keys that Firefox takes, and no other.
//
// The layout is how webport knows its own files again: tabs, and "type" before "name". No other installer is known to
// write so, and a file that somebody edited is no longer, byte for byte, what render makes of it. A key of our own would
// say it plainer, but Firefox refuses the whole file for it; a record elsewhere would be lost with packages, images and
// files that are copied.
func (f Format) render(name, description, path string, allowed []string) ([]byte, error) {
	b := []byte("{\n\t\"type\": \"stdio\"")
	var failed error
	quote := func(text string) {
		var err error
		if b, err = jsontext.AppendQuote(b, text); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%q: %w", text, err))
		}
	}
	for _, member := range [][2]string{{"name", name}, {"description", description}, {"path", path}} {
		b = append(b, ",\n\t\""+member[0]+"\": "...)
		quote(member[1])
	}
	b = append(b, ",\n\t\""+f.allowedKey()+"\": ["...)
	for i, caller := range allowed {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n\t\t"...)
		quote(caller)
	}
	return append(b, "\n\t]\n}\n"...), failed
}

func (f Format) allowedKey() string {
	if f == Firefox {
		return "allowed_extensions"
	}
	return "allowed_origins"
}

// isOurs reports whether text is a native manifest that render wrote, and returns it.
func (f Format) isOurs(text []byte) (*Manifest, bool) {
	m, err := f.parse("", text)
	if err != nil {
		return nil, false
	}
	again, err := f.render(m.Name, m.Description, m.Path, m.Allowed)
	return m, err == nil && bytes.Equal(text, again)
}
