package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Options says for which browsers, and for whom, an app is installed, removed or listed. The zero value is the user's
// scope of every browser that is installed on this machine.
type Options struct {
	Machine *Machine // nil means this one

	// Browsers are the names of browsers of the table. None means those that are installed, and for PlanUninstall and
	// List the whole table.
	Browsers []string

	Scope Scope

	// Extensions are who may call the app: ids of Chromium's, origins, add-on ids of Firefox's, and directories of
	// unpacked extensions. Only PlanInstall looks at them.
	Extensions []string

	// Force overwrites and removes files, and values of the registry, that webport did not write, or wrote for another
	// app of the same name.
	Force bool
}

// Action is what a step of a plan does.
type Action string

const (
	Write    Action = "write"    // there is nothing yet
	Replace  Action = "replace"  // what is there is replaced
	Remove   Action = "remove"   // what is there goes
	Keep     Action = "keep"     // what is there is right already
	Skip     Action = "skip"     // nothing can be done for these browsers
	Conflict Action = "conflict" // what is there belongs to somebody else: Apply refuses the whole plan
)

// Step is one step of a plan: about a file, or about a key of the Windows registry.
type Step struct {
	Action   Action   `json:"action"`
	File     string   `json:"file,omitempty"`    // the native manifest, a path of the machine
	Key      string   `json:"key,omitempty"`     // the key of the registry, with the app's name; then File is its value
	Browsers []string `json:"browsers"`          // for whom
	Also     []string `json:"also,omitempty"`    // who else of the table looks there
	Reason   string   `json:"reason,omitempty"`  // for Skip and Conflict, and why something is replaced
	Content  string   `json:"content,omitempty"` // of the file, for Write, Replace and Keep

	format Format
	base   string // the part of File's path that is never removed
	was    []byte // what the file had when the plan was made; nil: no file
	key    Key
	name   string
}

// String returns the step as a line without its end.
func (s Step) String() string {
	line := fmt.Sprintf("%-8s ", s.Action)
	switch {
	case s.Key != "":
		line += s.Key + " = " + s.File + " "
	case s.File != "":
		line += s.File + " "
	}
	line += "for " + strings.Join(s.Browsers, ", ")
	if len(s.Also) > 0 {
		line += " (also read by " + strings.Join(s.Also, ", ") + ")"
	}
	if s.Reason != "" {
		line += ": " + s.Reason
	}
	return line
}

// Plan is what PlanInstall or PlanUninstall would change. Nothing is changed before Apply.
type Plan struct {
	Steps []Step

	machine *Machine
	scope   Scope
}

// String returns the steps, each on a line.
func (p *Plan) String() string {
	if len(p.Steps) == 0 {
		return "nothing to do\n"
	}
	var b strings.Builder
	for _, s := range p.Steps {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}

// Changes reports whether Apply would change anything.
func (p *Plan) Changes() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool {
		return s.Action == Write || s.Action == Replace || s.Action == Remove
	})
}

// PlanInstall plans how app is made known to browsers: a native manifest in each of their directories, one where they
// share it; on Windows one for each format, and a value of the registry for each key. Files that webport did not write
// are conflicts unless Options.Force is set, and so are those of another app of that name that is still there. Once
// applied, the same plan changes nothing. A browser whose format no extension has an id in, or whose place is unknown,
// is skipped. Options must name an extension. PlanInstall only reads. The error says what cannot be installed, or that no
// browser is left.
func PlanInstall(app App, options *Options) (*Plan, error) {
	o := orDefault(options)
	p, err := o.planInstall(&app)
	if err != nil {
		return nil, fmt.Errorf("install native app %q: %w", app.Name, err)
	}
	return p, nil
}

// PlanUninstall plans how the app called name is removed, from the scope of the options, also where browsers are not
// installed any more. Files that webport did not write are conflicts unless Options.Force is set. Options may be nil.
// PlanUninstall only reads.
func PlanUninstall(name string, options *Options) (*Plan, error) {
	o := orDefault(options)
	p := &Plan{machine: o.Machine, scope: o.Scope}
	installations, err := o.everywhere()
	if err == nil && Firefox.CheckName(name) != nil { // it becomes part of a path
		err = Firefox.CheckName(name)
	}
	if err != nil {
		return nil, fmt.Errorf("remove native app %q: %w", name, err)
	}
	for _, i := range installations {
		for _, l := range i.Browser.Locations(o.Machine, i.Package) {
			if l.Scope == o.Scope && i.Browser.owns(o.Machine, l) {
				p.planRemoval(o, i, l, name)
			}
		}
	}
	p.keepNamed(o, name)
	p.finish(o)
	return p, nil
}

// keepNamed takes the removal of a file out of the plan where a key of the registry, which the plan leaves, names it.
func (p *Plan) keepNamed(o *Options, name string) {
	if o.Machine.os() != "windows" {
		return
	}
	named := map[string]bool{}
	for _, b := range Browsers() {
		for _, l := range b.Locations(o.Machine, Ordinary) {
			going := slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Key != "" && s.key.stored() == l.Key.stored() })
			if file, err := o.Machine.reg().value(l.Key, name); err == nil && !going {
				named[file] = true
			}
		}
	}
	p.Steps = slices.DeleteFunc(p.Steps, func(s Step) bool { return s.Key == "" && named[s.File] })
}

