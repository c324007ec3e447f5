package manifest_test

import (
	"fmt"

	"github.com/webport/webport/native/manifest"
)

func ExampleFormat_Find() {
	dirs := []string{"/no/such/user/directory", "/no/such/system/directory"}
	found, tried := manifest.Chromium.Find("ping_pong", "chrome-extension://abcdefghijklmnopabcdefghijklmnop/", dirs)
	fmt.Println(found != nil)
	for _, place := range tried {
		fmt.Println(place.File, place.Err)
	}
	// Output:
	// false
	// /no/such/user/directory/ping_pong.json no such file
	// /no/such/system/directory/ping_pong.json no such file
}

func ExampleFormat_CheckName() {
	fmt.Println(manifest.Firefox.CheckName("Ping.Pong"))
	fmt.Println(manifest.Chromium.CheckName("Ping.Pong"))
	// Output:
	// <nil>
	// "Ping.Pong" cannot be the name of a native app in chromium: use parts of lower case letters, digits and _, joined by single dots
}

func ExamplePlanInstall() {
	plan, err := manifest.PlanInstall(manifest.App{Name: "ping_pong", Path: "/usr/lib/ping_pong/app"}, &manifest.Options{
		Machine:    &manifest.Machine{OS: "linux", Root: "/tmp/package", Home: "/root"}, // for a packager
		Scope:      manifest.System,
		Browsers:   []string{"chromium", "firefox"},
		Extensions: []string{"abcdefghijklmnopabcdefghijklmnop", "ping_pong@example.org"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range plan.Steps {
		fmt.Println(step.Action, step.File, step.Browsers)
	}
	// plan.Apply() does it.

	// Output:
	// write /etc/chromium/native-messaging-hosts/ping_pong.json [chromium]
	// write /usr/lib/mozilla/native-messaging-hosts/ping_pong.json [firefox]
}

func ExampleBrowser_Locations() {
	edge, err := manifest.BrowserByName("edge")
	if err != nil {
		fmt.Println(err)
		return
	}
	mac := &manifest.Machine{OS: "darwin", Home: "/Users/ann"}
	for _, l := range edge.Locations(mac, manifest.Ordinary) {
		fmt.Println(l, "-", l.Evidence)
	}
	// Output:
	// edge, user: /Users/ann/Library/Application Support/Microsoft Edge/NativeMessagingHosts - documented
	// edge, system: /Library/Microsoft/Edge/NativeMessagingHosts - documented
}
