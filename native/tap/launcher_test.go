//go:build unix

package tap

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLauncher runs launchers, in directories whose names have all that shells make something of.
func TestLauncher(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `it's "a" $HOME \dir é`)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const say = "#!/bin/sh\nprintf '%s|' \"${0##*/}\" \"${PWD##*/}\" \"$@\"\n"
	shim, app, config, state := write("shim", say), write("the app", say), write("config.json", "{}"), write("state", "")
	started := write("launcher", launcher("linux", []string{shim, "verb"}, state, config, app))
	run := func() string {
		cmd := exec.Command(started, "an argument", "$x")
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return string(out)
	}
	if got := run(); !strings.HasPrefix(got, "shim|") || !strings.HasSuffix(got, "|verb|"+config+"|an argument|$x|") {
		t.Errorf("with the shim: %s", got)
	}
	for _, file := range []string{state, config, shim} {
		if err := os.Rename(file, file+" gone"); err != nil {
			t.Fatal(err)
		}
		if got := run(); got != "the app|"+filepath.Base(dir)+"|an argument|$x|" {
			t.Errorf("without %s: %s", filepath.Base(file), got)
		}
		if err := os.Rename(file+" gone", file); err != nil {
			t.Fatal(err)
		}
	}
	if !isLauncher(started) || isLauncher(app) || isLauncher(dir) {
		t.Error("launchers are not known again")
	}
}

func TestLauncherOfWindows(t *testing.T) {
	const app = `C:\Program Files\100%\my app.exe`
	if got := launcherName("windows", app); got != "my app.bat" {
		t.Error(got)
	}
	want := `@echo off
rem Written by "webport tap", in place of a native app.
if not exist "C:\w.exe" goto app
if not exist "C:\50%%\state.json" goto app
if not exist "C:\50%%\1\config.json" goto app
"C:\w.exe" "tap-shim" "C:\50%%\1\config.json" %*
exit /b %errorlevel%
:app
cd /d "C:\Program Files\100%%"
"C:\Program Files\100%%\my app.exe" %*
exit /b %errorlevel%
`
	if got := launcher("windows", []string{`C:\w.exe`, "tap-shim"}, `C:\50%\state.json`, `C:\50%\1\config.json`, app); got != strings.ReplaceAll(want, "\n", "\r\n") {
		t.Error(got)
	}
}
