//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// TestBrowserpass has passwords read by a native app in Go, which answers one message and exits, with the code of its
// answer where that is an error.
func TestBrowserpass(t *testing.T) {
	inEachWay(t, "com.github.browserpass.native", bothBrowsers, func(a *realApp) {
		home := a.passwordStore()
		stores, err := json.Marshal(map[string]any{"s": map[string]any{"id": "s", "name": "test", "path": home + "/store", "settings": map[string]any{}}})
		if err != nil {
			a.Fatal(err)
		}
		settings := `{"settings":{"gpgPath":null,"stores":` + string(stores) + `},"echoResponse":null,`
		for _, test := range []struct {
			message string
			code    int
			keys    []string
			want    string
		}{
			{`{"action":"configure","settings":{"stores":{}}}`, 0, []string{"data", "defaultStore", "settings"}, `"{\"gpgPath\":null,\"foo\":1}\n"`},
			{settings + `"action":"configure"}`, 0, []string{"data", "storeSettings", "s"}, `"{\"gpgPath\":null,\"foo\":1}\n"`},
			{settings + `"action":"list"}`, 0, []string{"data", "files", "s"}, `["example.com/alice.gpg","web/example.org.gpg","ünïcode/日本.example.gpg"]`},
			{settings + `"action":"fetch","storeId":"s","file":"example.com/alice.gpg"}`, 0, []string{"data", "contents"}, `"s3cret\nlogin: alice\nurl: https://example.com\n"`},
			{settings + `"action":"fetch","storeId":"s","file":"ünïcode/日本.example.gpg"}`, 0, []string{"data", "contents"}, `"pässwörd\n"`},
			{`{"action":"echo","echoResponse":{"a":[1,null,"ü",{"n":1e20}],"b":true}}`, 0, nil, `{"a":[1,null,"ü",{"n":1e20}],"b":true}`},
			{`"ping"`, 11, []string{"params", "message"}, `"Unable to parse the browser request"`},
			{`{"action":"nope"}`, 12, []string{"params", "action"}, `"nope"`},
			{settings + `"action":"fetch","storeId":"other","file":"a.gpg"}`, 20, []string{"params", "storeId"}, `"other"`},
			{settings + `"action":"fetch","storeId":"s","file":"no/such.gpg"}`, 24, []string{"params", "message"}, `"Unable to decrypt the password file"`},
		} {
			k := a.connect()
			k.post(test.message)
			got := k.receive()
			if value := field(got, test.keys...); !reflect.DeepEqual(value, decoded(a, test.want)) {
				a.Errorf("%s: got %v", test.message, got)
			}
			if code := field(got, "code"); test.code != 0 && code != float64(test.code) {
				a.Errorf("%s: got %v, want code %d", test.message, got, test.code)
			}
			k.exited(test.code)
		}
		// Code 10 is for no request at all, and the extension that has disconnected does not see it.
		k := a.connect()
		k.end()
		if log := k.log(); !strings.Contains(log, "Unable to parse the length of the browser request") {
			a.Errorf("without a request: %q", log)
		}
	})
}

// passwordStore sets up a home of its own for gpg, whose agent stays in it until the end of the test.
func (a *realApp) passwordStore() (home string) {
	a.Helper()
	home = shortDir(a.T)
	for _, part := range []string{"gnupg", "store"} {
		if err := os.CopyFS(filepath.Join(home, part), os.DirFS(filepath.Join(a.dir, "browserpass", part))); err != nil {
			a.Fatal(err)
		}
	}
	if err := os.Chmod(home+"/gnupg", 0o700); err != nil {
		a.Fatal(err)
	}
	a.env = []string{"GNUPGHOME=" + home + "/gnupg", "PASSWORD_STORE_DIR=" + home + "/store"}
	a.Cleanup(func() {
		if out, err := exec.Command("gpgconf", "--homedir", home+"/gnupg", "--kill", "gpg-agent").CombinedOutput(); err != nil {
			a.Errorf("end gpg-agent: %v\n%s", err, out)
		}
	})
	return home
}

