package manifest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUninstallWhatIsNotOurs(t *testing.T) {
	home, o := user(t)
	file := write(t, filepath.Join(home, ".config", chromiumFile), text(Chromium, "/x", nil))
	p, err := PlanUninstall("app", o)
	planned(t, p, err, "conflict "+chromiumFile+" chromium")
	if err := p.Apply(); err == nil {
		t.Error("was removed")
	}
	o.Force = true
	p, err = PlanUninstall("app", o)
	apply(t, planned(t, p, err, "remove "+chromiumFile+" chromium"))
	if _, err := os.Stat(file); err == nil {
		t.Error("is still there")
	}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		t.Error("the directory, which webport did not make, is gone")
	}
}

func TestADirectoryIsNotReplacedByForce(t *testing.T) {
	home, o := user(t)
	o.Force, o.Browsers = true, []string{"chromium"}
	write(t, filepath.Join(home, ".config", chromiumFile, "inside"), "")
	install, err := PlanInstall(App{Name: "app", Path: executable(t, "app")}, o)
	uninstall, uninstallErr := PlanUninstall("app", o)
	if err := errors.Join(err, uninstallErr); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Plan{install, uninstall} {
		if len(p.Steps) != 1 || p.Steps[0].Action != Conflict || p.Steps[0].Reason != "a directory is there: move it away" {
			t.Errorf("%v", p)
		}
	}
}

func TestUninstallLeavesWhatOthersHaveThere(t *testing.T) {
	home, o := user(t)
	o.Browsers = []string{"chromium", "librewolf"}
	theirs := write(t, filepath.Join(home, ".librewolf/native-messaging-hosts/theirs.json"), "{}") // a directory that was there
	app := App{Name: "app", Path: executable(t, "app")}
	p, err := PlanInstall(app, o)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, p)
	later := write(t, filepath.Join(home, ".config/chromium/NativeMessagingHosts/later.json"), "{}") // one that webport made
	p, err = PlanUninstall("app", o)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, p)
	for _, file := range []string{theirs, later} {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(later), "app.json")); err == nil {
		t.Error("the app is still there")
	}
}

func TestALinkToAFileOfOursIsNotOurs(t *testing.T) {
	home, o := user(t)
	o.Browsers = []string{"chromium"}
	app := App{Name: "app", Path: executable(t, "app")}
	content, err := Chromium.render("app", "app", app.Path, []string{origin})
	if err != nil {
		t.Fatal(err)
	}
	target := write(t, filepath.Join(home, "target.json"), string(content))
	link := filepath.Join(home, ".config", chromiumFile)
	if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o777), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	p, err := PlanUninstall("app", o)
	planned(t, p, err, "conflict "+chromiumFile+" chromium")
	if want := "is a symbolic link to " + target; !strings.Contains(p.Steps[0].Reason, want) {
		t.Errorf("%q, want %q", p.Steps[0].Reason, want)
	}
}
