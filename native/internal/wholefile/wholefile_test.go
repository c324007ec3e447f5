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
