//go:build linux

package tap

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/webport/webport/native/manifest"
)

const original = `{"path" : "/bin/cat", "name": "app", "description": "d", "type": "stdio",
	"allowed_origins": ["chrome-extension://abcdefghijklmnopabcdefghijklmnop/"]}`

// home makes a home directory with a native manifest for Chromium, and returns the file.
func home(t *testing.T) (file string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("CHROME_CONFIG_HOME", "")
	file = filepath.Join(dir, ".config/chromium/NativeMessagingHosts/app.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, file, original)
	return file
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func install(t *testing.T) *Tap {
	t.Helper()
	tap, err := Install("app", &Options{Browsers: []string{"chromium"}, Shim: []string{"/bin/false"}})
	if err != nil {
		t.Fatal(err)
	}
	return tap
}

// crash leaves everything as it is when the process is killed.
func (t *Tap) crash() error { return t.store.release() }

func TestInstallAndRemove(t *testing.T) {
	file := home(t)
	tap := install(t)
	launcher := tap.Manifests[0].Launcher
	if now := read(t, file); now != strings.Replace(original, "/bin/cat", launcher, 1) || !filepath.IsAbs(launcher) {
		t.Errorf("tapped: %s", now)
	}
	if info, err := os.Stat(launcher); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Error(info, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info, err)
	}
	if _, err := Install("app", &Options{Shim: []string{"/bin/false"}}); err == nil || !strings.Contains(err.Error(), "being tapped already") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tap.Follow(ctx, nil); err != nil {
		t.Error(err)
	}
	if restored, err := tap.Remove(); err != nil || len(restored) != 1 || restored[0] != (Restored{File: file}) {
		t.Error(restored, err)
	}
	if now := read(t, file); now != original {
		t.Errorf("put back: %s", now)
	}
	// A browser that has read the native manifest just before starts the app, and not the shim.
	cmd := exec.Command(launcher)
	cmd.Dir, cmd.Stdin = filepath.Dir(launcher), strings.NewReader("passed on")
	if out, err := cmd.Output(); err != nil || string(out) != "passed on" {
		t.Errorf("%q, %v", out, err)
	}
}

// TestStateComesFirst holds that a crash at any point before the end of Install leaves what can be put back.
func TestStateComesFirst(t *testing.T) {
	file := home(t)
	tap := install(t)
	if err := tap.crash(); err != nil {
		t.Fatal(err)
	}
	write(t, file, original) // as if it had not come to that
	if restored, err := Off("app"); err != nil || len(restored) != 1 || restored[0].Left != "" {
		t.Error(restored, err)
	}
	if read(t, file) != original {
		t.Error("it was changed")
	}
}

// TestAnotherTapMeanwhile holds that what a tap leaves behind that began and crashed while this one looked around is
// put back all the same.
func TestAnotherTapMeanwhile(t *testing.T) {
	file := home(t)
	firefox := filepath.Join(os.Getenv("HOME"), ".mozilla/native-messaging-hosts/app.json")
	if err := os.MkdirAll(filepath.Dir(firefox), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, firefox, strings.NewReplacer("allowed_origins", "allowed_extensions", "chrome-extension://abcdefghijklmnopabcdefghijklmnop/", "a@b").Replace(original))
	o := &Options{Browsers: []string{"firefox"}, Shim: []string{"/bin/false"}}
	usable, _, err := o.find("app")
	if err != nil {
		t.Fatal(err)
	}
	if err := install(t).crash(); err != nil {
		t.Fatal(err)
	}
	tap := &Tap{App: "app"}
	if err := tap.begin(o, usable); err == nil || !strings.Contains(err.Error(), "try again") {
		t.Error(err)
	}
	if text := read(t, file); text != original {
		t.Errorf("not put back: %s", text)
	}
	if tap, err = Install("app", o); err != nil {
		t.Fatal(err)
	}
	if _, err := tap.Remove(); err != nil {
		t.Error(err)
	}
}

func TestWhatWasChangedMeanwhileStays(t *testing.T) {
	for _, test := range []struct{ name, old, new, left string }{
		{"nothing", "", "", ""},
		{"another key", `"d"`, `"changed"`, ""},
		{"the path", "$LAUNCHER", "/bin/true", "changed meanwhile"},
		{"all", original, "{", "changed meanwhile"},
	} {
		file := home(t)
		tap := install(t)
		if err := tap.crash(); err != nil {
			t.Fatal(err)
		}
		launcher := tap.Manifests[0].Launcher
		change := strings.NewReplacer("$LAUNCHER", launcher, original, read(t, file)).Replace(test.old)
		changed := strings.Replace(read(t, file), change, test.new, 1)
		write(t, file, changed)
		want := changed
		if test.left == "" {
			want = strings.Replace(changed, launcher, "/bin/cat", 1)
		}
		restored, err := Off("app")
		if err != nil || len(restored) != 1 || !strings.Contains(restored[0].Left, test.left) || (restored[0].Left == "") != (test.left == "") {
			t.Errorf("%s: %v, %v", test.name, restored, err)
		}
		if now := read(t, file); now != want {
			t.Errorf("%s: got %s, want %s", test.name, now, want)
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"invalid":               {"{", "app.json: it is not valid: line 1, column 2"},
		"no executable":         {strings.Replace(original, "/bin/cat", "/gone", 1), "its executable is not there"},
		"a directory":           {strings.Replace(original, "/bin/cat", "/bin", 1), "is a directory"},
		"a lost launcher":       {"", "is a launcher of webport tap"},
		"not that app's at all": {strings.Replace(original, `"app"`, `"other"`, 1), `"name" is "other"`},
	} {
		file := home(t)
		if test.text == "" {
			lost := filepath.Join(t.TempDir(), "lost")
			write(t, lost, launcher("linux", []string{"/bin/false"}, "x", "x", "/bin/cat"))
			test.text = strings.Replace(original, "/bin/cat", lost, 1)
		}
		write(t, file, test.text)
		if _, err := Install("app", &Options{Browsers: []string{"chromium"}, Shim: []string{"/bin/false"}}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
		if read(t, file) != test.text {
			t.Errorf("%s: it was changed", name)
		}
	}
}

// TestRecordingsThatCannotBeWritten holds that a tap that would record nothing does not begin.
func TestRecordingsThatCannotBeWritten(t *testing.T) {
	file := home(t)
	o := &Options{Browsers: []string{"chromium"}, Shim: []string{"/bin/false"}, Recordings: "/proc/self"}
	if _, err := Install("app", o); err == nil || !strings.Contains(err.Error(), "the directory for recordings, /proc/self, cannot be written") {
		t.Error(err)
	}
	if read(t, file) != original {
		t.Error("it was changed")
	}
	if _, err := install(t).Remove(); err != nil {
		t.Error(err)
	}
}

// TestSymbolicLinks holds that a native manifest that is a link stays one.
func TestSymbolicLinks(t *testing.T) {
	file := home(t)
	real := filepath.Join(t.TempDir(), "real.json")
	if err := errors.Join(os.Rename(file, real), os.Symlink(real, file)); err != nil {
		t.Fatal(err)
	}
	tap := install(t)
	if !strings.Contains(read(t, real), tap.Manifests[0].Launcher) {
		t.Error("it is not tapped")
	}
	if _, err := tap.Remove(); err != nil {
		t.Error(err)
	}
	if to, err := os.Readlink(file); err != nil || to != real || read(t, real) != original {
		t.Error(to, err)
	}
}

// TestCannotWrite holds that who has no rights learns what to do.
func TestCannotWrite(t *testing.T) {
	home(t)
	denied := &fs.PathError{Op: "open", Path: "/etc/x/.tmp", Err: fs.ErrPermission}
	system := manifest.Entry{Scope: manifest.System, Browsers: []string{"chromium (snap)"}}
	got := cannotWrite(system, "/etc/x/app.json", denied)
	for _, want := range []string{"permission denied", "as an administrator (sudo)", "cp '/etc/x/app.json' '" + os.Getenv("HOME") + "/.config/chromium/NativeMessagingHosts'"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := cannotWrite(manifest.Entry{}, "/x/app.json", denied); !strings.Contains(got, "make it yours") {
		t.Error(got)
	}
}

// TestModes holds that all users can start what is in the system scope, and nobody else what is the user's.
func TestModes(t *testing.T) {
	for _, test := range []struct {
		scope         manifest.Scope
		private, want fs.FileMode
	}{
		{manifest.User, 0o700, 0o700},
		{manifest.User, 0o600, 0o600},
		{manifest.System, 0o700, 0o755},
		{manifest.System, 0o600, 0o644},
	} {
		if got := (&store{scope: test.scope}).mode(test.private); got != test.want {
			t.Errorf("%v: %v became %v, want %v", test.scope, test.private, got, test.want)
		}
	}
}

// TestDirectoriesForAllUsers holds that the umask of an administrator does not keep them from the launcher.
func TestDirectoriesForAllUsers(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	for scope, want := range map[manifest.Scope]fs.FileMode{manifest.User: 0o700, manifest.System: 0o755} {
		top := t.TempDir()
		tap := &Tap{App: "app", store: &store{dir: filepath.Join(top, "tap/app"), scope: scope}}
		f := &found{entry: manifest.Entry{Manifest: &manifest.Manifest{Path: "/bin/cat"}}}
		if err := tap.store.acquire("app"); err != nil {
			t.Fatal(err)
		}
		_, err := tap.prepare(&Options{Shim: []string{"/bin/false"}}, 1, f)
		recordingsErr := tap.makeRecordings(&Options{Recordings: filepath.Join(top, "out/recordings")})
		if err := errors.Join(err, recordingsErr, tap.store.release()); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{"tap", "tap/app", "tap/app/1", "out"} {
			if info, err := os.Stat(filepath.Join(top, dir)); err != nil || info.Mode().Perm() != want {
				t.Errorf("%v: %s is %v, %v", scope, dir, info.Mode(), err)
			}
		}
	}
}

func TestStateDir(t *testing.T) {
	variables := map[string]string{"XDG_STATE_HOME": "/xdg", "LOCALAPPDATA": "/local", "ProgramData": "/programs"}
	set := func(name string) string { return variables[name] }
	unset := func(string) string { return "" }
	relative := func(string) string { return "rel" }
	for _, test := range []struct {
		goos   string
		scope  manifest.Scope
		getenv func(string) string
		want   string
	}{
		{"linux", manifest.User, unset, "/home/u/.local/state/webport/tap"},
		{"linux", manifest.User, set, "/xdg/webport/tap"},
		{"linux", manifest.User, relative, "/home/u/.local/state/webport/tap"},
		{"linux", manifest.System, set, "/var/lib/webport/tap"},
		{"darwin", manifest.User, set, "/home/u/Library/Application Support/webport/tap"},
		{"darwin", manifest.System, set, "/Library/Application Support/webport/tap"},
		{"windows", manifest.User, set, "/local/webport/tap"},
		{"windows", manifest.User, unset, "/home/u/AppData/Local/webport/tap"},
		{"windows", manifest.System, set, "/programs/webport/tap"},
	} {
		if got := stateDir(test.goos, test.scope, "/home/u", test.getenv); got != test.want {
			t.Errorf("%s, %v: %s, want %s", test.goos, test.scope, got, test.want)
		}
	}
}
