//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
	"github.com/webport/webport/internal/browsertest"
	"github.com/webport/webport/native/tap"
)

// TestPingPongInRealBrowsers installs the apps of the examples with the verb, and has a real browser start them for an
// extension: by themselves, and then behind a tap.
func TestPingPongInRealBrowsers(t *testing.T) {
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		t.Run(dialect.String(), func(t *testing.T) {
			browsertest.Require(t, dialect)
			r := newBrowserRig(t, dialect)
			r.install("pingpong", "ping_pong")
			r.install("echo", "echo")
			// Firefox has sendNativeMessage for everything, Chromium for objects.
			want := []string{"received pong", "received pong", "received pong", "disconnected", `answer {"n":1}`, "not found: " + r.notFound(), "done"}
			r.expect("by themselves", want)

			installed := r.read()
			recordings := t.TempDir()
			end := r.tap(recordings)
			if bytes.Equal(r.read(), installed) {
				t.Error("the tap has not changed the native manifest")
			}
			r.expect("behind a tap", want)
			end()
			if diff := cmp.Diff(string(installed), string(r.read())); diff != "" {
				t.Errorf("after the tap: %s", diff)
			}
			exchanged := []string{
				`browser "ping"`, `app "pong"`, `browser "ping"`, `app "pong"`, `browser "ping"`, `app "pong"`, "exit 0",
			}
			if diff := cmp.Diff(exchanged, r.recorded(recordings)); diff != "" {
				t.Errorf("recorded: %s", diff)
			}
			r.expect("by themselves again", want)
		})
	}
}

// browserRig is a home with native apps, an extension that uses them, and a real browser.
type browserRig struct {
	*testing.T
	dialect   webport.Dialect
	home      string
	extension string // its directory
	browser   *browsertest.Browser
	lines     chan string
}

