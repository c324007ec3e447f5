//go:build unix

package manifest

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSystemScopeIsForAllUsers holds that an administrator whose umask keeps everybody else out does not install for
// nobody.
func TestSystemScopeIsForAllUsers(t *testing.T) {
	_, o := user(t)
	o.Machine.Root, o.Scope = t.TempDir(), System
	p, err := PlanInstall(App{Name: "app", Path: "/usr/lib/app/app"}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Umask(syscall.Umask(0o077))
	apply(t, p)
	err = filepath.WalkDir(filepath.Join(o.Machine.Root, "etc"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		want := fs.FileMode(0o644)
		if entry.IsDir() {
			want = 0o755
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
