package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

func (o *Options) planInstall(app *App) (*Plan, error) {
	if err := app.check(o.Machine); err != nil {
		return nil, err
	}
	allowed, err := o.allowed()
	if err != nil {
		return nil, err
	}
	installations, err := o.Installations()
	if err != nil {
		return nil, err
	}
	p := &Plan{machine: o.Machine, scope: o.Scope}
	for _, i := range installations {
		if err := p.planFor(o, app, i, allowed[i.Browser.Format]); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Action != Skip }) {
		return nil, fmt.Errorf("there is no browser it could be installed for:\n%s", strings.TrimSuffix(p.String(), "\n"))
	}
	p.finish(o)
	return p, nil
}

// allowed returns who may call, in each format, sorted.
func (o *Options) allowed() (map[Format][]string, error) {
	if len(o.Extensions) == 0 {
		return nil, errors.New("no extension is given that may call it")
	}
	lists := map[Format][]string{}
	for _, text := range o.Extensions {
		c, err := ParseExtension(text)
		if err != nil {
			return nil, err
		}
		for _, f := range []Format{Chromium, Firefox} {
			if caller := c.In(f); caller != "" && !slices.Contains(lists[f], caller) {
				lists[f] = append(lists[f], caller)
			}
		}
	}
	for _, list := range lists {
		slices.Sort(list)
	}
	return lists, nil
}

// planFor adds what one browser needs.
func (p *Plan) planFor(o *Options, app *App, i Installation, allowed []string) error {
	f := i.Browser.Format
	who := []string{i.String()}
	if len(allowed) == 0 {
		missing := "no extension was given that has an origin, as Chromium needs it: give its id of 32 letters, too"
		if f == Firefox {
			missing = "no extension was given that has an add-on id, as Firefox needs it: give that (name@domain), too, or a directory with browser_specific_settings.gecko.id in its manifest.json"
		}
		p.add(Step{Action: Skip, Browsers: who, Reason: missing})
		return nil
	}
	if err := f.CheckName(app.Name); err != nil {
		return err
	}
	content, err := f.render(app.Name, app.description(), app.Path, allowed)
	if err != nil {
		return err
	}
	any := false
	for _, l := range i.Browser.Locations(o.Machine, i.Package) {
		if l.Scope != o.Scope || !l.Install {
			continue
		}
		file, base := l.fileOf(o.Machine, f, app.Name)
		if file == "" {
			continue
		}
		any = true
		s := Step{File: file, Browsers: who, Content: string(content), format: f, base: base, name: app.Name}
		s.decide(o, app, allowed)
		p.add(s)
		if l.Key.Path != "" {
			p.add(keyStep(o, l, file, app.Name, who))
		}
	}
	if !any {
		reason := fmt.Sprintf("where it looks in the %v scope is not known", o.Scope)
		if o.Scope == User && o.Machine.home() == "" {
			reason = noHome
		}
		p.add(Step{Action: Skip, Browsers: who, Reason: reason})
	}
	return nil
}

// fileOf returns where the native manifest for a location is: in its directory, or, where a key of the registry says
// where it is, in a directory of webport's own for each format.
func (l Location) fileOf(m *Machine, f Format, name string) (file, base string) {
	if l.Key.Path == "" {
		return m.join(l.Dir, name+".json"), l.base
	}
	template := "$LOCALAPPDATA//"
	if l.Scope == System {
		template = "$PROGRAMDATA//"
	}
	dir, base := m.expand(template + "webport/NativeMessagingHosts/" + f.String())
	return m.join(dir, name+".json"), base
}

// decide finds out what has to be done about the file of s.
func (s *Step) decide(o *Options, app *App, allowed []string) {
	there := s.format.look(o.Machine, s.File)
	s.was = there.text
	switch {
	case there.text == nil && there.other == "":
		s.Action = Write
	case bytes.Equal(there.text, []byte(s.Content)) && there.ours != nil:
		s.Action = Keep
	case there.ours != nil && there.ours.Path == app.Path:
		s.Action, s.Reason = Replace, differences(there.ours, app, allowed)
	case there.ours != nil && !o.Machine.stands(there.ours.Path):
		s.Action, s.Reason = Replace, "its executable "+there.ours.Path+" is gone"
	case there.blocked:
		s.Action, s.Reason = Conflict, there.other
	default:
		reason := there.other
		if there.ours != nil {
			reason = "is of another app of that name, " + there.ours.Path
		}
		s.Action, s.Reason = Conflict, "the file "+reason+": remove it, or use force"
		if o.Force {
			s.Action, s.Reason = Replace, "by force: the file "+reason
		}
	}
}

