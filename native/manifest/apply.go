package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/webport/webport/native/internal/wholefile"
)

// Apply carries the plan out. A plan with a conflict is refused, and nothing is changed. Each file is written whole, or
// not at all. When a step fails, as where a file has changed since the plan was made, Apply stops and returns why; what
// was done until then is good, and a plan made anew does the rest. Directories that Apply had to make are removed with
// the last file in them; under a Machine.Root, where directories belong to a package, they stay.
func (p *Plan) Apply() error {
	var conflicts []string
	for _, s := range p.Steps {
		if s.Action == Conflict {
			conflicts = append(conflicts, "\t"+s.String())
		}
	}
	if len(conflicts) > 0 {
		return fmt.Errorf("nothing was changed, because of what is in the way:\n%s", strings.Join(conflicts, "\n"))
	}
	for _, s := range p.Steps {
		if err := p.apply(&s); err != nil {
			switch {
			case !errors.Is(err, fs.ErrPermission):
			case p.scope == System:
				err = fmt.Errorf("%w: the system scope takes an administrator; the user scope does not", err)
			default:
				err = fmt.Errorf("%w: make the directory yours, which an installer that ran with sudo may have made", err)
			}
			return fmt.Errorf("%s %s: %w", s.Action, s.place(), err)
		}
	}
	return nil
}

func (s *Step) place() string {
	if s.Key != "" {
		return s.Key
	}
	return s.File
}

func (p *Plan) apply(s *Step) error {
	switch {
	case s.Action != Write && s.Action != Replace && s.Action != Remove:
		return nil
	case s.Key != "" && s.Action == Remove:
		return p.machine.reg().remove(s.key, s.name)
	case s.Key != "":
		return p.machine.reg().set(s.key, s.name, s.File)
	}
	now := s.format.look(p.machine, s.File)
	switch {
	case s.done(now):
		return nil // somebody else was faster
	case s.changed(now):
		return errors.New("the file has changed since the plan was made: plan again")
	case s.Action == Remove:
		return p.remove(s)
	}
	file := p.machine.Local(s.File)
	if err := p.makeDirs(filepath.Dir(file), p.machine.Local(s.base)); err != nil {
		return err
	}
	return wholefile.Write(file, []byte(s.Content), 0o644)
}

// madeMark is an empty file in each directory that Apply made, by which remove knows it again.
const madeMark = ".made-by-webport"

func (p *Plan) marks() bool { return p.machine == nil || p.machine.Root == "" }

// makeDirs makes dir and what is missing above it. Below base it marks what it makes.
func (p *Plan) makeDirs(dir, base string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	mode := fs.FileMode(0o755)
	if p.scope == User && p.marks() {
		mode = 0o700 // as browsers make theirs
	}
	if dir == base || len(dir) <= len(base) {
		return wholefile.MkdirAll(dir, mode)
	}
	if err := p.makeDirs(filepath.Dir(dir), base); err != nil {
		return err
	}
	err := os.Mkdir(dir, mode)
	if errors.Is(err, fs.ErrExist) {
		return wholefile.MkdirAll(dir, mode) // somebody else was faster, and marks it
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, mode); err != nil || !p.marks() { // the umask of an administrator may keep everybody else out
		return err
	}
	return os.WriteFile(filepath.Join(dir, madeMark), nil, 0o644)
}

// remove removes the file, and the directories that Apply made for it and that have nothing else. What somebody else
// removes meanwhile is gone all the same.
func (p *Plan) remove(s *Step) error {
	file, base := p.machine.Local(s.File), p.machine.Local(s.base)
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := filepath.Dir(file); p.marks() && len(dir) > len(base); dir = filepath.Dir(dir) {
		if goOn, err := removeMade(dir); !goOn {
			return err
		}
	}
	return nil
}

// removeMade removes dir if Apply made it and nothing else is in it, and reports whether it is gone.
func removeMade(dir string) (gone bool, err error) {
	entries, err := os.ReadDir(dir)
	if err == nil && (len(entries) != 1 || entries[0].Name() != madeMark) {
		return false, nil
	}
	if err == nil {
		err = os.Remove(filepath.Join(dir, madeMark))
	}
	if err == nil {
		err = os.Remove(dir)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case errors.Is(err, fs.ErrExist): // something has come into it
		return false, os.WriteFile(filepath.Join(dir, madeMark), nil, 0o644)
	}
	return err == nil, err
}
