//go:build linux

package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/webport/webport/native/manifest"
)

const (
	id    = "abcdefghijklmnopabcdefghijklmnop"
	addOn = "test@example.org"
)

// patient is a home directory with Chromium and Firefox, and the app "app" installed for both.
type patient struct {
	*testing.T
	home    string
	options *Options
}

func newPatient(t *testing.T, path, part string) *patient {
	t.Helper()
	p := &patient{T: t, home: filepath.Join(t.TempDir(), "höme 'of' ann")}
	if path == "" {
		path, _ = filepath.Abs(os.Args[0])
	}
	m := &manifest.Machine{Home: p.home, Getenv: func(string) string { return "" }}
	p.options = &Options{
		Machine: m, Browsers: []string{"chromium", "firefox"}, Timeout: 20 * time.Second,
		Env: append(os.Environ(), appVariable+"="+part),
	}
	plan, err := manifest.PlanInstall(manifest.App{Name: "app", Path: path}, &manifest.Options{
		Machine: m, Browsers: p.options.Browsers, Extensions: []string{id, addOn},
	})
	if err == nil {
		err = plan.Apply()
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *patient) file(browser string) string {
	if browser == "firefox" {
		return filepath.Join(p.home, ".mozilla/native-messaging-hosts/app.json")
	}
	return filepath.Join(p.home, ".config/chromium/NativeMessagingHosts/app.json")
}

func (p *patient) write(browser, text string) {
	p.Helper()
	if err := os.WriteFile(p.file(browser), []byte(text), 0o644); err != nil {
		p.Fatal(err)
	}
}

// replace edits both native manifests.
func (p *patient) replace(old, with string) {
	p.Helper()
	for _, browser := range p.options.Browsers {
		text, err := os.ReadFile(p.file(browser))
		if err != nil || !strings.Contains(string(text), old) {
			p.Fatalf("%v: no %q in\n%s", err, old, text)
		}
		p.write(browser, strings.Replace(string(text), old, with, 1))
	}
}

func (p *patient) examine() []Step {
	p.Helper()
	var reported []Step
	p.options.Report = func(s Step) { reported = append(reported, s) }
	steps, err := Examine(p.Context(), "app", p.options)
	if err != nil {
		p.Fatal(err)
	}
	if !slices.Equal(steps, reported) {
		p.Errorf("reported %v, returned %v", reported, steps)
	}
	var names []string
	for _, s := range steps {
		names = append(names, s.Name)
	}
	if want := slices.Repeat(order, len(p.options.Browsers)); !slices.Equal(names, want) {
		p.Errorf("steps %q", names)
	}
	return steps
}

// broken is the first step that is not ok, for each browser.
func broken(steps []Step) []Step {
	var list []Step
	for _, s := range steps {
		if s.State != OK && !slices.ContainsFunc(list, func(have Step) bool { return have.Browser == s.Browser }) {
			list = append(list, s)
		}
	}
	return list
}

func TestHealthy(t *testing.T) {
	p := newPatient(t, "", "echo")
	p.options.Message = json.RawMessage(`{"hello":"world"}`)
	steps := p.examine()
	for _, s := range steps {
		if s.State != OK || s.Found == "" || s.Mend != "" || s.App != "app" {
			t.Errorf("%+v", s)
		}
	}
	if s := steps[9]; !strings.Contains(s.Found, `{"hello":"world"}`) || s.Browser != "chromium" {
		t.Errorf("%+v", s)
	}
}

// executable is an executable file with that text.
func executable(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), `my "app" é.sh`)
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBroken breaks one thing at a time and holds that the step is named, why, and what mends it.
func TestBroken(t *testing.T) {
	const same = "as in chromium"
	for _, test := range []struct {
		name           string
		prepare        func(*patient)
		step           string
		reason         string
		mend           string
		firefox        string // the step that fails there, if it is another
		firefoxsReason string
	}{
		{"none", func(p *patient) { os.Remove(p.file("chromium")); os.Remove(p.file("firefox")) }, Found, "there is none at ", "webport install APP --name app --browser chromium --extension EXTENSION", Found, ".mozilla/native-messaging-hosts/app.json, nor at /usr/lib/mozilla"},
		{"syntax", func(p *patient) { p.replace(`"stdio",`, `"stdio"`) }, Valid, "line 3, column 2", "edit the file", same, ""},
		{"type", func(p *patient) { p.replace("stdio", "socket") }, Valid, `"type" is "socket"`, "--force", same, ""},
		{"key", func(p *patient) { p.replace(`"type"`, `"$schema": "x", "type"`) }, "", "", "", Valid, `has the key "$schema"`},
		{"relative", func(p *patient) { p.replace(`"path": "/`, `"path": "`) }, Valid, "must be absolute", "", same, ""},
		{"stranger", func(p *patient) { p.options.Extension = strings.Repeat("p", 32) }, Caller, "chrome-extension://pppppppppppppppppppppppppppppppp/ is not in the list", "--extension pppp", Caller, "has no name in firefox"},
		{"stranger to a file of others", func(p *patient) {
			p.replace(`"type"`, ` "type"`)
			p.options.Extension = strings.Repeat("p", 32)
		}, Caller, "is not in the list", "--extension pppppppppppppppppppppppppppppppp --extension " + "chrome-extension://" + id + "/ --force", Caller, "has no name in firefox"},
		{"gone", func(p *patient) { p.replace(`"path": "/`, `"path": "/gone/`) }, Path, "no such file", "put the app there", same, ""},
		{"gone, in a file of others", func(p *patient) { p.replace(`"path": "/`, ` "path": "/gone/`) }, Path, "no such file", "--extension chrome-extension://" + id + "/ --force", same, ""},
		{"a directory in place of the file", func(p *patient) {
			for _, b := range p.options.Browsers {
				if err := errors.Join(os.Remove(p.file(b)), os.Mkdir(p.file(b), 0o755)); err != nil {
					p.Fatal(err)
				}
			}
		}, Valid, "it is a directory", "move it away, and: webport install APP --name app --browser chromium --extension EXTENSION", same, ""},
		{"directory", func(p *patient) {
			for _, b := range p.options.Browsers {
				text, _ := os.ReadFile(p.file(b))
				m, _ := manifest.Chromium.Read(p.file(b), "app")
				if b == "firefox" {
					m, _ = manifest.Firefox.Read(p.file(b), "app")
				}
				p.write(b, strings.Replace(string(text), strconv.Quote(m.Path), strconv.Quote(filepath.Dir(m.Path)), 1))
			}
		}, Path, "is a directory", "webport install APP", same, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPatient(t, "", "echo")
			test.prepare(p)
			got := broken(p.examine())
			if test.firefox == same {
				test.firefox, test.firefoxsReason = test.step, test.reason
			}
			if test.step == "" {
				got = append([]Step{{}}, got...)
			}
			if len(got) != 2 || got[0].Name != test.step || !strings.Contains(got[0].Reason, test.reason) || !strings.Contains(got[0].Mend, test.mend) ||
				got[1].Name != test.firefox || !strings.Contains(got[1].Reason, test.firefoxsReason) || got[1].Mend == "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestExecutables(t *testing.T) {
	elfOfAnother := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\x02\x00\x16\x00\x01\x00\x00\x00" + strings.Repeat("\x00", 24) + "\x00\x00\x00\x00\x40\x00\x38\x00\x00\x00\x40\x00\x00\x00\x00\x00"
	for _, test := range []struct {
		name, text         string
		mode               os.FileMode
		step, reason, mend string
	}{
		{"not executable", "#!/bin/sh\n", 0o644, Executable, "nobody may run it", "chmod +x "},
		{"no #!", "echo\n", 0o755, Interpreter, "does not know how to run it", "#!/usr/bin/env"},
		{"empty", "", 0o755, Interpreter, "nothing to run", "build"},
		{"no such interpreter", "#!/no/such/python3 -u\n", 0o755, Interpreter, "/no/such/python3", "install /no/such/python3"},
		{"env of nothing there", "#!/usr/bin/env no-such-program\n", 0o755, Interpreter, "no-such-program", "install no-such-program"},
		{"env of several words", "#!/usr/bin/env sh -e\n", 0o755, Interpreter, `all that follows as one word, "sh -e"`, "#!/usr/bin/env -S sh -e"},
		{"env of nothing there, split", "#!/usr/bin/env -iSno-such-program -u\n", 0o755, Interpreter, "no-such-program", "install no-such-program"},
		{"env of options alone", "#!/usr/bin/env -S -u HOME A=b\n", 0o755, Interpreter, "no program", "name a program"},
		{"long interpreter", "#!/bin" + strings.Repeat("/", 300) + "sh\n", 0o755, Interpreter, "ends 308 bytes into the file, and Linux reads 255", "shorter path"},
		{"carriage return", "#!/bin/sh\r\nexit\r\n", 0o755, Interpreter, "carriage return", "sed -i"},
		{"byte order mark", "\xef\xbb\xbf#!/bin/sh\n", 0o755, Interpreter, "byte order mark", "without"},
		{"another processor", elfOfAnother, 0o755, Interpreter, "another processor", "build it for"},
		{"Windows", "MZ", 0o755, Interpreter, "", "build"},
		{"macOS", "\xcf\xfa\xed\xfe", 0o755, Interpreter, "", "build"},
	} {
		p := newPatient(t, executable(t, "", 0o755), "")
		m, err := manifest.Firefox.Read(p.file("firefox"), "app")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(m.Path, []byte(test.text), test.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(m.Path, test.mode); err != nil {
			t.Fatal(err)
		}
		for _, got := range broken(p.examine()) {
			if got.Name != test.step || got.State != Failed || !strings.Contains(got.Reason, test.reason) || !strings.Contains(got.Mend, test.mend) {
				t.Errorf("%s: %+v", test.name, got)
			}
		}
	}
}

// TestInterpretersThatAreThere starts what the step says can be run.
func TestInterpretersThatAreThere(t *testing.T) {
	for _, line := range []string{
		"#!/bin/sh -e", "#! /bin/sh", "#!/usr/bin/env sh", "#!/usr/bin/env -S sh -e", "#!/usr/bin/env -Ssh -e", "#!/usr/bin/env -vS sh",
		"#!/usr/bin/env --split-string=sh -e", "#!/usr/bin/env -S -u HOME A=b sh", "#!beside", "#!/usr/bin/env ./beside",
		"#!/bin" + strings.Repeat("/", 247) + "sh",
	} {
		file := executable(t, line+"\ncat\n", 0o755)
		if err := os.Symlink("/bin/sh", filepath.Join(filepath.Dir(file), "beside")); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(file)
		cmd.Dir = filepath.Dir(file)
		if out, err := cmd.Output(); err != nil {
			t.Errorf("%s: %v: %s", line, err, out)
		}
		if found, mend, err := inspect(file); err != nil || mend != "" || !strings.HasPrefix(found, line) {
			t.Errorf("%s: %q, %q, %v", line, found, mend, err)
		}
	}
}

// TestLoaderThatIsMissing changes the name of the loader in a program that has one.
func TestLoaderThatIsMissing(t *testing.T) {
	program, err := os.ReadFile("/bin/true")
	loader := regexp.MustCompile(`/lib[^\x00]*/ld-[^\x00]*`).Find(program)
	if err != nil || loader == nil {
		t.Skipf("no program with a loader at /bin/true: %v", err)
	}
	missing := "/gone" + strings.Repeat("x", len(loader)-5)
	file := executable(t, strings.Replace(string(program), string(loader), missing, 1), 0o755)
	found, mend, err := inspect(file)
	if err == nil || !strings.Contains(err.Error(), missing) || mend == "" || !strings.HasPrefix(found, "ELF") {
		t.Errorf("%q, %q, %v", found, mend, err)
	}
}

// TestApps starts apps that misbehave.
func TestApps(t *testing.T) {
	for _, test := range []struct {
		part, browser string
		want          string // steps that are not ok, with their states
		reason        string // of the first
	}{
		{"silent", "chromium", "answer unknown, framing unknown", "did not answer {}"},
		{"prints", "chromium", "answer failed, framing failed", `these bytes look like text, not like the length of a message: "INFO starting up\n"`},
		{"prints", "firefox", "answer failed, framing failed", "look like text"},
		{"prints after", "firefox", "framing failed", "look like text"},
		{"no JSON", "chromium", "framing failed", "leaves out what is no JSON"},
		{"no JSON", "firefox", "answer failed, framing failed", "not one JSON value"},
		{"too large", "chromium", "answer failed, framing failed", "1048577"},
		{"crash", "chromium", "answer failed, framing unknown, end failed", "cannot open the wallet"},
		{"stays", "chromium", "end failed", "got SIGKILL"},
		{"exits", "firefox", "answer failed, framing unknown, end failed", "exit status 0"},
		{"crashes after", "chromium", "end unknown", "exited by itself after its answer: exit status 4, perhaps because {}"},
		{"dies after", "chromium", "end failed", "exited by itself after its answer: signal: killed"},
		{"forks", "chromium", "orphans failed", "it exited and left running: "},
		{"forks a daemon", "chromium", "orphans unknown", "(/bin/sleep 1002)"},
	} {
		t.Run(test.part+" in "+test.browser, func(t *testing.T) {
			p := newPatient(t, "", test.part)
			p.options.Browsers = []string{test.browser}
			if test.part == "silent" {
				p.options.Timeout = 50 * time.Millisecond
			}
			var got, reasons []string
			for _, s := range p.examine() {
				if s.State != OK {
					got, reasons = append(got, s.Name+" "+string(s.State)), append(reasons, s.Reason)
				}
				if s.State == Failed && s.Mend == "" {
					t.Errorf("nothing mends %+v", s)
				}
				endOrphans(t, s)
			}
			if strings.Join(got, ", ") != test.want || !strings.Contains(reasons[0], test.reason) {
				t.Errorf("%q: %q", got, reasons)
			}
		})
	}
}

// endOrphans kills what the app of this test left, by the ids in the step.
func endOrphans(t *testing.T, s Step) {
	if s.Name != Orphans || s.State != Unknown { // the others have got their signal
		return
	}
	var pid int
	if _, err := fmt.Sscanf(s.Reason, "it left running, in a session of its own as a daemon is: %d", &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

func TestNoAnswerToAMessageThatWasGiven(t *testing.T) {
	p := newPatient(t, "", "silent")
	p.options.Browsers, p.options.Message, p.options.Timeout = []string{"chromium"}, json.RawMessage(`"ping"`), 50*time.Millisecond
	if got := broken(p.examine()); len(got) != 1 || got[0].Name != Answer || got[0].State != Failed || !strings.HasSuffix(got[0].Mend, "webport connect app --as chromium") {
		t.Errorf("%+v", got)
	}
}

func TestWhatCannotBeExamined(t *testing.T) {
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{Browsers: []string{"lynx"}}, `no browser "lynx"`},
		{Options{Message: json.RawMessage("{")}, "the message is not JSON"},
		{Options{Extension: "*"}, "is no extension"},
		{Options{Machine: &manifest.Machine{OS: "windows"}}, "apps of windows cannot be started"},
		{Options{Machine: &manifest.Machine{Root: "/nowhere"}}, "no browser of the table was found"},
	} {
		if _, err := Examine(t.Context(), "app", &test.options); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v", test.options, err)
		}
	}
}

// TestAnExaminationThatIsEnded holds that nothing is called broken for it.
func TestAnExaminationThatIsEnded(t *testing.T) {
	p := newPatient(t, "", "silent")
	p.options.Browsers = []string{"chromium"}
	ctx, cancel := context.WithCancel(t.Context())
	p.options.Report = func(s Step) {
		if s.Name == Confinement { // the last before the app is started
			cancel()
		}
	}
	steps, err := Examine(ctx, "app", p.options)
	if !errors.Is(err, context.Canceled) || len(steps) != len(order) {
		t.Errorf("%d steps, %v", len(steps), err)
	}
	for _, s := range steps {
		if s.State != OK && s.State != Skipped {
			t.Errorf("%+v", s)
		}
	}
}

func BenchmarkExamine(b *testing.B) {
	home := b.TempDir()
	path, _ := filepath.Abs(os.Args[0])
	m := &manifest.Machine{Home: home, Getenv: func(string) string { return "" }}
	plan, err := manifest.PlanInstall(manifest.App{Name: "app", Path: path}, &manifest.Options{Machine: m, Browsers: []string{"chromium"}, Extensions: []string{id}})
	if err == nil {
		err = plan.Apply()
	}
	if err != nil {
		b.Fatal(err)
	}
	options := &Options{Machine: m, Browsers: []string{"chromium"}, Env: append(os.Environ(), appVariable+"=echo")}
	for b.Loop() {
		if _, err := Examine(b.Context(), "app", options); err != nil {
			b.Fatal(err)
		}
	}
}
