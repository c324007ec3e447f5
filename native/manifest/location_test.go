package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// machine is one whose paths do not depend on where the test runs.
func machine(goos string, environment ...string) *Machine {
	home := map[string]string{"linux": "/home/ann", "darwin": "/Users/ann", "windows": `C:\Users\ann`}[goos]
	return &Machine{OS: goos, Root: "/nowhere", Home: home, Getenv: func(key string) string {
		for _, e := range environment {
			if name, value, _ := strings.Cut(e, "="); name == key {
				return value
			}
		}
		return ""
	}}
}

// TestLocations holds the table against what the sources say, written down here a second time: Chrome's and Edge's
// pages on native messaging, MDN's on native manifests, and the sources of Brave, Vivaldi, Waterfox and the portal.
// A line is an operating system, a browser, and where it looks, in its order; * is where install writes.
func TestLocations(t *testing.T) {
	const want = `
linux chrome
	user * /home/ann/.config/google-chrome/NativeMessagingHosts
	system * /etc/opt/chrome/native-messaging-hosts
linux chrome-for-testing
	user * /home/ann/.config/google-chrome-for-testing/NativeMessagingHosts
	system * /etc/opt/chrome_for_testing/native-messaging-hosts
linux chromium
	user * /home/ann/.config/chromium/NativeMessagingHosts
	system * /etc/chromium/native-messaging-hosts
linux chromium snap
	user * /home/ann/snap/chromium/common/chromium/NativeMessagingHosts
	system unknown
linux chrome flatpak
	user * /home/ann/.var/app/com.google.Chrome/config/google-chrome/NativeMessagingHosts
	system unknown
linux edge-dev
	user * /home/ann/.config/microsoft-edge-dev/NativeMessagingHosts
	system * /etc/opt/edge/native-messaging-hosts
linux edge-canary
linux brave
	user * /home/ann/.config/BraveSoftware/Brave-Browser/NativeMessagingHosts
	system * /etc/opt/chrome/native-messaging-hosts
linux vivaldi
	user * /home/ann/.config/vivaldi/NativeMessagingHosts
	system * /etc/opt/chrome/native-messaging-hosts
linux arc
linux opera
	user * /home/ann/.config/opera/NativeMessagingHosts
	system unknown
linux firefox
	user * /home/ann/.mozilla/native-messaging-hosts
	system * /usr/lib/mozilla/native-messaging-hosts
	system /usr/lib64/mozilla/native-messaging-hosts
linux firefox-nightly
	user * /home/ann/.mozilla/native-messaging-hosts
	system * /usr/lib/mozilla/native-messaging-hosts
	system /usr/lib64/mozilla/native-messaging-hosts
linux firefox snap
	user * /home/ann/.mozilla/native-messaging-hosts
	user /home/ann/.config/mozilla/native-messaging-hosts
	system * /usr/lib/mozilla/native-messaging-hosts
	system /usr/lib64/mozilla/native-messaging-hosts
linux firefox flatpak
	user * /home/ann/.var/app/org.mozilla.firefox/.mozilla/native-messaging-hosts
	system unknown
linux firefox-android
linux waterfox
	user * /home/ann/.waterfox/native-messaging-hosts
	user /home/ann/.mozilla/native-messaging-hosts
	system * /usr/lib/waterfox/native-messaging-hosts
	system /usr/lib/mozilla/native-messaging-hosts
darwin chrome
	user * /Users/ann/Library/Application Support/Google/Chrome/NativeMessagingHosts
	system * /Library/Google/Chrome/NativeMessagingHosts
darwin chrome-canary
	user * /Users/ann/Library/Application Support/Google/Chrome Canary/NativeMessagingHosts
	system * /Library/Google/Chrome/NativeMessagingHosts
darwin chromium
	user * /Users/ann/Library/Application Support/Chromium/NativeMessagingHosts
	system * /Library/Application Support/Chromium/NativeMessagingHosts
darwin edge
	user * /Users/ann/Library/Application Support/Microsoft Edge/NativeMessagingHosts
	system * /Library/Microsoft/Edge/NativeMessagingHosts
darwin brave
	user * /Users/ann/Library/Application Support/Google/Chrome/NativeMessagingHosts
	user * /Users/ann/Library/Application Support/BraveSoftware/Brave-Browser/NativeMessagingHosts
	system * /Library/Google/Chrome/NativeMessagingHosts
darwin arc
	user * /Users/ann/Library/Application Support/Arc/User Data/NativeMessagingHosts
	system unknown
darwin firefox
	user * /Users/ann/Library/Application Support/Mozilla/NativeMessagingHosts
	system * /Library/Application Support/Mozilla/NativeMessagingHosts
darwin thunderbird
	user * /Users/ann/Library/Mozilla/NativeMessagingHosts
	system * /Library/Application Support/Mozilla/NativeMessagingHosts
windows chrome-dev
	user * HKEY_CURRENT_USER\Software\Google\Chrome\NativeMessagingHosts (32-bit view)
	user HKEY_CURRENT_USER\Software\Google\Chrome\NativeMessagingHosts (64-bit view)
	system * HKEY_LOCAL_MACHINE\Software\Google\Chrome\NativeMessagingHosts (32-bit view)
	system HKEY_LOCAL_MACHINE\Software\Google\Chrome\NativeMessagingHosts (64-bit view)
windows chromium
	user * HKEY_CURRENT_USER\Software\Chromium\NativeMessagingHosts (32-bit view)
	user HKEY_CURRENT_USER\Software\Google\Chrome\NativeMessagingHosts (32-bit view)
	user HKEY_CURRENT_USER\Software\Chromium\NativeMessagingHosts (64-bit view)
	user HKEY_CURRENT_USER\Software\Google\Chrome\NativeMessagingHosts (64-bit view)
	system * HKEY_LOCAL_MACHINE\Software\Chromium\NativeMessagingHosts (32-bit view)
	system HKEY_LOCAL_MACHINE\Software\Google\Chrome\NativeMessagingHosts (32-bit view)
	system HKEY_LOCAL_MACHINE\Software\Chromium\NativeMessagingHosts (64-bit view)
	system HKEY_LOCAL_MACHINE\Software\Google\Chrome\NativeMessagingHosts (64-bit view)
windows firefox-esr
	user * HKEY_CURRENT_USER\Software\Mozilla\NativeMessagingHosts (64-bit view)
	system * HKEY_LOCAL_MACHINE\Software\Mozilla\NativeMessagingHosts (32-bit view)
	system HKEY_LOCAL_MACHINE\Software\Mozilla\NativeMessagingHosts (64-bit view)
windows arc
	user unknown
	system unknown
freebsd chrome
`
	var got strings.Builder
	for line := range strings.Lines(want) {
		if words := strings.Fields(line); len(words) > 1 && line[0] != '\t' {
			writeLocations(t, &got, words)
		}
	}
	if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got.String())); diff != "" {
		t.Error(diff)
	}
}

