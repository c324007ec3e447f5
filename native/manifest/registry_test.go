package manifest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstallOnWindows(t *testing.T) {
	m := machine("windows")
	reg := fakeRegistry{}
	m.Root, m.registry = t.TempDir(), reg
	o := &Options{Machine: m, Browsers: []string{"chrome", "edge", "firefox"}, Extensions: []string{id, addOn}}
	app := App{Name: "app", Path: `C:\Program Files\App\app.exe`}
	p, err := PlanInstall(app, o)
	apply(t, planned(t, p, err,
		"write NativeMessagingHosts/chromium/app.json chrome+edge",
		"write Google/Chrome/NativeMessagingHosts (32-bit view): app chrome",
		"write Microsoft/Edge/NativeMessagingHosts (32-bit view): app edge",
		"write NativeMessagingHosts/firefox/app.json firefox",
		"write Software/Mozilla/NativeMessagingHosts (64-bit view): app firefox"))
	const file = `C:\Users\ann\AppData\Local\webport\NativeMessagingHosts\chromium\app.json`
	if got, _ := reg.value(Key{"HKEY_CURRENT_USER", edgeKey, 32}, "app"); got != file {
		t.Errorf("the key names %q", got)
	}
	text, err := os.ReadFile(m.Local(file))
	if err != nil || !strings.Contains(string(text), `"path": "C:\\Program Files\\App\\app.exe"`) {
		t.Errorf("%v\n%s", err, text)
	}
	again, err := PlanInstall(app, o)
	if err != nil || again.Changes() {
		t.Errorf("the second run: %v %v", again, err)
	}
	entries, err := List(&Options{Machine: m})
	if err != nil || len(entries) != 3 || !entries[0].Ours {
		t.Errorf("%v, %v", entries, err)
	}
	// Chrome's key still names the file that Edge's named too.
	o.Browsers = []string{"edge"}
	gone, err := PlanUninstall("app", o)
	apply(t, planned(t, gone, err, "remove Microsoft/Edge/NativeMessagingHosts (32-bit view): app edge"))
	o.Browsers = nil
	gone, err = PlanUninstall("app", o)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, gone)
	if got := tree(t, m.Root); len(reg) != 0 || slices.ContainsFunc(got, func(f string) bool { return strings.HasSuffix(f, ".json") }) {
		t.Errorf("left: %v, %q", reg, got)
	}
	foreign := write(t, m.Local(`C:\other.json`), "{}")
	reg.set(Key{"HKEY_CURRENT_USER", mozillaKey, 64}, "app", `C:\other.json`)
	o.Browsers = []string{"firefox"}
	p, err = PlanInstall(app, o)
	if err != nil || p.Apply() == nil {
		t.Errorf("a value of somebody else (%s) was overwritten: %v %v", foreign, p, err)
	}
}

func TestKeyThatNamesAFileThatIsGone(t *testing.T) {
	m := machine("windows")
	reg := fakeRegistry{}
	m.Root, m.registry = t.TempDir(), reg
	reg.set(Key{"HKEY_CURRENT_USER", mozillaKey, 64}, "app", `C:\gone.json`)
	p, err := PlanInstall(App{Name: "app", Path: `C:\app.exe`}, &Options{Machine: m, Browsers: []string{"firefox"}, Extensions: []string{addOn}})
	planned(t, p, err, "write NativeMessagingHosts/firefox/app.json firefox", "replace Software/Mozilla/NativeMessagingHosts (64-bit view): app firefox")
}

// TestLookupInTheRegistry has the order of launch_context_win.cc: the user's hive first, the 32-bit view first, and in
// each Chromium's key before Chrome's.
func TestLookupInTheRegistry(t *testing.T) {
	m := machine("windows")
	reg := fakeRegistry{}
	m.Root, m.registry = t.TempDir(), reg
	b, _ := BrowserByName("chromium")
	found, tried, err := b.Lookup(m, "app", origin)
	var got []string
	for _, attempt := range tried {
		got = append(got, attempt.File)
		if attempt.Err == nil {
			t.Errorf("%v", attempt)
		}
	}
	var want []string
	for _, hive := range []string{"HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"} {
		for _, view := range []int{32, 64} {
			want = append(want, Key{hive, forkKey, view}.String()+": app", Key{hive, chromeKey, view}.String()+": app")
		}
	}
	if diff := cmp.Diff(want, got); found != nil || err != nil || diff != "" {
		t.Errorf("%v, %v\n%s", found, err, diff)
	}
	path, _ := filepath.Abs(os.Args[0]) // the executable is looked for
	write(t, m.Local(`C:\app\chromium.json`), text(Chromium, path, nil))
	reg.set(Key{"HKEY_LOCAL_MACHINE", chromeKey, 32}, "app", `C:\app\chromium.json`)
	reg.set(Key{"HKEY_LOCAL_MACHINE", forkKey, 64}, "app", `C:\later.json`)
	found, tried, err = b.Lookup(m, "app", origin)
	if err != nil || found == nil || found.File != m.Local(`C:\app\chromium.json`) || len(tried) != 6 {
		t.Errorf("%+v, %v, %v", found, tried, err)
	}
	b, _ = BrowserByName("arc") // of which no key is known
	if _, tried, err = b.Lookup(m, "app", origin); err != nil || len(tried) != 2 || tried[0].File != "" || tried[1].File != "" {
		t.Errorf("%v, %v", tried, err)
	}
	if _, _, err := b.Lookup(&Machine{OS: "plan9"}, "app", origin); err == nil {
		t.Error("found on a system that the table does not have")
	}
}
