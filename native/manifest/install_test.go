package manifest

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// user is a home directory on this machine with browsers in it that were started once.

func user(t *testing.T, dataDirs ...string) (home string, o *Options) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the locations in these tests are those of Linux")
	}
	home = filepath.Join(t.TempDir(), "hömé of 'ann\"")
	for _, dir := range dataDirs {
		write(t, filepath.Join(home, dir, "profile"), "")
	}
	return home, &Options{
		Machine:    &Machine{Home: home, Getenv: func(string) string { return "" }},
		Extensions: []string{id, addOn},
		Browsers:   []string{"chromium", "firefox"},
	}
}

// executable is one that is there, with a path that needs quoting.

func executable(t *testing.T, name string) string {
	t.Helper()
	file := write(t, filepath.Join(t.TempDir(), `päth "with" \ spaces`, name), "#!/bin/sh\n")
	if err := os.Chmod(file, 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

// actions is what a plan does, by the end of each path.

func actions(p *Plan) []string {
	var list []string
	for _, s := range p.Steps {
		where := s.Key
		if where == "" {
			where = s.File
		}
		parts := strings.Split(strings.ReplaceAll(where, `\`, "/"), "/")
		list = append(list, string(s.Action)+" "+strings.Join(parts[max(0, len(parts)-3):], "/")+" "+strings.Join(s.Browsers, "+"))
	}
	return list
}

func planned(t *testing.T, p *Plan, err error, want ...string) *Plan {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, actions(p)); diff != "" {
		t.Fatal(diff + p.String())
	}
	return p
}

func apply(t *testing.T, p *Plan) {
	t.Helper()
	if err := p.Apply(); err != nil {
		t.Fatal(err)
	}
}

// tree is every file and directory below dir.

func tree(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		list = append(list, rel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const (
	chromiumFile = "chromium/NativeMessagingHosts/app.json"
	firefoxFile  = ".mozilla/native-messaging-hosts/app.json"
)

func TestInstallAndUninstall(t *testing.T) {
	home, o := user(t)
	if err := os.MkdirAll(home, 0o777); err != nil {
		t.Fatal(err)
	}
	before := tree(t, home)
	app := App{Name: "app", Path: executable(t, "app")}
	p, err := PlanInstall(app, o)
	planned(t, p, err, "write "+chromiumFile+" chromium", "write "+firefoxFile+" firefox")
	if got := tree(t, home); !slices.Equal(got, before) {
		t.Errorf("planning wrote %q", got)
	}
	apply(t, p)
	for browser, caller := range map[string]string{"chromium": origin, "firefox": addOn} {
		b, _ := BrowserByName(browser)
		m, tried := b.Find(o.Machine, Ordinary, "app", caller)
		if m == nil || m.Path != app.Path || m.Description != "app" || !slices.Equal(m.Allowed, []string{caller}) {
			t.Errorf("%s finds %+v, %v", browser, m, tried)
		}
	}
	info, err := os.Stat(filepath.Join(home, ".config", chromiumFile))
	if err != nil || info.Mode() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	again, err := PlanInstall(app, o)
	planned(t, again, err, "keep "+chromiumFile+" chromium", "keep "+firefoxFile+" firefox")
	if again.Changes() {
		t.Error("the second run changes something")
	}
	gone, err := PlanUninstall("app", o)
	apply(t, planned(t, gone, err, "remove "+chromiumFile+" chromium", "remove "+firefoxFile+" firefox+firefox (snap)"))
	if err := os.Remove(filepath.Join(home, ".config")); err != nil {
		t.Error(err) // the base, which is not the browser's, stays
	}
	if diff := cmp.Diff(before, tree(t, home)); diff != "" {
		t.Error(diff)
	}
	gone, err = PlanUninstall("app", o)
	if planned(t, gone, err); gone.String() != "nothing to do\n" {
		t.Error(gone)
	}
}

func TestInstallText(t *testing.T) {
	got, err := Firefox.render("a.b", `says "hi" to <you> & é`, `/opt/my app/\x`, []string{"a@b", "{01234567-89ab-cdef-0123-456789abcdef}"})
	const want = `{
	"type": "stdio",
	"name": "a.b",
	"description": "says \"hi\" to <you> & é",
	"path": "/opt/my app/\\x",
	"allowed_extensions": [
		"a@b",
		"{01234567-89ab-cdef-0123-456789abcdef}"
	]
}
`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if _, ours := Firefox.isOurs(got); !ours {
		t.Error("does not know its own text")
	}
	for _, other := range []string{
		strings.Replace(want, "\t\"type\"", "  \"type\"", 1), // another layout
		want + " ",
		strings.Replace(want, "\n\t]", "\n\t],\"x\":1", 1),
		"{}", "", "{",
	} {
		if _, ours := Firefox.isOurs([]byte(other)); ours {
			t.Errorf("takes for its own:\n%s", other)
		}
	}
	if _, err := Chromium.render("app", "bad \xff", "/x", nil); err == nil {
		t.Error("text that is not UTF-8 was taken")
	}
}

func TestInstallForEveryBrowser(t *testing.T) {
	home, o := user(t, ".config/chromium", ".config/google-chrome-beta", ".mozilla/firefox", "snap/firefox", ".zen")
	o.Browsers, o.Machine.Root = nil, filepath.Dir(home) // the machine's own browsers are not seen
	o.Machine.Home = "/" + filepath.Base(home)
	p, err := PlanInstall(App{Name: "app", Path: "/opt/app"}, o)
	planned(t, p, err, "write google-chrome-beta/NativeMessagingHosts/app.json chrome-beta", "write "+chromiumFile+" chromium",
		"write "+firefoxFile+" firefox+firefox (snap)+zen")
	if also := p.Steps[2].Also; !slices.Contains(also, "firefox-nightly") || slices.Contains(also, "zen") {
		t.Errorf("also read by %q", also)
	}
	o.Extensions = []string{addOn}
	p, err = PlanInstall(App{Name: "app", Path: "/opt/app"}, o)
	planned(t, p, err, "skip  chrome-beta+chromium", "write "+firefoxFile+" firefox+firefox (snap)+zen")
	if p.Steps[0].Reason != "no extension was given that has an origin, as Chromium needs it: give its id of 32 letters, too" {
		t.Error(p)
	}
	apply(t, p)
	if got := tree(t, filepath.Join(home, ".mozilla", "native-messaging-hosts")); !slices.Equal(got, []string{".", "app.json"}) {
		t.Errorf("under a root: %q", got)
	}
}

// TestInstallOverOthers holds that what webport did not write stays.

func TestInstallOverOthers(t *testing.T) {
	mine, other := executable(t, "mine"), executable(t, "other")
	ours := func(path string) string {
		b, err := Chromium.render("app", "app", path, []string{origin})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, test := range []struct {
		name, text string
		action     Action
		reason     string
	}{
		{"somebody else's", text(Chromium, other, nil), Conflict, "was not written by webport"},
		{"somebody else's for the same executable", text(Chromium, mine, nil), Conflict, "was not written by webport"},
		{"broken", "{", Conflict, "was not written by webport"},
		{"edited", strings.Replace(ours(mine), "\t", "  ", 1), Conflict, "was not written by webport"},
		{"another app of the name", ours(other), Conflict, "is of another app of that name, " + other},
		{"an app that is gone", ours(other + "-gone"), Replace, "is gone"},
		{"other extensions", strings.Replace(ours(mine), id, strings.Repeat("a", 32), 1), Replace, "lets " + origin + " call; no longer lets chrome-extension://aaaa"},
		{"the same", ours(mine), Keep, ""},
	} {
		home, o := user(t)
		o.Browsers = []string{"chromium"}
		file := write(t, filepath.Join(home, ".config", chromiumFile), test.text)
		app := App{Name: "app", Path: mine}
		p, err := PlanInstall(app, o)
		if err != nil {
			t.Fatal(err)
		}
		if s := p.Steps[0]; s.Action != test.action || !strings.Contains(s.Reason, test.reason) {
			t.Errorf("%s: %v", test.name, s)
		}
		err = p.Apply()
		if (err != nil) != (test.action == Conflict) || err != nil && !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("%s: %v", test.name, err)
		}
		want := ours(mine)
		if test.action == Conflict {
			want = test.text
		}
		if got, _ := os.ReadFile(file); string(got) != want {
			t.Errorf("%s: the file is now\n%s", test.name, got)
		}
		o.Force = true
		p, err = PlanInstall(app, o)
		if err != nil || p.Apply() != nil {
			t.Errorf("%s, by force: %v, %v", test.name, p, err)
		}
		if got, _ := os.ReadFile(file); string(got) != ours(mine) {
			t.Errorf("%s, by force: the file is\n%s", test.name, got)
		}
	}
}

func TestInstallOverASymbolicLink(t *testing.T) {
	home, o := user(t)
	o.Browsers = []string{"chromium"}
	target := write(t, filepath.Join(home, "target.json"), "x")
	link := filepath.Join(home, ".config", chromiumFile)
	if err := os.MkdirAll(filepath.Dir(link), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	app := App{Name: "app", Path: executable(t, "app")}
	p, err := PlanInstall(app, o)
	planned(t, p, err, "conflict "+chromiumFile+" chromium")
	o.Force = true
	p, err = PlanInstall(app, o)
	apply(t, planned(t, p, err, "replace "+chromiumFile+" chromium"))
	if got, _ := os.ReadFile(target); string(got) != "x" {
		t.Error("the target of the link was written")
	}
}

// TestDirectoryThatCannotBeWritten uses a file where a directory must be, which stops root too.

func TestDirectoryThatCannotBeWritten(t *testing.T) {
	home, o := user(t)
	obstacle := filepath.Join(home, ".config/chromium")
	write(t, obstacle, "in the way")
	for _, o.Force = range []bool{false, true} {
		p, err := PlanInstall(App{Name: "app", Path: executable(t, "app")}, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Apply(); err == nil || !strings.Contains(err.Error(), chromiumFile) || !strings.Contains(err.Error(), obstacle+" is not a directory: move it away") {
			t.Errorf("got %v", err)
		}
		if p, err = PlanUninstall("app", o); err != nil || p.Changes() || len(p.Steps) != 0 {
			t.Errorf("got %v, %v", p, err)
		}
	}
	write(t, filepath.Join(home, firefoxFile, "in the way"), "")
	o.Browsers, o.Force = []string{"firefox"}, true
	p, err := PlanInstall(App{Name: "app", Path: executable(t, "app")}, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Apply(); err == nil {
		t.Error("a directory was replaced")
	}
	if got := tree(t, filepath.Join(home, ".mozilla/native-messaging-hosts")); len(got) != 3 {
		t.Errorf("left behind: %q", got)
	}
}

func TestPlanThatIsOld(t *testing.T) {
	home, o := user(t)
	p, err := PlanInstall(App{Name: "app", Path: executable(t, "app")}, o)
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, filepath.Join(home, ".config", chromiumFile), "{}")
	if err := p.Apply(); err == nil || !strings.Contains(err.Error(), "plan again") {
		t.Errorf("got %v", err)
	}
	if got, _ := os.ReadFile(file); string(got) != "{}" {
		t.Errorf("was overwritten with %s", got)
	}
}

func TestWhatInstallRefuses(t *testing.T) {
	path := executable(t, "app")
	plain := write(t, filepath.Join(t.TempDir(), "plain"), "")
	for _, test := range []struct {
		name string
		app  App
		with func(*Options)
		want string
	}{
		{"relative", App{"app", "", "bin/app"}, nil, `"bin/app", and must be absolute`},
		{"gone", App{"app", "", path + "-gone"}, nil, "is not there"},
		{"directory", App{"app", "", filepath.Dir(path)}, nil, "is a directory"},
		{"not executable", App{"app", "", plain}, nil, "chmod +x"},
		{"name", App{"Bad-Name", "", path}, nil, `"Bad-Name" cannot be the name`},
		{"upper case in Chromium", App{"App", "", path}, nil, `"App" cannot be the name of a native app in chromium`},
		{"path in the name", App{"../x", "", path}, nil, "cannot be the name"},
		{"no extension", App{"app", "", path}, func(o *Options) { o.Extensions = nil }, "no extension is given"},
		{"bad extension", App{"app", "", path}, func(o *Options) { o.Extensions = []string{"*"} }, `"*" is no extension`},
		{"unknown browser", App{"app", "", path}, func(o *Options) { o.Browsers = []string{"lynx"} }, `no browser "lynx"`},
		{"Android", App{"app", "", path}, func(o *Options) { o.Browsers = []string{"firefox-android"} }, "not available in Firefox for Android"},
		{"not on this system", App{"app", "", path}, func(o *Options) { o.Browsers = []string{"arc"} }, "no Arc for the system linux"},
		{"no place known", App{"app", "", path}, func(o *Options) { o.Browsers, o.Scope = []string{"opera"}, System }, "where it looks in the system scope is not known"},
		{"nobody for the only browser", App{"app", "", path}, func(o *Options) { o.Browsers, o.Extensions = []string{"firefox"}, []string{id} }, "browser_specific_settings.gecko.id"},
		{"no browser", App{"app", "", "/opt/app"}, func(o *Options) { o.Browsers, o.Machine.Root = nil, "/nowhere" }, "no browser of the table was found"},
	} {
		_, o := user(t)
		if test.with != nil {
			test.with(o)
		}
		if p, err := PlanInstall(test.app, o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, %v", test.name, p, err)
		}
	}
	if _, err := PlanUninstall("../app", nil); err == nil {
		t.Error("removes a name that is a path")
	}
}

func TestSystemScopeForPackagers(t *testing.T) {
	_, o := user(t)
	o.Machine.Root, o.Scope = t.TempDir(), System
	p, err := PlanInstall(App{Name: "app", Path: "/usr/lib/app/app"}, o)
	apply(t, planned(t, p, err, "write chromium/native-messaging-hosts/app.json chromium", "write mozilla/native-messaging-hosts/app.json firefox"))
	want := []string{
		".", "etc", "etc/chromium", "etc/chromium/native-messaging-hosts", "etc/chromium/native-messaging-hosts/app.json",
		"usr", "usr/lib", "usr/lib/mozilla", "usr/lib/mozilla/native-messaging-hosts", "usr/lib/mozilla/native-messaging-hosts/app.json",
	}
	if diff := cmp.Diff(want, tree(t, o.Machine.Root)); diff != "" {
		t.Error(diff)
	}
	text, _ := os.ReadFile(filepath.Join(o.Machine.Root, want[4]))
	if !strings.Contains(string(text), `"path": "/usr/lib/app/app"`) {
		t.Errorf("the root is in the file:\n%s", text)
	}
}

func TestTheOrderOfExtensionsDoesNotMatter(t *testing.T) {
	_, o := user(t)
	app := App{Name: "app", Path: executable(t, "app")}
	other := strings.Repeat("p", 32)
	o.Extensions = []string{other, id, addOn, id}
	p, err := PlanInstall(app, o)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, p)
	o.Extensions = []string{id, addOn, other}
	p, err = PlanInstall(app, o)
	if err != nil || p.Changes() {
		t.Errorf("%v, %v", err, p)
	}
}

func TestWithoutAHomeDirectory(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, variable := range []string{"HOME", "USERPROFILE", "home"} {
			t.Setenv(variable, "")
		}
		m := machine(goos)
		m.Root, m.Home, m.registry = t.TempDir(), "", fakeRegistry{}
		write(t, filepath.Join(m.Root, "there"), "")
		if got := m.Installations(); len(got) != 0 {
			t.Errorf("%s: %v", goos, got)
		}
		for _, b := range Browsers() {
			for _, l := range b.Locations(m, Ordinary) {
				if l.Scope == User && l.Key.Path == "" && (l.Dir != "" || l.Install || l.Evidence != Unknown) {
					t.Errorf("%s: %v, %v", goos, l, l.Evidence)
				}
			}
		}
		o := &Options{Machine: m, Browsers: []string{"chromium", "firefox"}, Extensions: []string{id, addOn}}
		p, err := PlanInstall(App{Name: "app", Path: map[bool]string{true: `C:\app.exe`, false: "/app"}[goos == "windows"]}, o)
		if err == nil || !strings.Contains(err.Error(), "set HOME") {
			t.Errorf("%s: %v, %v", goos, p, err)
		}
		o.Browsers = nil
		if p, err = PlanUninstall("app", o); err != nil || len(p.Steps) != 0 {
			t.Errorf("%s: %v, %v", goos, p, err)
		}
	}
}

// Two installers at the same time, of two apps or of one, do not get into each other's way.
func TestInstallersAtTheSameTime(t *testing.T) {
	path := executable(t, "app")
	for range 50 {
		home, o := user(t)
		together(t, func(name string) error {
			p, err := PlanInstall(App{Name: name, Path: path}, o)
			if err != nil {
				return err
			}
			return p.Apply()
		})
		for _, name := range []string{"app", "other"} {
			if _, err := Chromium.Read(filepath.Join(home, ".config/chromium/NativeMessagingHosts", name+".json"), name); err != nil {
				t.Error(err)
			}
		}
		together(t, func(name string) error {
			p, err := PlanUninstall(name, o)
			if err != nil {
				return err
			}
			return p.Apply()
		})
		if got := tree(t, home); slices.ContainsFunc(got, func(f string) bool { return strings.HasSuffix(f, ".json") }) {
			t.Errorf("left: %q", got)
		}
		if t.Failed() {
			return
		}
	}
}

// together does it twice for each of two apps, all four at once.
func together(t *testing.T, do func(name string) error) {
	t.Helper()
	var all sync.WaitGroup
	start := make(chan struct{})
	for _, name := range []string{"app", "app", "other", "other"} {
		all.Go(func() {
			<-start
			if err := do(name); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
}
