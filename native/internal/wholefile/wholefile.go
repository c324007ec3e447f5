// Package wholefile writes files that others read, meanwhile and as other users.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file beside the place it is for and then moves it there, so that who reads it, and a crash, finds the
// old one or the new one whole, and whose the old one was the new one is. With an error the old one is still there.
func Write(file string, content []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if old, err := os.Stat(file); err == nil {
		keepOwner(f, old)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// MkdirAll makes dir and what is missing above it, as os.MkdirAll does, but of exactly that mode: the umask of an
// administrator may be one that keeps everybody else out.
func MkdirAll(dir string, mode fs.FileMode) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if above := filepath.Dir(dir); above != dir {
		if err := MkdirAll(above, mode); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, mode)
	if errors.Is(err, fs.ErrExist) {
		info, statErr := os.Stat(dir)
		if statErr == nil && info.IsDir() {
			return nil // somebody else was faster
		}
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}
