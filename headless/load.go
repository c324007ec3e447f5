package headless

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/webport/webport"
)

// Extension is an unpacked extension as it was when it was loaded: what changes on disk later shows after the next Load
// (its scripts were read; other files are read when they are asked for).
//
// An Extension does not change; its methods may be called concurrently.
type Extension struct {
	// Dir is the directory, absolute and without symbolic links.
	Dir string
	// ID is runtime.id: 32 letters in Chromium, an add-on id in Firefox.
	ID string
	// BaseURL is what runtime.getURL puts before a path, with a slash at its end.
	BaseURL string
	// Name is the manifest's name in the locale of the user interface.
	Name     string
	Dialect  webport.Dialect
	Manifest *Manifest
	// ManifestText is manifest.json byte for byte.
	ManifestText []byte

	messages *messages
	scripts  map[string]string // by FileRef.Name
}

// Load reads the unpacked extension in dir as the dialect's browser would: the manifest, the messages of its locales
// and every script the manifest names. The error names everything that is wrong with it, with file, line and column;
// [errors.Is] with [io/fs.ErrNotExist] tells a missing file.
func Load(dir string, dialect webport.Dialect) (*Extension, error) {
	resolved, err := resolveDir(dir)
	if err != nil {
		return nil, fmt.Errorf("load extension: %w", err)
	}
	e := &Extension{Dir: resolved, Dialect: dialect}
	if e.ManifestText, err = e.readManifest(); err != nil {
		return nil, fmt.Errorf("load extension %s: %w", dir, err)
	}
	// The name in errors is the directory as the caller wrote it, so that an editor can open what they point at.
	e.Manifest, err = parseManifest(filepath.Join(dir, manifestName), e.ManifestText, dialect)
	if err != nil {
		return nil, fmt.Errorf("load extension %s:\n%w", dir, err)
	}
	if e.ID, err = e.Manifest.extensionID(resolved, dialect); err != nil {
		return nil, fmt.Errorf("load extension %s: %w", dir, err)
	}
	e.BaseURL = baseURL(e.ID, dialect)
	if e.messages, err = e.loadMessages(dir); err != nil {
		return nil, fmt.Errorf("load extension %s: %w", dir, err)
	}
	e.Name = e.messages.localise(e.Manifest.Name)
	if err := e.readNamedFiles(); err != nil {
		return nil, fmt.Errorf("load extension %s:\n%w", dir, err)
	}
	return e, nil
}

// LoadAll loads several extensions that are to live in one browser. The error joins what is wrong with each, and names
// two that have the same id.
func LoadAll(dirs []string, dialect webport.Dialect) ([]*Extension, error) {
	var all []*Extension
	var errs []error
	byID := map[string]string{}
	for _, dir := range dirs {
		e, err := Load(dir, dialect)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if other, taken := byID[e.ID]; taken {
			errs = append(errs, fmt.Errorf("load extension %s: it has the id %s, and so has %s: change the %s of one of them",
				dir, e.ID, other, idKey(dialect)))
			continue
		}
		byID[e.ID] = dir
		all = append(all, e)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return all, nil
}

func idKey(dialect webport.Dialect) string {
	if dialect == webport.Firefox {
		return "browser_specific_settings.gecko.id"
	}
	return `"key"`
}

func (e *Extension) readManifest() ([]byte, error) {
	text, err := e.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no %s in it (expected the directory of an unpacked extension): %w", manifestName, err)
	}
	return text, err
}

// ReadFile reads a file of the extension. The name has slashes; one at its beginning stands for the extension's
// directory. A name that leads out of the directory is refused, and in Firefox one that does so through a symbolic link.
func (e *Extension) ReadFile(name string) ([]byte, error) {
	clean, err := cleanFileName(name)
	if err != nil {
		return nil, fmt.Errorf("read %q of the extension in %s: %w", name, e.Dir, err)
	}
	text, err := e.read(clean)
	if err != nil {
		return nil, fmt.Errorf("read %q of the extension in %s: %w", name, e.Dir, plainCause(err))
	}
	return text, nil
}