// differences says what becomes of a native manifest of the same app. An install lists who may call, and does not add to
// who may: callers that nobody means any more would stay for ever.
func differences(was *Manifest, app *App, allowed []string) string {
	var list []string
	beyond := func(these, those []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(these), func(c string) bool { return slices.Contains(those, c) }), ", ")
	}
	if more := beyond(allowed, was.Allowed); more != "" {
		list = append(list, "lets "+more+" call")
	}
	if dropped := beyond(was.Allowed, allowed); dropped != "" {
		list = append(list, "no longer lets "+dropped+" call (to keep it, give all extensions at once)")
	}
	if was.Description != app.description() {
		list = append(list, "the description differs")
	}
	if len(list) == 0 {
		return "the order of the extensions differs"
	}
	return strings.Join(list, "; ")
}

// stands reports whether the file at path, of the machine, is there.
func (m *Machine) stands(path string) bool {
	_, err := os.Stat(m.Local(path))
	return err == nil
}

// keyStep says what has to be done that the key of l names file.
func keyStep(o *Options, l Location, file, name string, who []string) Step {
	s := Step{Action: Write, Key: l.Key.String() + `: ` + name, File: file, Browsers: who, key: l.Key, name: name}
	value, err := o.Machine.reg().value(l.Key, name)
	switch {
	case err != nil:
	case value == file:
		s.Action = Keep
	case !o.Machine.stands(value):
		s.Action, s.Reason = Replace, "the file it names is gone: "+value
	case o.Force:
		s.Action, s.Reason = Replace, "by force: it named "+value
	default:
		s.Action, s.Reason = Conflict, "it names a file that webport did not write, "+value+": remove it, or use force"
	}
	return s
}

// owns reports whether install may have written at l for this browser, whatever was there at the time.
func (b *Browser) owns(m *Machine, l Location) bool {
	if l.Install {
		return true
	}
	on := b.on(m.os(), l.Package)
	if m.os() == "windows" || on == nil {
		return false
	}
	return slices.ContainsFunc(slices.Concat(on.user, on.system), func(p place) bool {
		dir, _ := m.expand(p.dir)
		return dir != "" && dir == l.Dir && !p.lookOnly
	})
}

// planRemoval adds what is to be removed at l.
func (p *Plan) planRemoval(o *Options, i Installation, l Location, name string) {
	f := i.Browser.Format
	file, base := l.fileOf(o.Machine, f, name)
	who := []string{i.String()}
	if l.Key.Path != "" {
		value, err := o.Machine.reg().value(l.Key, name)
		switch {
		case err != nil: // nothing there
		case value == file || o.Force || !o.Machine.stands(value):
			p.add(Step{Action: Remove, Key: l.Key.String() + `: ` + name, File: value, Browsers: who, key: l.Key, name: name})
		default:
			p.add(Step{Action: Conflict, Key: l.Key.String() + `: ` + name, File: value, Browsers: who, key: l.Key, name: name, Reason: "it names a file that webport did not write: use force"})
		}
	}
	if file == "" {
		return // it is not known where
	}
	there := f.look(o.Machine, file)
	if there.text == nil && (there.blocked || there.other == "") {
		return // nothing is there
	}
	s := Step{Action: Remove, File: file, Browsers: who, format: f, base: base, was: there.text, name: name}
	switch {
	case there.blocked:
		s.Action, s.Reason = Conflict, there.other
	case there.ours == nil && !o.Force:
		s.Action, s.Reason = Conflict, "the file "+there.other+": use force"
	case there.ours == nil:
		s.Reason = "the file " + there.other
	}
	p.add(s)
}
