package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/webport/webport/native/doctor"
	"github.com/webport/webport/native/manifest"
)

// TestPatients holds that without a name every native manifest is examined, for
// the browsers that are there and look at it, and that none is left out in
// silence where no browser does.
func TestPatients(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the paths are those of Linux")
	}
	const home = "/home/ann"
	root := t.TempDir()
	for _, file := range []string{
		"/usr/bin/chromium", "/usr/lib/firefox/firefox",
		"/etc/chromium/native-messaging-hosts/both.json", home + "/.mozilla/native-messaging-hosts/both.json",
		home + "/.config/chromium/NativeMessagingHosts/both.json", home + "/.config/vivaldi/NativeMessagingHosts/alone.json",
	} {
		file = filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("{}"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	o := doctorOptions{machine: manifest.Machine{Root: root, Home: home, Getenv: func(string) string { return "" }}}
	got, err := o.patients(nil)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if s := got[0].unread; got[0].app != "" || s.App != "alone" || s.Browser != "vivaldi" || s.State != doctor.Unknown {
		t.Errorf("where no browser looks: %+v", got[0])
	}
	if p := got[1]; p.app != "both" || !slices.Equal(p.browsers, []string{"chromium", "firefox"}) {
		t.Errorf("where two look: %+v", p)
	}
}