// writeLocations writes the locations of a browser on a system, in a package, as TestLocations has them.
func writeLocations(t *testing.T, to *strings.Builder, of []string) {
	t.Helper()
	b, err := BrowserByName(of[1])
	if err != nil {
		t.Fatal(err)
	}
	var p Package
	if len(of) > 2 {
		p = Package(of[2])
	}
	fmt.Fprintln(to, strings.Join(of, " "))
	for _, l := range b.Locations(machine(of[0]), p) {
		star := ""
		if l.Install {
			star = "* "
		}
		_, where, _ := strings.Cut(l.String(), ": ")
		fmt.Fprintf(to, "\t%v %s%s\n", l.Scope, star, where)
	}
}

// TestTable holds what is true of every row.
func TestTable(t *testing.T) {
	names := map[string]bool{}
	for _, b := range Browsers() {
		if b.Name == "" || b.Title == "" || names[b.Name] {
			t.Errorf("%q %q: no name, no title, or twice", b.Name, b.Title)
		}
		names[b.Name] = true
		seen := 0
		for _, goos := range []string{"linux", "darwin", "windows"} {
			for _, p := range []Package{Ordinary, Snap, Flatpak} {
				for _, l := range b.Locations(machine(goos), p) {
					seen++
					known := l.Dir != "" || l.Key.Path != ""
					if l.Source == "" || known == (l.Evidence == Unknown) || l.Install && !known || l.Browser != b.Name || l.Package != p {
						t.Errorf("%s: %+v", goos, l)
					}
					if l.Dir != "" && (!strings.HasPrefix(l.Dir, l.base+"/") || strings.Contains(l.Dir, "$") || strings.Contains(l.Dir, "//")) {
						t.Errorf("%s: the path %q is below %q", b.Name, l.Dir, l.base)
					}
				}
			}
		}
		if (seen == 0) == (b.Without == "") {
			t.Errorf("%s: %d locations, and Without is %q", b.Name, seen, b.Without)
		}
	}
	for _, name := range strings.Fields(`chrome chrome-beta chrome-dev chrome-canary chrome-for-testing chromium edge edge-beta
		edge-dev edge-canary brave brave-beta brave-nightly vivaldi opera arc yandex iridium slimjet ungoogled-chromium comet firefox
		firefox-esr firefox-developer-edition firefox-nightly firefox-android librewolf waterfox floorp zen tor-browser thunderbird`) {
		if !names[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestLocationsFollowTheEnvironment(t *testing.T) {
	for _, test := range []struct{ browser, environment, want string }{
		{"chromium", "XDG_CONFIG_HOME=/conf", "/conf/chromium/NativeMessagingHosts"},
		{"chromium", "XDG_CONFIG_HOME=conf", "/home/ann/.config/chromium/NativeMessagingHosts"},
		{"chromium", "CHROME_CONFIG_HOME=/chrome", "/chrome/chromium/NativeMessagingHosts"},
		{"firefox", "XDG_CONFIG_HOME=/conf", "/home/ann/.mozilla/native-messaging-hosts"}, // the legacy path is forced
		{"tor-browser", "XDG_DATA_HOME=/data", "/data/torbrowser/tbb/x86_64/tor-browser/Browser/TorBrowser/Data/Browser/.mozilla/native-messaging-hosts"},
	} {
		b, err := BrowserByName(test.browser)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Locations(machine("linux", test.environment), Ordinary)[0].Dir; got != test.want {
			t.Errorf("%s with %s: %s, want %s", test.browser, test.environment, got, test.want)
		}
	}
}

func TestUnknownBrowser(t *testing.T) {
	_, err := BrowserByName("netscape")
	if err == nil || !strings.Contains(err.Error(), `no browser "netscape"`) || !strings.Contains(err.Error(), "waterfox") {
		t.Error(err)
	}
}

func TestInstallations(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{
		"usr/bin/chromium",
		"home/ann/.config/google-chrome/Local State",
		"home/ann/.config/vivaldi/NativeMessagingHosts/app.json", // left by an installer
		"home/ann/.config/opera/" + madeMark,
		"home/ann/.mozilla/firefox/profiles.ini",
		"snap/bin/firefox",
		"home/ann/.var/app/com.brave.Browser/config/x",
	} {
		write(t, filepath.Join(root, file), "")
	}
	m := machine("linux")
	m.Root = root
	var got []string
	for _, i := range m.Installations() {
		got = append(got, fmt.Sprintf("%v: %s", i, i.Because))
	}
	want := []string{
		"chrome: /home/ann/.config/google-chrome",
		"chromium: /usr/bin/chromium",
		"brave (flatpak): /home/ann/.var/app/com.brave.Browser",
		"firefox: /home/ann/.mozilla/firefox",
		"firefox (snap): /snap/bin/firefox",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInstallationsOnOtherSystems(t *testing.T) {
	for goos, file := range map[string]string{
		"darwin":  "Applications/Google Chrome.app/Contents/Info.plist",
		"windows": "C/Users/ann/AppData/Local/Google/Chrome/Application/chrome.exe",
	} {
		m := machine(goos)
		m.Root = t.TempDir()
		write(t, filepath.Join(m.Root, file), "")
		if got := m.Installations(); len(got) != 1 || got[0].String() != "chrome" {
			t.Errorf("%s: %v", goos, got)
		}
	}
}

func TestBrowserFind(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	m := machine("linux")
	m.Root = t.TempDir()
	file := write(t, filepath.Join(m.Root, "etc/chromium/native-messaging-hosts/app.json"), text(Chromium, path, nil))
	b, _ := BrowserByName("chromium")
	found, tried := b.Find(m, Ordinary, "app", origin)
	if found == nil || found.File != file || len(tried) != 2 {
		t.Errorf("%+v, %v", found, tried)
	}
	if found, tried := b.Find(m, Snap, "app", origin); found != nil || len(tried) != 1 {
		t.Errorf("snap: %+v, %v", found, tried)
	}
}

func TestBrowserFindOnWindows(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	m := machine("windows")
	m.Root = t.TempDir()
	reg := fakeRegistry{}
	m.registry = reg
	write(t, filepath.Join(m.Root, "C/native/app.json"), text(Firefox, path, nil))
	local := Key{Hive: "HKEY_LOCAL_MACHINE", Path: mozillaKey, View: 64}
	reg.set(local, "app", `C:\native\app.json`)
	b, _ := BrowserByName("firefox")
	found, tried := b.Find(m, Ordinary, "app", addOn)
	if found == nil || len(tried) != 3 || tried[2].File != `C:\native\app.json` {
		t.Errorf("%+v, %v", found, tried)
	}
	// The first key that has a value decides, whatever is in the file it names.
	reg.set(Key{Hive: "HKEY_CURRENT_USER", Path: mozillaKey, View: 64}, "app", `C:\gone.json`)
	found, tried = b.Find(m, Ordinary, "app", addOn)
	if found != nil || len(tried) != 1 || tried[0].Err == nil {
		t.Errorf("%+v, %v", found, tried)
	}
}

// fakeRegistry has values by key and name. As in Windows, both views of HKEY_CURRENT_USER\Software show the same.
type fakeRegistry map[string]string

func at64(k Key) string {
	if k.Hive == "HKEY_CURRENT_USER" {
		k.View = 64
	}
	return k.String() + "|"
}

func (r fakeRegistry) value(k Key, name string) (string, error) {
	if v, ok := r[at64(k)+name]; ok {
		return v, nil
	}
	return "", errNoKey
}

func (r fakeRegistry) set(k Key, name, value string) error {
	r[at64(k)+name] = value
	return nil
}

func (r fakeRegistry) remove(k Key, name string) error {
	if _, err := r.value(k, name); err != nil {
		return err
	}
	delete(r, at64(k)+name)
	return nil
}

func (r fakeRegistry) names(k Key) ([]string, error) {
	var names []string
	for key := range r {
		if name, ok := strings.CutPrefix(key, at64(k)); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}
