package manifest

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestPolicy(t *testing.T) {
	for _, test := range []struct {
		name                string
		files               map[string]string
		blocked, systemOnly string // names of files
		err                 string
	}{
		{name: "none"},
		{name: "another app", files: map[string]string{"a.json": `{"NativeMessagingBlocklist": ["other"]}`}},
		{name: "the app", files: map[string]string{"a.json": `{"NativeMessagingBlocklist": ["other", "app"]}`}, blocked: "a.json"},
		{name: "all", files: map[string]string{"a": `{"NativeMessagingBlocklist": ["*"]} // all`}, blocked: "a"},
		{name: "all but this", files: map[string]string{"a": `{"NativeMessagingBlocklist": ["*"]}`, "b": `{"NativeMessagingAllowlist": ["app"]}`}},
		{name: "a wildcard among the allowed", files: map[string]string{"a": `{"NativeMessagingBlocklist": ["app"], "NativeMessagingAllowlist": ["*"]}`}, blocked: "a"},
		{name: "the last file wins", files: map[string]string{"a": `{"NativeMessagingBlocklist": ["*"]}`, "b": `{"NativeMessagingBlocklist": []}`}},
		{name: "system only", files: map[string]string{"a": `{"NativeMessagingUserLevelHosts": false}`}, systemOnly: "a"},
		{name: "not system only", files: map[string]string{"a": `{"NativeMessagingUserLevelHosts": false}`, "b": `{"NativeMessagingUserLevelHosts": true}`}},
		{name: "wrong types", files: map[string]string{"a": `{"NativeMessagingUserLevelHosts": "no", "NativeMessagingBlocklist": "app"}`}},
		{name: "trailing commas", files: map[string]string{"a": "{\"NativeMessagingBlocklist\": [\"app\", // this\n],\n}"}, blocked: "a"},
		{name: "commas behind nothing", files: map[string]string{"a": `{"NativeMessagingBlocklist": [,]}`, "b": `{,}`, "c": `{"x": ",]",, }`}, err: "/b: line 1, column 2"},
		{name: "no JSON", files: map[string]string{"a": `{`, "b": `{"NativeMessagingBlocklist": ["app"]}`}, blocked: "b", err: "/a: line 1, column 2"},
		{name: "recommended", files: map[string]string{"../recommended/a": `{"NativeMessagingBlocklist": ["app"]}`}},
	} {
		m := machine("linux")
		m.Root = t.TempDir()
		dir := filepath.Join(m.Root, "etc/chromium/policies/managed")
		for name, text := range test.files {
			write(t, filepath.Join(dir, name), text)
		}
		file := func(name string) string {
			if name == "" {
				return ""
			}
			return filepath.Join(dir, name)
		}
		b, _ := BrowserByName("chromium")
		got, err := b.Policy(m, Ordinary, "app")
		if want := (Policy{Dir: dir, Blocked: file(test.blocked), SystemOnly: file(test.systemOnly)}); got != want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, want)
		}
		if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestWherePoliciesAre(t *testing.T) {
	for name := range policyDirs {
		if b, err := BrowserByName(name); err != nil || b.Format != Chromium {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, test := range []struct {
		browser, goos string
		p             Package
		dir           string
	}{
		{"chrome-beta", "linux", Ordinary, "/etc/opt/chrome/policies/managed"},
		{"brave", "linux", Ordinary, "/etc/brave/policies/managed"},
		{"chromium", "linux", Snap, ""},
		{"chromium", "windows", Ordinary, ""},
		{"vivaldi", "linux", Ordinary, ""},
		{"firefox", "linux", Ordinary, ""},
	} {
		b, _ := BrowserByName(test.browser)
		if got, err := b.Policy(machine(test.goos), test.p, "app"); err != nil || strings.TrimPrefix(got.Dir, "/nowhere") != test.dir {
			t.Errorf("%s on %s: %+v, %v", test.browser, test.goos, got, err)
		}
	}
}
