package tap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/webport/webport/native/internal/wholefile"
	"github.com/webport/webport/native/manifest"
)

// Options says what is tapped, and how.
type Options struct {
	// Browsers are the names of browsers of the table. None means all.
	Browsers []string

	// Scope is the scope whose native manifests are changed; nil means both, as far as they can be written.
	Scope *manifest.Scope

	// Dirs are directories of native manifests that are meant instead of those of browsers and scopes.
	Dirs []string

	// Recordings is the directory for recordings, which is made if it is not there. "" means one of webport's own.
	Recordings string

	// Redact are the fields of messages whose values are not recorded: see [ParseFields].
	Redact []string

	// Shim is the command that calls [Shim], with an absolute path: the file for it comes behind, then what the browser
	// gives. It must not be empty.
	Shim []string

	// Instead is started in place of the app, with an absolute path, unless it is empty.
	Instead []string
}

// Tap is an app that is tapped, until [Tap.Remove], which may be called while [Tap.Follow] runs.
type Tap struct {
	App        string
	Manifests  []Tapped
	Unfit      []Unfit    // native manifests of that app that stay as they are
	Mended     []Restored // what an earlier tap had left behind, and Install has put back first
	Recordings string     // the directory

	store    *store
	follower *follower
}

// Install puts a shim in place of the app called name, in every native manifest that the options mean, and holds a lock
// on it. What to put back is on the disk before anything is changed, so that [Off], or Install itself, can do so after a
// crash. The error says why nothing was changed.
func Install(name string, o *Options) (*Tap, error) {
	t := &Tap{App: name}
	if err := t.install(o); err != nil {
		return nil, fmt.Errorf("tap native app %q: %w", name, err)
	}
	return t, nil
}

func (t *Tap) install(o *Options) (err error) {
	if err := manifest.Firefox.CheckName(t.App); err != nil { // it becomes part of a path
		return err
	}
	if _, err := ParseFields(o.Redact); err != nil {
		return err
	}
	if t.Mended, err = Off(t.App); err != nil {
		return err
	}
	usable, unfit, err := o.find(t.App)
	if err != nil {
		return err
	}
	t.Unfit = unfit
	if len(usable) == 0 {
		return allUnfit(unfit)
	}
	return t.begin(o, usable)
}

// begin takes the lock and changes what was found.
func (t *Tap) begin(o *Options, usable []found) (err error) {
	scope := manifest.User
	for _, f := range usable {
		if f.entry.Scope == manifest.System {
			scope = manifest.System
		}
	}
	if t.store, err = storeOf(t.App, scope); err != nil {
		return err
	}
	if err := t.store.acquire(t.App); err != nil {
		return err
	}
	st, err := t.store.read()
	switch {
	case err != nil:
	case st != nil: // its state must not be overwritten
		err = fmt.Errorf("another tap, by process %d, has begun and crashed just now: try again", st.Process)
	default:
		err = t.change(o, usable)
	}
	if err != nil {
		_, restoreErr := t.store.restore()
		return errors.Join(err, restoreErr, t.store.release())
	}
	return nil
}

func allUnfit(unfit []Unfit) error {
	var errs []error
	for _, u := range unfit {
		errs = append(errs, fmt.Errorf("%s: %w", u.File, u.Err))
	}
	return errors.Join(errs...)
}

// change writes the launchers, the state, and then the native manifests.
func (t *Tap) change(o *Options, usable []found) error {
	if err := t.makeRecordings(o); err != nil {
		return err
	}
	var err error
	if t.follower, err = newFollower(t.Recordings, t.App); err != nil {
		return err
	}
	st := &state{Process: os.Getpid()}
	for i, f := range usable {
		tapped, err := t.prepare(o, i+1, &f)
		if err != nil {
			return err
		}
		st.Manifests = append(st.Manifests, *tapped)
	}
	if err := t.store.write(st); err != nil {
		return err
	}
	for i, f := range usable {
		text, _, err := f.entry.Manifest.Format.ReplacePath(f.text, st.Manifests[i].Launcher)
		if err != nil {
			return err
		}
		if err := wholefile.Write(f.file, text, f.mode); err != nil {
			return err
		}
	}
	t.Manifests = st.Manifests
	return nil
}

func (t *Tap) makeRecordings(o *Options) (err error) {
	t.Recordings = t.store.recordings()
	if o.Recordings != "" {
		if t.Recordings, err = filepath.Abs(o.Recordings); err != nil {
			return err
		}
	}
	if _, err := os.Stat(t.Recordings); err == nil {
		return t.tryRecordings()
	}
	if err := wholefile.MkdirAll(t.Recordings, t.store.mode(0o700)); err != nil || t.store.scope == manifest.User {
		return err
	}
	// Whoever starts the browser writes here, and reads no others' recordings.
	return os.Chmod(t.Recordings, 0o733|fs.ModeSticky)
}

// tryRecordings holds that the directory can be written: a shim that cannot says so to its browser alone.
func (t *Tap) tryRecordings() error {
	trial, err := os.CreateTemp(t.Recordings, ".webport-tap-*")
	if err != nil {
		return fmt.Errorf("the directory for recordings, %s, cannot be written: %s", t.Recordings, reasonOf(err))
	}
	return errors.Join(trial.Close(), os.Remove(trial.Name()))
}

