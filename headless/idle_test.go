package headless

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/webport/webport"
)

// TestIdleBackground holds what stops for idleness, what does not, and what starts it again.
func TestIdleBackground(t *testing.T) {
	manifests := map[webport.Dialect]string{
		webport.Chromium: `{"manifest_version": 3, "name": "Idle", "version": "1", "background": {"service_worker": "bg.js"}, "permissions": ["alarms"],
			"content_scripts": [{"matches": ["https://example.com/*"], "js": ["cs.js"]}], "action": {}}`,
		webport.Firefox: `{"manifest_version": 2, "name": "Idle", "version": "1", "background": {"scripts": ["bg.js"], "persistent": false}, "permissions": ["alarms"],
			"content_scripts": [{"matches": ["https://example.com/*"], "js": ["cs.js"]}], "browser_action": {}}`,
	}
	for dialect, manifest := range manifests {
		t.Run(dialect.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { idleBackground(t, dialect, manifest) })
		})
	}
}

func idleBackground(t *testing.T, dialect webport.Dialect, manifest string) {
	f := newBrowserForTest(t, dialect, map[string]string{
		"ext/manifest.json": manifest,
		"ext/bg.js": `console.log("started");
			chrome.runtime.onConnect.addListener((p) => p.onMessage.addListener((m) => p.postMessage("echo " + m)));
			chrome.runtime.onSuspend.addListener(() => console.log("onSuspend"));
			(chrome.action ?? chrome.browserAction).onClicked.addListener((tab) => console.log("clicked in", tab.id));
			chrome.alarms.onAlarm.addListener((a) => console.log("alarm", a.name));
			setInterval(() => 0, 1000);`,
		"ext/cs.js": `var port; function connect() {
				port = chrome.runtime.connect();
				port.onMessage.addListener((m) => console.log(m));
				port.onDisconnect.addListener((p) => console.log("disconnected", chrome.runtime.lastError ?? p.error ?? "cleanly"));
			}
			connect();`,
	})
	defer f.browser.Close()
	if _, err := f.browser.Open("https://example.com/"); err != nil {
		t.Fatal(err)
	}
	step := func(what string, do func(), want string) {
		t.Helper()
		do()
		f.settle()
		if got := f.text(); only(got, "background") != only(want, "background") || only(got, "content 1") != only(want, "content 1") {
			t.Errorf("%s: got\n%swant\n%s", what, got, want)
		}
	}
	eval := func(code string) func() {
		return func() {
			if _, err := f.browser.Eval(t.Context(), "content 1", code); err != nil {
				t.Error(err)
			}
		}
	}
	sleep := func(d time.Duration) func() { return func() { time.Sleep(d); synctest.Wait() } }
	suspended := ""
	if dialect == webport.Firefox {
		suspended = "background: onSuspend\n"
	}
	step("at first", func() {}, "background: started\n")
	for range 3 {
		step("a message in time", func() { sleep(20 * time.Second)(); eval(`port.postMessage("a")`)() }, "content 1: echo a\n")
	}
	step("an idle port", sleep(33*time.Second), suspended+"content 1: disconnected cleanly\n")
	if got := strings.Join(f.browser.Contexts(), ", "); got != "background, web 1, content 1" {
		t.Errorf("contexts: %s", got)
	}
	step("it stays stopped", sleep(time.Hour), "")
	step("a connect", eval(`connect(); port.postMessage("b")`), "background: started\ncontent 1: echo b\n")
	step("idle again", sleep(33*time.Second), suspended+"content 1: disconnected cleanly\n")
	step("the button", func() {
		if err := f.browser.Action(nil); err != nil {
			t.Error(err)
		}
	}, "background: started\nbackground: clicked in 1\n")
	step("an alarm is set", func() {
		f.browser.Eval(t.Context(), "background", `chrome.alarms.create("later", { delayInMinutes: 2 })`)
	}, "")
	step("idle before the alarm", sleep(time.Minute), suspended)
	step("the alarm", sleep(time.Minute), "background: started\nbackground: alarm later\n")
	step("a console", func() { sleep(33 * time.Second)(); f.text(); f.browser.Eval(t.Context(), "background", `1`) }, "background: started\n")
}