// TestChromeNativeMessaging exchanges messages with an echo in Node.
func TestChromeNativeMessaging(t *testing.T) {
	inEachWay(t, "com.my_company.my_application", chromiumAlone, func(a *realApp) {
		k := a.connect()
		for _, m := range []string{
			`{"a":[1,null,true,"ü日本",1.5,{"b":{}}]}`, `"ping"`, `0`, `false`, `[1,2]`, `{"big":"` + strings.Repeat("x", 900_000) + `"}`,
		} {
			k.post(m)
			k.expect(m)
		}
		dir := a.TempDir()
		for i := range 5 {
			if err := os.WriteFile(fmt.Sprintf("%s/f%d", dir, i), nil, 0o666); err != nil {
				a.Fatal(err)
			}
		}
		k.post(fmt.Sprintf(`{"readdir":%q}`, dir))
		k.expect(`{"file":"f0"}`, `{"file":"f1"}`, `{"file":"f2"}`, `{"file":"f3"}`, `{"file":"f4"}`)
		k.post(`{"readdir":"/no/such"}`)
		if text, _ := field(k.receive(), "error").(string); !strings.Contains(text, "ENOENT") {
			a.Errorf("readdir of what is not there: %q", text)
		}
		k.end()

		const pipelined = 2000
		k = a.connect()
		message := func(i int) string { return fmt.Sprintf(`{"i":%d,"p":%q}`, i, strings.Repeat("y", i%97)) }
		sent := make(chan error, 1)
		go func() {
			for i := range pipelined {
				if err := k.send(message(i)); err != nil {
					sent <- err
					return
				}
			}
			sent <- nil
		}()
		for i := range pipelined {
			k.expect(message(i))
		}
		if err := <-sent; err != nil {
			a.Error(err)
		}
		k.end()

		// null ends the streams inside this app, which then takes what comes and says nothing; it still ends.
		k = a.connect()
		k.post(`null`, `"after"`)
		k.end()
	})
}

// TestNativeManifestForBothFamilies holds that Firefox refuses as a whole what has callers of both.
func TestNativeManifestForBothFamilies(t *testing.T) {
	dir := realApps(t)
	_, err := native.Connect(t.Context(), "com.my_company.my_application", &native.ConnectOptions{Dialect: webport.Firefox, Dirs: []string{dir + "/firefox"}})
	if err == nil || !strings.Contains(err.Error(), `has the key "allowed_origins"`) {
		t.Errorf("got %v", err)
	}
}

// TestOpenCodeBrowser plays the extension of a native app that asks it to do things, for a client of its broker.
func TestOpenCodeBrowser(t *testing.T) {
	inEachWay(t, "com.opencode.browser_automation", chromiumAlone, func(a *realApp) {
		home := shortDir(a.T)
		a.env = []string{"HOME=" + home}
		broker := exec.Command("node", filepath.Join(a.dir, "opencode-browser/package/bin/broker.cjs"))
		broker.Env = append(os.Environ(), a.env...)
		a.start(broker)
		client := a.dial(home + "/.opencode-browser/broker.sock")
		client.ask(`{"type":"hello","role":"plugin","sessionId":"S1"}`)

		// The extension connects twice when it starts: it disconnects the first port for the second.
		k := a.connect()
		client.awaitHost(true)
		k.end()
		client.awaitHost(false)
		k = a.connect()
		client.awaitHost(true)

		client.ask(`{"type":"request","id":2,"op":"tool","tool":"get_tabs","args":{}}`)
		request := k.receive()
		if field(request, "type") != "tool_request" || field(request, "tool") != "get_tabs" {
			a.Fatalf("got %v", request)
		}
		k.post(fmt.Sprintf(`{"type":"tool_response","id":%v,"result":{"content":"[] ünïcode 日本"}}`, field(request, "id")))
		if r := client.answer(); field(r, "ok") != true || field(r, "data", "content") != "[] ünïcode 日本" {
			a.Errorf("got %v", r)
		}

		client.ask(`{"type":"request","id":3,"op":"tool","tool":"navigate","args":{"url":"http://127.0.0.1/"}}`)
		if request = k.receive(); field(request, "tool") != "open_tab" {
			a.Fatalf("got %v", request)
		}
		k.post(fmt.Sprintf(`{"type":"tool_response","id":%v,"result":{"tabId":42,"content":{"tabId":42}}}`, field(request, "id")))
		if request = k.receive(); field(request, "tool") != "navigate" || field(request, "args", "tabId") != 42.0 {
			a.Fatalf("got %v", request)
		}
		k.post(fmt.Sprintf(`{"type":"tool_response","id":%v,"error":{"content":"boom"}}`, field(request, "id")))
		if r := client.answer(); field(r, "ok") != false {
			a.Errorf("got %v", r)
		}
		k.end()
		client.awaitHost(false)

		k = a.connect()
		client.awaitHost(true)
		if err := broker.Process.Signal(os.Interrupt); err != nil {
			a.Fatal(err)
		}
		k.exited(0)
	})
}

