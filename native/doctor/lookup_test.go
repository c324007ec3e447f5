//go:build linux

package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFirefoxPassesOverWhatIsInvalid(t *testing.T) {
	p := newPatient(t, "", "echo")
	p.options.Machine.Root = filepath.Join(filepath.Dir(p.home), "root")
	text, _ := os.ReadFile(p.file("firefox"))
	for file, content := range map[string]string{p.home + "/.mozilla/native-messaging-hosts/app.json": "{", "/usr/lib/mozilla/native-messaging-hosts/app.json": string(text)} {
		file = filepath.Join(p.options.Machine.Root, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p.options.Browsers = []string{"firefox"}
	steps := p.examine()
	if len(broken(steps)) != 0 || !strings.Contains(steps[2].Reason, "passes over") || !strings.HasSuffix(steps[2].Found, "/usr/lib/mozilla/native-messaging-hosts/app.json") {
		t.Errorf("%+v", steps[:3])
	}
}

func TestPolicy(t *testing.T) {
	const dir = "/etc/chromium/policies/managed"
	for _, test := range []struct {
		policy, step, reason, mend string
	}{
		{`{"NativeMessagingBlocklist": ["*"]}`, Policy, "NativeMessagingBlocklist", `NativeMessagingAllowlist: ["app"]`},
		{`{"NativeMessagingUserLevelHosts": false}`, Found, "there is none at ", "--browser chromium --extension EXTENSION --scope system --root "},
		{`{`, Policy, "the file ends inside the JSON object", "chrome://policy"},
	} {
		p := newPatient(t, "", "echo")
		p.options.Browsers = []string{"chromium"}
		p.options.Machine.Root = t.TempDir()
		local := p.options.Machine.Local
		text, err := os.ReadFile(p.file("chromium"))
		if err != nil {
			t.Fatal(err)
		}
		for file, content := range map[string]string{dir + "/a.json": test.policy, p.file("chromium"): string(text)} {
			if err := os.MkdirAll(filepath.Dir(local(file)), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(local(file), []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := broken(p.examine()); len(got) != 1 || got[0].Name != test.step || !strings.Contains(got[0].Reason, test.reason) || !strings.Contains(got[0].Mend, test.mend) {
			t.Errorf("%s: %+v", test.policy, got)
		}
		if err := os.MkdirAll(local("/etc/chromium/native-messaging-hosts"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(local("/etc/chromium/native-messaging-hosts/app.json"), text, 0o666); err != nil {
			t.Fatal(err)
		}
		if got := broken(p.examine()); test.step == Found && len(got) != 0 {
			t.Errorf("in the system's scope too: %+v", got)
		}
	}
}

// Chromium takes such a native manifest, and nobody can call.
func TestOriginsOfNoExtension(t *testing.T) {
	p := newPatient(t, "", "echo")
	p.options.Browsers = []string{"chromium"}
	p.replace("chrome-extension://"+id, "chrome-extension://extension_id/\", \"chrome-extension://"+id)
	if got := broken(p.examine()); len(got) != 0 {
		t.Errorf("beside a good one: %+v", got)
	}
	p.replace(id, "other_id")
	if got := broken(p.examine()); len(got) != 1 || got[0].Name != Caller || !strings.Contains(got[0].Reason, "no extension's id") ||
		strings.Contains(got[0].Mend, "_id") || !strings.Contains(got[0].Mend, "--extension EXTENSION") {
		t.Errorf("%+v", got)
	}
}
