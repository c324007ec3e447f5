package manifest

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestList(t *testing.T) {
	home, o := user(t)
	path := executable(t, "app")
	p, err := PlanInstall(App{Name: "app", Path: path}, o)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, p)
	write(t, filepath.Join(home, ".config/chromium/NativeMessagingHosts/broken.json"), "{")
	write(t, filepath.Join(home, ".config/chromium/NativeMessagingHosts/notes.txt"), "")
	write(t, filepath.Join(home, ".config/opera"), "no directory")
	entries, err := List(&Options{Machine: o.Machine, Browsers: []string{"chromium", "firefox", "zen"}})
	if err != nil {
		t.Fatal(err)
	}
	entries = slices.DeleteFunc(entries, func(e Entry) bool { return e.Scope == System }) // the machine's own
	if len(entries) != 3 || entries[0].Manifest.Path != path || !entries[0].Ours || entries[2].Err == nil || entries[2].Ours {
		t.Fatalf("%+v", entries)
	}
	if got := entries[1].Browsers; !slices.Equal(got, []string{"firefox", "firefox (snap)", "zen"}) {
		t.Errorf("%q", got)
	}
	if _, err := List(&Options{Machine: o.Machine, Browsers: []string{"opera"}}); err == nil {
		t.Error("a directory that cannot be read is no error")
	}
}
