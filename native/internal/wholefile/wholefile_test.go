//go:build unix

package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOwner holds that an administrator takes nobody's file away.
func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only an administrator can give files away")
	}
	file := filepath.Join(t.TempDir(), "file")
	for _, want := range []uint32{0, 12345} {
		if err := Write(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if stat := info.Sys().(*syscall.Stat_t); stat.Uid != want || stat.Gid != want || info.Mode() != 0o600 {
			t.Errorf("owner %d, group %d, %v", stat.Uid, stat.Gid, info.Mode())
		}
		if err := os.Chown(file, 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMkdirAll holds that directories are for whom they are meant, whatever the umask.
func TestMkdirAll(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	top := t.TempDir()
	before, err := os.Stat(top)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := MkdirAll(filepath.Join(top, "a/b/c"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"a", "a/b", "a/b/c"} {
		if info, err := os.Stat(filepath.Join(top, dir)); err != nil || info.Mode() != fs.ModeDir|0o755 {
			t.Error(dir, info.Mode(), err)
		}
	}
	if after, err := os.Stat(top); err != nil || after.Mode() != before.Mode() {
		t.Error(after.Mode(), err)
	}
	file := filepath.Join(top, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MkdirAll(file, 0o755); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := MkdirAll(filepath.Join(file, "x"), 0o755); err == nil {
		t.Error("below a file")
	}
}
