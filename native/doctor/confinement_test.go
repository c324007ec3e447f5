//go:build linux

package doctor

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/webport/webport/native/manifest"
)

func TestConfinement(t *testing.T) {
	for _, test := range []struct {
		app, browser, dir string
		state             State
		mend              string
	}{
		{"", "firefox", "snap/firefox", Unknown, "portal"},
		{"", "chromium", "snap/chromium/common/chromium", Failed, "/snap/chromium"},
		{".local/bin/app", "chromium", "snap/chromium/common/chromium", Failed, "/snap/chromium"},
		{"bin/app", "chromium", "snap/chromium/common/chromium", Unknown, "snap connections chromium"},
		{"snap/chromium/common/app", "chromium", "snap/chromium/common/chromium", OK, ""},
		{"bin/app", "chrome", ".var/app/com.google.Chrome", Unknown, "flatpak override --user --filesystem="},
		{".var/app/com.google.Chrome/app", "chrome", ".var/app/com.google.Chrome", OK, ""},
	} {
		// Below a root of its own: this machine may have the same browsers, unconfined.
		m := &manifest.Machine{Root: t.TempDir(), Home: "/home/ann", Getenv: func(string) string { return "" }}
		path := "/usr/bin/app"
		if test.app != "" {
			path = filepath.Join(m.Home, test.app)
		}
		if err := os.MkdirAll(m.Local(filepath.Dir(path)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(m.Local(path), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(m.Local(filepath.Join(m.Home, test.dir, "something")), 0o777); err != nil {
			t.Fatal(err)
		}
		plan, err := manifest.PlanInstall(manifest.App{Name: "app", Path: path}, &manifest.Options{Machine: m, Browsers: []string{test.browser}, Extensions: []string{id, addOn}})
		if err == nil {
			err = plan.Apply()
		}
		if err != nil {
			t.Fatal(err)
		}
		steps, err := Examine(t.Context(), "app", &Options{Machine: m, Browsers: []string{test.browser}})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(steps, func(s Step) bool { return s.Name == Confinement })
		if s := steps[i]; s.State != test.state || !strings.Contains(s.Mend, test.mend) || !strings.Contains(s.Browser, "(") {
			t.Errorf("%s: %+v", test.app, s)
		}
		if s := steps[len(steps)-1]; s.State != Skipped || test.state != Failed && !strings.Contains(s.Reason, "below another root") {
			t.Errorf("%s: %+v", test.app, s)
		}
	}
}
