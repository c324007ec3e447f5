// Package manifest knows native manifests: the JSON files by which a browser finds a native app, and in which the app
// says who may call it. It reads and checks them as browsers do, has the table of where each browser looks for them
// ([Browsers]), finds an app as a given browser does ([Browser.Find]), and installs apps, removes and lists them
// ([PlanInstall], [PlanUninstall], [List]), so that an app can install itself.
//
// Chromium and Firefox each have a format of their own, and no file can serve both: Chromium wants allowed_origins, and
// Firefox refuses a file that has any key beyond its own five.
package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// Format is a browser family's format of native manifests, with its rules for names, keys and callers.
// The zero value is Chromium.
type Format int

const (
	// Chromium is the format of Chromium, Chrome, Edge and the other browsers built on Chromium.
	Chromium Format = iota
	// Firefox is the format of Firefox and the browsers built on it.
	Firefox
)

// String returns "chromium" or "firefox".
func (f Format) String() string {
	if f == Firefox {
		return "firefox"
	}
	return "chromium"
}

// Manifest is a valid native manifest.
type Manifest struct {
	Format      Format
	File        string // where it was read, absolute
	Name        string
	Description string
	Path        string   // of the app's executable, absolute; in Firefox it may begin with "~/", and is not there then
	Allowed     []string // who may call: origins such as "chrome-extension://ID/" in Chromium, add-on ids in Firefox
}

// Allows reports whether caller, an origin in Chromium and an add-on id in Firefox, may use the app.
// Both compare exactly.
func (m *Manifest) Allows(caller string) bool { return slices.Contains(m.Allowed, caller) }

var (
	chromiumName = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)
	firefoxName  = regexp.MustCompile(`^\w+(\.\w+)*$`)

	// Chromium reads allowed_origins as match patterns (native_messaging_host_manifest.cc, url_pattern.cc), of which only
	// the host counts: it takes no wildcard there, wants the slash behind it, and whatever path. That the host is no
	// extension's id, which is 32 letters from a to p, does not make the file invalid.
	chromiumOrigin = regexp.MustCompile(`^(chrome-extension://)([A-Za-z0-9._-]+)(/).*$`)
	// Firefox's schema of extension ids (native_manifest.json, manifest.json: ExtensionID).
	firefoxID = regexp.MustCompile(`(?i)^(\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}|[a-z0-9-._]*@[a-z0-9-._]+)$`)
)

// CheckName returns why name cannot be the name of a native app in a browser of format f, and nil where it can.
// Chromium takes lower case letters, digits and _ in parts joined by single dots; Firefox takes upper case too.
func (f Format) CheckName(name string) error {
	pattern, letters := chromiumName, "lower case letters, digits and _"
	if f == Firefox {
		pattern, letters = firefoxName, "letters, digits and _"
	}
	if pattern.MatchString(name) {
		return nil
	}
	return fmt.Errorf("%q cannot be the name of a native app in %s: use parts of %s, joined by single dots", name, f, letters)
}

// Read reads file as the native manifest of the app called name and checks it as a browser of format f does.
// The error says what is wrong, where, and what would be right; it is an fs.ErrNotExist only where there is no file.
// That the executable is there is not checked.
func (f Format) Read(file, name string) (*Manifest, error) {
	m, err := f.read(file, name)
	if err != nil {
		return nil, fmt.Errorf("native manifest %s: %w", file, err)
	}
	return m, nil
}

func (f Format) read(file, name string) (*Manifest, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m, err := f.parse(file, text)
	if err != nil {
		return nil, err
	}
	return m, m.check(name)
}

func (f Format) parse(file string, text []byte) (*Manifest, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, errors.New("is not UTF-8")
	}
	if f == Chromium {
		text = blankComments(text)
	}
	fields, err := readObject(text)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Format: f, File: file}
	allowed, other := "allowed_origins", "allowed_extensions"
	if f == Firefox {
		allowed, other = other, allowed
		if err := fields.only("name", "description", "path", "type", allowed); err != nil {
			return nil, fmt.Errorf("%w: Firefox refuses a native manifest with any key beyond name, description, path, type and allowed_extensions", err)
		}
	}
	var kind string
	for _, member := range []struct {
		key string
		to  *string
	}{{"name", &m.Name}, {"description", &m.Description}, {"path", &m.Path}, {"type", &kind}} {
		if err := fields.text(member.key, member.to); err != nil {
			return nil, err
		}
	}
	if kind != "stdio" {
		return nil, fmt.Errorf(`"type" is %q, and the only type there is is "stdio"`, kind)
	}
	if !fields.has(allowed) && fields.has(other) {
		return nil, fmt.Errorf("has %q and no %q: it is written for the other family of browsers", other, allowed)
	}
	return m, fields.texts(allowed, &m.Allowed)
}

// check holds what was read against the rules of the format.
func (m *Manifest) check(name string) error {
	if m.Name != name {
		return fmt.Errorf(`"name" is %q, and the file is looked up for %q`, m.Name, name)
	}
	if err := m.Format.CheckName(m.Name); err != nil {
		return err
	}
	if m.Format == Chromium && m.Description == "" {
		return errors.New(`"description" is empty, which Chromium refuses`)
	}
	if err := m.resolvePath(); err != nil {
		return err
	}
	return m.checkAllowed()
}

// resolvePath makes Path absolute. Only on Windows may it be relative: to the native manifest.
func (m *Manifest) resolvePath() error {
	switch {
	case m.Path == "":
		return errors.New(`"path" is empty`)
	case filepath.IsAbs(m.Path), m.Format == Firefox && runtime.GOOS != "windows" && strings.HasPrefix(m.Path, "~/"):
		return nil // Firefox takes a home directory for absolute, but then starts nothing there
	case runtime.GOOS == "windows":
		m.Path = filepath.Join(filepath.Dir(m.File), m.Path)
		return nil
	}
	return fmt.Errorf(`"path" is %q, and must be absolute: such as %q`, m.Path, filepath.Join(filepath.Dir(m.File), m.Path))
}

func (m *Manifest) checkAllowed() error {
	if m.Format == Firefox {
		if len(m.Allowed) == 0 {
			return errors.New(`"allowed_extensions" is empty: list at least one add-on id`)
		}
		for _, id := range m.Allowed {
			if !firefoxID.MatchString(id) {
				return fmt.Errorf(`"allowed_extensions" has %q, which is no add-on id: use the form name@domain or {uuid}`, id)
			}
		}
		return nil
	}
	for i, origin := range m.Allowed {
		parts := chromiumOrigin.FindStringSubmatch(origin)
		switch {
		case parts != nil:
			m.Allowed[i] = parts[1] + strings.ToLower(parts[2]) + parts[3]
		case chromiumOrigin.MatchString(origin + "/"):
			return fmt.Errorf(`"allowed_origins" has %q without the slash at its end: use %q`, origin, origin+"/")
		case strings.Contains(origin, "*"):
			return fmt.Errorf(`"allowed_origins" has %q: wildcards are not allowed, list each extension`, origin)
		default:
			return fmt.Errorf(`"allowed_origins" has %q: use the form "chrome-extension://ID/" with an ID of 32 letters from a to p`, origin)
		}
	}
	return nil
}