// brokerClient is a client of the app's broker: a line of JSON for each message.
type brokerClient struct {
	*realApp
	conn  net.Conn
	lines *bufio.Reader
}

func (a *realApp) dial(socket string) *brokerClient {
	a.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			a.Cleanup(func() { conn.Close() })
			return &brokerClient{a, conn, bufio.NewReader(conn)}
		}
		if time.Now().After(deadline) {
			a.Fatal(err)
		}
	}
}

func (c *brokerClient) ask(message string) {
	c.Helper()
	if _, err := fmt.Fprintln(c.conn, message); err != nil {
		c.Fatal(err)
	}
}

func (c *brokerClient) answer() any {
	c.Helper()
	c.conn.SetReadDeadline(time.Now().Add(patience))
	line, err := c.lines.ReadString('\n')
	if err != nil {
		c.Fatalf("the broker: %v", err)
	}
	return decoded(c, line)
}

// awaitHost returns when the broker has the native app, or has it no longer.
func (c *brokerClient) awaitHost(connected bool) {
	c.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		c.ask(`{"type":"request","id":1,"op":"status"}`)
		if field(c.answer(), "data", "hostConnected") == connected {
			return
		}
		if time.Now().After(deadline) {
			c.Fatalf("the native app is connected to its broker: still not %v", connected)
		}
	}
}

// TestGNOMEBrowserConnector has a native app in Python that passes on, unasked, what it hears on D-Bus.
func TestGNOMEBrowserConnector(t *testing.T) {
	inEachWay(t, "org.gnome.browser_connector", bothBrowsers, func(a *realApp) {
		a.env = []string{"DBUS_SESSION_BUS_ADDRESS=" + a.sessionBus()}
		k := a.connect()
		k.post(`{"execute":"initialize"}`)
		k.expect(`{"success":false,"message":"no_gnome_shell"}`)
		k.post(`{"execute":"listExtensions"}`)
		if text, _ := field(k.receive(), "message").(string); !strings.Contains(text, "org.gnome.Shell was not provided") {
			a.Errorf("listExtensions: %q", text)
		}
		k.post(`{"execute":"subscribeSignals"}`, `{"execute":"setUserExtensionsDisabled","disable":true}`)
		k.expect(`{"signal":"ShellSettingsChanged","key":"disable-user-extensions","value":true}`, `{"success":true}`)
		k.post(`{"execute":"nope"}`, `{"nothing":1}`, `{"execute":"enableExtension","uuid":"a@b.c","enable":true}`, `{"execute":"initialize","x":"ü"}`)
		k.expect(`{"success":true}`, `{"success":false,"message":"no_gnome_shell"}`)
		k.end()
	})
}

// sessionBus starts a bus for the connector alone, and returns its address.
func (a *realApp) sessionBus() (address string) {
	a.Helper()
	c := exec.Command("dbus-daemon", "--config-file="+filepath.Join(a.dir, "gnome-browser-connector/session.conf"), "--nofork", "--print-address=1")
	out, err := c.StdoutPipe()
	if err != nil {
		a.Fatal(err)
	}
	a.start(c)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		a.Fatalf("the address of the session bus: %v", err)
	}
	return strings.TrimSpace(line)
}
