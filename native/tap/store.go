package tap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gofrs/flock"

	"github.com/webport/webport/native/internal/wholefile"
	"github.com/webport/webport/native/manifest"
)

// store is the directory that has what belongs to the taps of one app:
//
//	lock            held by the tap that runs
//	state.json      there while the app is tapped: what to put back
//	original-N.json the native manifests, as they were
//	N/              the launcher in place of an executable, and its config.json, also when the app is no longer tapped
//	recordings/     unless they go elsewhere
type store struct {
	dir   string
	scope manifest.Scope
	lock  *flock.Flock
}

const stateFile = "state.json"

// state says what was changed. It is written before anything is.
type state struct {
	Process   int      `json:"process"` // of the tap
	Manifests []Tapped `json:"manifests"`
}

// Tapped is a native manifest whose app is tapped.
type Tapped struct {
	File     string          `json:"file"` // the native manifest, where symbolic links lead to
	Format   manifest.Format `json:"format"`
	Path     string          `json:"path"`     // of the app, as the native manifest had it
	Original string          `json:"original"` // a copy of the native manifest as it was
	Launcher string          `json:"launcher"` // what is in place of the app
	Browsers []string        `json:"browsers"` // who looks there
}

// storeOf returns where the taps of an app are kept: for one user, or, where native manifests of the system scope are
// changed, where all users can start the launcher.
func storeOf(app string, scope manifest.Scope) (*store, error) {
	home, err := os.UserHomeDir()
	if err != nil && scope == manifest.User {
		return nil, err
	}
	return &store{dir: filepath.Join(stateDir(runtime.GOOS, scope, home, os.Getenv), app), scope: scope}, nil
}

func stateDir(goos string, scope manifest.Scope, home string, getenv func(string) string) string {
	variable := func(name, otherwise string) string {
		if dir := getenv(name); filepath.IsAbs(dir) {
			return dir
		}
		return otherwise
	}
	base := ""
	switch {
	case goos == "windows" && scope == manifest.System:
		base = variable("ProgramData", `C:\ProgramData`)
	case goos == "windows":
		base = variable("LOCALAPPDATA", filepath.Join(home, "AppData", "Local"))
	case goos == "darwin" && scope == manifest.System:
		base = "/Library/Application Support"
	case goos == "darwin":
		base = filepath.Join(home, "Library", "Application Support")
	case scope == manifest.System:
		base = "/var/lib"
	default:
		base = variable("XDG_STATE_HOME", filepath.Join(home, ".local", "state"))
	}
	return filepath.Join(base, "webport", "tap")
}

func (s *store) file(name string) string { return filepath.Join(s.dir, name) }

// recordings is where recordings are kept, unless they go elsewhere.
func (s *store) recordings() string { return s.file("recordings") }

// mode of what all users may read, in the system scope.
func (s *store) mode(private fs.FileMode) fs.FileMode {
	if s.scope == manifest.System {
		return private | private&0o500>>3 | private&0o500>>6
	}
	return private
}

// acquire makes the directory and takes the lock.
func (s *store) acquire(app string) error {
	if err := wholefile.MkdirAll(s.dir, s.mode(0o700)); err != nil {
		return err
	}
	s.lock = flock.New(s.file("lock"))
	taken, err := s.lock.TryLock()
	if err == nil && !taken {
		err = fmt.Errorf("native app %q is being tapped already%s: end that with Ctrl-C", app, s.byWhom())
	}
	return err
}

func (s *store) byWhom() string {
	if st, err := s.read(); err == nil && st != nil {
		return fmt.Sprintf(", by process %d", st.Process)
	}
	return ""
}

// release gives the lock back.
func (s *store) release() error { return s.lock.Close() }

// read returns the state, nil where nothing is tapped.
func (s *store) read() (*state, error) {
	text, err := os.ReadFile(s.file(stateFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) && s.scope == manifest.System {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var st state
	if err := json.Unmarshal(text, &st); err != nil {
		return nil, fmt.Errorf("%s: %w", s.file(stateFile), err)
	}
	return &st, nil
}

// write writes the state, which is on the disk when it returns.
func (s *store) write(st *state) error {
	text, err := json.MarshalIndent(st, "", "\t")
	if err != nil {
		return err
	}
	return wholefile.Write(s.file(stateFile), append(text, '\n'), s.mode(0o600))
}