func newBrowserRig(t *testing.T, dialect webport.Dialect) *browserRig {
	t.Helper()
	r := &browserRig{T: t, dialect: dialect, home: t.TempDir(), extension: t.TempDir(), lines: make(chan string, 100)}
	manifest := map[webport.Dialect]string{
		webport.Chromium: `{"manifest_version": 3, "name": "ping_pong", "version": "1", "permissions": ["nativeMessaging"],
			"background": {"service_worker": "background.js"}}`,
		webport.Firefox: `{"manifest_version": 2, "name": "ping_pong", "version": "1", "permissions": ["nativeMessaging"],
			"background": {"scripts": ["background.js"]}, "browser_specific_settings": {"gecko": {"id": "ping_pong@example.org"}}}`,
	}
	for name, text := range map[string]string{"manifest.json": manifest[dialect], "background.js": pingPongExtension} {
		if err := os.WriteFile(filepath.Join(r.extension, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	b, err := browsertest.Start(ctx, browsertest.Options{Dialect: dialect, Home: r.home, Console: func(line browsertest.Line) {
		if text, ours := strings.CutPrefix(line.Text, "test: "); ours {
			r.lines <- text
		} else {
			t.Logf("%s: %s", line.Level, line.Text)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	r.browser = b
	return r
}

const pingPongExtension = `
const log = (text) => console.log("test: " + text);
const finish = () => {
	chrome.runtime.sendNativeMessage("echo", {n: 1}, (answer) => {
		log("answer " + JSON.stringify(answer));
		const port = chrome.runtime.connectNative("nobody_has_this");
		port.onDisconnect.addListener((p) => {
			log("not found: " + (p.error ?? chrome.runtime.lastError).message);
			log("done");
		});
	});
};
const port = chrome.runtime.connectNative("ping_pong");
let pongs = 0;
port.onMessage.addListener((message) => {
	log("received " + message);
	if (++pongs < 3) {
		port.postMessage("ping");
		return;
	}
	port.disconnect();
	log("disconnected");
	finish();
});
port.onDisconnect.addListener((p) => {
	const error = p.error ?? chrome.runtime.lastError;
	log("the app is gone: " + error?.message);
});
port.postMessage("ping");
`

// notFound is the browser's text for an app that is not installed.
func (r *browserRig) notFound() string {
	if r.dialect == webport.Firefox {
		return "No such native application nobody_has_this"
	}
	return "Specified native messaging host not found."
}

// webport is a command in the browser's home.
func (r *browserRig) webport(args ...string) *exec.Cmd {
	c := exec.Command("webport", args...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "XDG_") && !strings.HasPrefix(variable, "CHROME_CONFIG_HOME=") {
			c.Env = append(c.Env, variable)
		}
	}
	c.Env = append(c.Env, "HOME="+r.home)
	return c
}

// install builds an example and installs it for the extension.
func (r *browserRig) install(example, name string) {
	r.Helper()
	path := filepath.Join(r.home, name)
	if out, err := exec.Command("go", "build", "-o", path, "../../examples/"+example).CombinedOutput(); err != nil {
		r.Fatalf("build %s: %v\n%s", example, err, out)
	}
	if out, err := r.webport("install", path, "--browser", r.dialect.String(), "--extension", r.extension).CombinedOutput(); err != nil {
		r.Fatalf("install %s: %v\n%s", name, err, out)
	}
}

// expect loads the extension, holds that it logs these lines, and removes it again.
func (r *browserRig) expect(when string, want []string) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	id, err := r.browser.Load(ctx, r.extension)
	if err != nil {
		r.Fatal(err)
	}
	var got []string
	for len(got) == 0 || got[len(got)-1] != "done" {
		select {
		case line := <-r.lines:
			got = append(got, line)
		case <-ctx.Done():
			r.Fatalf("%s: the extension has logged %q and no more", when, got)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.Errorf("%s: %s", when, diff)
	}
	if err := r.browser.Unload(ctx, id); err != nil {
		r.Fatal(err)
	}
}

// read returns the native manifest of ping_pong.
func (r *browserRig) read() []byte {
	r.Helper()
	dir := ".config/chromium/NativeMessagingHosts"
	if r.dialect == webport.Firefox {
		dir = ".mozilla/native-messaging-hosts"
	}
	text, err := os.ReadFile(filepath.Join(r.home, dir, "ping_pong.json"))
	if err != nil {
		r.Fatal(err)
	}
	return text
}

// tap taps ping_pong and returns what ends that.
func (r *browserRig) tap(recordings string) (end func()) {
	r.Helper()
	c := r.webport("tap", "ping_pong", "--browser", r.dialect.String(), "--output", recordings)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		r.Fatal(err)
	}
	if err := c.Start(); err != nil {
		r.Fatal(err)
	}
	shown := bufio.NewReader(out)
	if _, err := shown.ReadString('\n'); err != nil { // what is tapped
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Process.Kill() })
	return func() {
		r.Helper()
		if err := c.Process.Signal(os.Interrupt); err != nil {
			r.Fatal(err)
		}
		rest, _ := io.ReadAll(shown)
		if err := c.Wait(); err != nil {
			r.Errorf("webport tap: %v\n%s", err, rest)
		}
		if n := strings.Count(string(rest), `"pong"`); n != 3 {
			r.Errorf("the tap has shown %d pongs:\n%s", n, rest)
		}
	}
}

// recorded is what the one recording has, in its order.
func (r *browserRig) recorded(dir string) (list []string) {
	r.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil || len(files) != 1 {
		r.Fatalf("recordings: %q, %v", files, err)
	}
	var records []tap.Record
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) { // the shim may outlive the tap
		if records, err = tap.ReadFile(files[0]); err != nil {
			r.Fatal(err)
		}
		if records[len(records)-1].Event == tap.Exit || time.Now().After(deadline) {
			break
		}
	}
	for _, record := range records {
		switch {
		case record.Event == tap.Message:
			list = append(list, record.From+" "+string(record.Body()))
		case record.Event == tap.Exit && record.Status != nil:
			list = append(list, "exit "+string(rune('0'+*record.Status)))
		case record.Event == tap.Exit:
			list = append(list, "exit by "+record.Signal+record.Reason)
		}
	}
	return list
}
