//go:build linux

package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestWhatMayNotBeTouched takes permissions away, one at a time.
func TestWhatMayNotBeTouched(t *testing.T) {
	manifests := func(p *patient, _ string) string { return filepath.Dir(p.file("firefox")) }
	native := func(p *patient, _ string) string { return p.file("firefox") }
	dir := func(_ *patient, app string) string { return filepath.Dir(app) }
	app := func(_ *patient, app string) string { return app }
	for _, test := range []struct {
		name               string
		what               func(p *patient, app string) string
		mode               os.FileMode
		step, reason, mend string
	}{
		{"native manifests", manifests, 0, Found, "may not look there", `sudo chown -R "$USER" `},
		{"native manifest", native, 0, Valid, "may not read it", "chmod a+r "},
		{"directory of the app", dir, 0, Path, "permission denied", "chmod a+x "},
		{"app", app, 0o011, Executable, "this user may not run it", "chmod a+x "},
	} {
		t.Run(test.name, func(t *testing.T) {
			app := executable(t, "#!/bin/sh\n", 0o755)
			p := newPatient(t, app, "")
			p.options.Browsers = []string{"firefox"}
			what := test.what(p, app)
			defer asOrdinaryUser(t, filepath.Dir(filepath.Dir(p.home)))()
			if err := os.Chmod(what, test.mode); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(what, 0o755)
			got := broken(p.examine())
			if len(got) != 1 || got[0].Name != test.step || !strings.Contains(got[0].Reason, test.reason) || !strings.HasSuffix(got[0].Mend, test.mend+quote(what)) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// asOrdinaryUser takes root's right to touch everything from this goroutine, and gives it dir instead, until the function
// that it returns is called.
func asOrdinaryUser(t *testing.T, dir string) (again func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		return func() {}
	}
	const nobody = 65534
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, nobody, -1))
	})
	if err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	set := func(id int) {
		if err := syscall.Setfsuid(id); err != nil {
			t.Error(err)
		}
	}
	set(nobody)
	return func() { set(0); runtime.UnlockOSThread() }
}
