//go:build linux

package manifest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestADirectoryOfSomebodyElses(t *testing.T) {
	home, o := user(t)
	o.Browsers = []string{"chromium"}
	p, err := PlanInstall(App{Name: "app", Path: executable(t, "app")}, o)
	if err == nil {
		err = os.Chmod(filepath.Dir(home), 0o500)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(home), 0o700)
	if os.Geteuid() == 0 { // root may write all the same
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer syscall.Setfsuid(0)
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Apply(); err == nil || !strings.HasSuffix(err.Error(), "permission denied: make the directory yours, which an installer that ran with sudo may have made") {
		t.Error(err)
	}
}