// prepare writes the launcher for f, and the copy of f.
func (t *Tap) prepare(o *Options, number int, f *found) (*Tapped, error) {
	m := f.entry.Manifest
	dir := t.store.file(strconv.Itoa(number))
	if err := wholefile.MkdirAll(dir, t.store.mode(0o700)); err != nil {
		return nil, err
	}
	c := config{App: t.App, Path: m.Path, Recordings: t.Recordings, Redact: o.Redact}
	if len(o.Instead) > 0 {
		c.Path, c.Args = o.Instead[0], o.Instead[1:]
	}
	text, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return nil, err
	}
	tapped := &Tapped{
		File: f.file, Format: m.Format, Path: m.Path, Browsers: f.entry.Browsers,
		Original: t.store.file("original-" + strconv.Itoa(number) + ".json"),
		Launcher: filepath.Join(dir, launcherName(runtime.GOOS, m.Path)),
	}
	configFile := filepath.Join(dir, "config.json")
	script := launcher(runtime.GOOS, o.Shim, t.store.file(stateFile), configFile, m.Path)
	return tapped, errors.Join(
		wholefile.Write(configFile, append(text, '\n'), t.store.mode(0o600)),
		wholefile.Write(tapped.Launcher, []byte(script), t.store.mode(0o700)),
		wholefile.Write(tapped.Original, f.text, t.store.mode(0o600)),
	)
}

// Remove puts the native manifests back as they were and gives the lock back. Apps that run go on, and are recorded to
// their end. The error says what could not be put back; then [Off] can be tried again.
func (t *Tap) Remove() ([]Restored, error) {
	restored, err := t.store.restore()
	if err = errors.Join(err, t.store.release()); err != nil {
		return restored, fmt.Errorf("put native app %q back: %w", t.App, err)
	}
	return restored, nil
}

// Restored is a native manifest that a tap had changed.
type Restored struct {
	File string
	Left string // why it was left as it is; "" where it is as it was
}

// Off puts back what a tap of the app called name has left behind that did not end as it should. It returns nothing
// where there is nothing to put back. A tap that runs is an error.
func Off(name string) ([]Restored, error) {
	if err := manifest.Firefox.CheckName(name); err != nil {
		return nil, err
	}
	var all []Restored
	for _, scope := range []manifest.Scope{manifest.User, manifest.System} {
		s, err := storeOf(name, scope)
		if err != nil {
			return all, err
		}
		st, err := s.read()
		if err != nil {
			return all, err
		}
		if st == nil {
			continue
		}
		if err := s.acquire(name); err != nil {
			if errors.Is(err, fs.ErrPermission) {
				err = fmt.Errorf("%w: an administrator has tapped %q, who must put it back: sudo webport tap %s --off", err, name, name)
			}
			return all, err
		}
		restored, err := s.restore()
		all = append(all, restored...)
		if err = errors.Join(err, s.release()); err != nil {
			return all, err
		}
	}
	return all, nil
}

// restore puts everything back and removes the state, unless something could not be. The launchers stay, and start the
// app itself from then on: a browser may have read a native manifest before, and be about to start one. The lock is held.
func (s *store) restore() ([]Restored, error) {
	st, err := s.read()
	if st == nil || err != nil {
		return nil, err
	}
	var restored []Restored
	var failed []error
	for _, t := range st.Manifests {
		left, err := t.restore()
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", t.File, err))
			continue
		}
		restored = append(restored, Restored{t.File, left})
	}
	if len(failed) > 0 {
		return restored, errors.Join(failed...)
	}
	if err := os.Remove(s.file(stateFile)); err != nil {
		return restored, err
	}
	for _, t := range st.Manifests { // what is not removed now is overwritten next time
		os.Remove(t.Original)
	}
	return restored, nil
}

// restore puts one native manifest back. Whatever else was changed in it meanwhile stays.
func (t *Tapped) restore() (left string, err error) {
	now, err := os.ReadFile(t.File)
	if errors.Is(err, fs.ErrNotExist) {
		return "it was removed meanwhile", nil
	}
	if err != nil {
		return "", err
	}
	original, err := os.ReadFile(t.Original)
	if err != nil {
		return "", err
	}
	if bytes.Equal(now, original) {
		return "", nil // it ended before it was changed
	}
	info, err := os.Stat(t.File)
	if err != nil {
		return "", err
	}
	_, path, err := t.Format.ReplacePath(original, "x")
	if err != nil {
		return "", err
	}
	back, launcher, err := t.Format.ReplacePath(now, path)
	if err != nil || launcher != t.Launcher {
		return "it was changed meanwhile, to something else than the launcher", nil
	}
	if expected, _, err := t.Format.ReplacePath(original, t.Launcher); err == nil && bytes.Equal(now, expected) {
		back = original // byte for byte, where a path can be written in several ways
	}
	return "", wholefile.Write(t.File, back, info.Mode().Perm())
}