// read reads a file by its path in the extension. Chromium follows the symbolic links of an unpacked extension wherever
// they lead (UnpackedInstaller: FOLLOW_SYMLINKS_ANYWHERE), Firefox those that stay in it.
func (e *Extension) read(name string) ([]byte, error) {
	if e.Dialect == webport.Chromium {
		return fs.ReadFile(os.DirFS(e.Dir), name)
	}
	root, err := os.OpenRoot(e.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.ReadFile(filepath.FromSlash(name))
}

// plainCause leaves out of a path error what the caller says better.
func plainCause(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}

// Script returns the source of a script that the manifest names, as it was at Load.
func (e *Extension) Script(ref FileRef) string { return e.scripts[ref.Name] }

// ManifestJSON is what runtime.getManifest returns: the manifest without comments and byte order mark (blanks stand in
// their place) and with its __MSG_name__ replaced; otherwise byte for byte as it was written.
func (e *Extension) ManifestJSON() []byte {
	return bytes.TrimSpace(e.Manifest.file.localised(e.messages.localise))
}

// cleanFileName reads a file name as the manifest and pages write it: relative to the extension's directory, perhaps
// with a slash in front, perhaps with a query or fragment behind.
func cleanFileName(name string) (string, error) {
	if i := strings.IndexAny(name, "?#"); i >= 0 {
		name = name[:i]
	}
	clean := path.Clean(strings.TrimLeft(name, "/"))
	switch {
	case name == "" || clean == ".":
		return "", errors.New("the file name is empty")
	case clean == ".." || strings.HasPrefix(clean, "../"), strings.ContainsAny(clean, "\\\x00"), strings.Contains(clean, "://"):
		return "", fmt.Errorf("%q leads out of the extension's directory", name)
	}
	return clean, nil
}

// readNamedFiles reads the scripts that the manifest names and makes sure that the other files without which the
// extension would do something else than its author meant are there.
func (e *Extension) readNamedFiles() error {
	e.scripts = map[string]string{}
	m := e.Manifest
	var errs []error
	read := func(what string, utf8Only bool, refs ...FileRef) {
		for _, ref := range refs {
			if err := e.readScript(ref, utf8Only); err != nil {
				errs = append(errs, ref.errorf("cannot load %s %q: %w", what, ref.Name, err))
			}
		}
	}
	read("background script", false, m.Background.Scripts...)
	if m.Background.ServiceWorker != nil {
		read("service worker", false, *m.Background.ServiceWorker)
	}
	if m.Background.Page != nil {
		read("background page", false, *m.Background.Page)
	}
	for _, c := range m.ContentScripts {
		// "It isn't UTF-8 encoded" is an error of Chromium for content scripts alone; elsewhere the bytes become U+FFFD.
		read("content script", e.Dialect == webport.Chromium, c.JS...)
		read("style sheet", false, c.CSS...)
	}
	for _, page := range []*FileRef{m.Options, m.Action.popup()} {
		if page == nil {
			continue
		}
		if _, err := e.ReadFile(page.Name); err != nil {
			m.Warnings = append(m.Warnings, page.errorf("cannot load page %q: %w", page.Name, rootCause(err)).Error())
		}
	}
	return errors.Join(errs...)
}

func (e *Extension) readScript(ref FileRef, utf8Only bool) error {
	if _, done := e.scripts[ref.Name]; done {
		return nil
	}
	text, err := e.ReadFile(ref.Name)
	if err != nil {
		return rootCause(err)
	}
	if utf8Only && !utf8.Valid(text) {
		return errors.New("it is not UTF-8 encoded")
	}
	e.scripts[ref.Name] = strings.ToValidUTF8(string(bytes.TrimPrefix(text, byteOrderMark)), "\uFFFD")
	return nil
}

// rootCause is the innermost error: the place in the manifest and the file are named around it.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

func (a *Action) popup() *FileRef {
	if a == nil {
		return nil
	}
	return a.Popup
}