func orDefault(o *Options) *Options {
	if o == nil {
		return &Options{}
	}
	return o
}

// Installations returns the browsers that the options mean, as PlanInstall takes them: those that are installed, or
// those that are named, in every package in which they are installed, and unconfined where they are not. The error says
// which name is wrong, or that there is no browser.
func (o *Options) Installations() ([]Installation, error) {
	installed := o.Machine.Installations()
	if len(o.Browsers) == 0 {
		if len(installed) == 0 {
			return nil, errors.New("no browser of the table was found on this machine: name one")
		}
		return installed, nil
	}
	var list []Installation
	for _, name := range o.Browsers {
		b, err := BrowserByName(name)
		if err != nil {
			return nil, err
		}
		if b.Without != "" {
			return nil, errors.New(b.Without)
		}
		here := slices.DeleteFunc(slices.Clone(installed), func(i Installation) bool { return i.Browser != b })
		if len(here) == 0 {
			here = []Installation{{Browser: b}}
		}
		if b.on(o.Machine.os(), here[0].Package) == nil {
			return nil, fmt.Errorf("the table has no %s for the system %s", b.Title, o.Machine.os())
		}
		list = append(list, here...)
	}
	return list, nil
}

// everywhere returns the browsers the options name, or the whole table, in every package.
func (o *Options) everywhere() ([]Installation, error) {
	var list []Installation
	for _, b := range Browsers() {
		if len(o.Browsers) == 0 || slices.Contains(o.Browsers, b.Name) {
			for _, p := range []Package{Ordinary, Snap, Flatpak} {
				list = append(list, Installation{Browser: b, Package: p})
			}
		}
	}
	for _, name := range o.Browsers {
		if _, err := BrowserByName(name); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// found is a file that is where a native manifest goes.
type found struct {
	text  []byte // nil: there is none
	ours  *Manifest
	other string // what it is, if it is no file of ours

	blocked bool // no file can be there, and force is no help
}

func (f Format) look(m *Machine, path string) found {
	file := m.Local(path)
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found{}
	case errors.Is(err, syscall.ENOTDIR):
		return found{other: m.obstacle(path), blocked: true}
	case err != nil:
		return found{other: "cannot be looked at: " + err.Error()}
	case info.Mode()&fs.ModeSymlink != 0:
		to, _ := os.Readlink(file)
		return found{text: []byte(to), other: "is a symbolic link to " + to}
	case info.IsDir():
		return found{text: []byte{}, other: "a directory is there: move it away", blocked: true}
	case !info.Mode().IsRegular():
		return found{text: []byte{}, other: "is no regular file"}
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return found{} // it went meanwhile
	}
	if err != nil {
		return found{other: "cannot be read: " + err.Error()}
	}
	if ours, ok := f.isOurs(text); ok {
		return found{text: text, ours: ours}
	}
	return found{text: append([]byte{}, text...), other: "was not written by webport"}
}

// obstacle says what is where path needs a directory.
func (m *Machine) obstacle(path string) string {
	for dir := filepath.Dir(m.Local(path)); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return dir + " is not a directory: move it away"
		case err == nil || dir == filepath.Dir(dir):
			return "something above it is not a directory"
		}
	}
}

// add puts s into the plan, or its browsers into the step that is there for the same file or key.
func (p *Plan) add(s Step) {
	for i := range p.Steps {
		have := &p.Steps[i]
		if have.File == s.File && have.Key == s.Key && have.Action == s.Action && (s.File != "" || have.Reason == s.Reason) {
			for _, name := range s.Browsers {
				if !slices.Contains(have.Browsers, name) {
					have.Browsers = append(have.Browsers, name)
				}
			}
			return
		}
	}
	p.Steps = append(p.Steps, s)
}

// finish notes who else looks where the plan changes something.
func (p *Plan) finish(o *Options) {
	readers := map[string][]string{}
	for _, b := range Browsers() {
		for _, pack := range []Package{Ordinary, Snap, Flatpak} {
			for _, l := range b.Locations(o.Machine, pack) {
				place := l.Dir
				if l.Key.Path != "" {
					place = l.Key.String()
				}
				readers[place] = append(readers[place], Installation{Browser: b, Package: pack}.String())
			}
		}
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		place := s.key.String()
		if s.Key == "" {
			place = strings.TrimSuffix(strings.TrimSuffix(s.File, s.name+".json"), "/")
		}
		for _, name := range readers[place] {
			if !slices.Contains(s.Browsers, name) && !slices.Contains(s.Also, name) && s.File != "" {
				s.Also = append(s.Also, name)
			}
		}
	}
}

// done reports whether what is there now is what the step would make of it.
func (s *Step) done(now found) bool {
	if s.Action == Remove {
		return now.text == nil && now.other == ""
	}
	return now.ours != nil && string(now.text) == s.Content
}

// changed reports whether the step's file is no longer as it was when the plan was made.
func (s *Step) changed(now found) bool {
	return (now.text == nil) != (s.was == nil) || !bytes.Equal(now.text, s.was)
}
