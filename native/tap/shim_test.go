//go:build linux

package tap

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// started is a shim that was started as browsers start one, in front of a shell script.
type started struct {
	*exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr bytes.Buffer
	dir            string // of the recordings
}

// startShim starts it with the arguments that a browser gives.
func startShim(t *testing.T, script string, args ...string) *started {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	app := filepath.Join(dir, "app.sh")
	text, err := json.Marshal(config{App: "app", Path: app, Recordings: dir})
	if err != nil {
		t.Fatal(err)
	}
	shimDir := filepath.Join(dir, "1")
	configFile := filepath.Join(shimDir, "config.json")
	if err := os.Mkdir(shimDir, 0o700); err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{app: "#!/bin/sh\n" + script, configFile: string(text)} {
		if err := os.WriteFile(file, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s := &started{Cmd: exec.Command(self, args...), dir: dir}
	s.Dir = shimDir
	s.Env = append(os.Environ(), shimVariable+"="+configFile, "COLOUR=blue")
	s.Cmd.Stdout, s.Cmd.Stderr = &s.stdout, &s.stderr
	if s.stdin, err = s.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Process.Kill() })
	return s
}

// records returns what was recorded, once some of it holds.
func (s *started) records(t *testing.T, enough func([]Record) bool) []Record {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(s.dir, "app-*.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			continue
		}
		if records, err := ReadFile(files[0]); err == nil && enough(records) {
			return records
		}
	}
	t.Fatal("it was never recorded")
	return nil
}

// events are the records in short.
func events(records []Record) []string {
	var list []string
	for _, r := range records {
		text := r.Event
		if r.From != "" {
			text += " " + r.From
		}
		switch {
		case r.Status != nil:
			text += " " + strconv.Itoa(*r.Status)
		case r.Signal != "":
			text += " " + r.Signal
		case r.Event == Message || r.Event == Stderr:
			text += " " + string(r.Body())
		}
		list = append(list, text)
	}
	return list
}

func ended(records []Record) bool { return records[len(records)-1].Event == Exit }

func hasStderr(line string) func([]Record) bool {
	return func(records []Record) bool {
		for _, r := range records {
			if r.Event == Stderr && string(r.Body()) == line {
				return true
			}
		}
		return false
	}
}

// TestShimChangesNothing holds that the app sees what it would see without the shim, but for whose child it is.
func TestShimChangesNothing(t *testing.T) {
	s := startShim(t, `printf '%s|' "$0" "$PWD" "$COLOUR" "$@"; env | grep -c TAP; echo broken >&2; exit 7`, "chrome-extension://x/", "a b")
	s.stdin.Close()
	err := s.Wait()
	app := filepath.Join(s.dir, "app.sh")
	if want := app + "|" + s.dir + "|blue|chrome-extension://x/|a b|0\n"; s.stdout.String() != want || s.stderr.String() != "broken\n" || s.ProcessState.ExitCode() != 7 {
		t.Errorf("stdout %q, want %q; stderr %q, %v", &s.stdout, want, &s.stderr, err)
	}
}

// TestShimPassesAnyBytes holds that what is no frame passes, too, both ways.
func TestShimPassesAnyBytes(t *testing.T) {
	s := startShim(t, "cat")
	data := make([]byte, 3<<20)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(data)
	copy(data, frame(`"first"`)+frame("not JSON"))
	go func() {
		defer s.stdin.Close()
		for rest := data; len(rest) > 0; {
			n := min(len(rest), 1+int(random.Uint64()%100_000))
			s.stdin.Write(rest[:n])
			rest = rest[n:]
		}
	}()
	if err := s.Wait(); err != nil || !bytes.Equal(s.stdout.Bytes(), data) {
		t.Errorf("%v, %d bytes of %d", err, s.stdout.Len(), len(data))
	}
	var again [2]string
	for _, r := range s.records(t, ended) {
		i := 0
		if r.From == FromApp {
			i = 1
		}
		switch r.Event {
		case Message:
			again[i] += frame(string(r.Body()))
		case Bytes:
			again[i] += string(r.Body())
		}
	}
	if again[0] != string(data) || again[1] != string(data) {
		t.Errorf("recorded are %d and %d bytes of %d", len(again[0]), len(again[1]), len(data))
	}
}

func TestShimEndsAsTheApp(t *testing.T) {
	for script, want := range map[string]string{
		"exit 0":                         "exit 0",
		"exit 3":                         "exit 3",
		"kill -TERM $$":                  "exit SIGTERM",
		"kill -KILL $$":                  "exit SIGKILL",
		"kill -SEGV $$":                  "exit SIGSEGV",
		"(sleep 0.2; echo late)& exit 4": "exit 4", // what holds the output open is waited for
	} {
		s := startShim(t, script)
		s.Wait() // with the browser's side still open
		records := s.records(t, ended)
		if got := events(records[len(records)-1:])[0]; got != want {
			t.Errorf("%s: recorded %s", script, got)
		}
		status := s.ProcessState.Sys().(syscall.WaitStatus)
		now := "exit " + strconv.Itoa(status.ExitStatus())
		if status.Signaled() {
			now = "exit " + signalOf(s.ProcessState)
		}
		if now != want || s.stderr.Len() > 0 {
			t.Errorf("%s: the shim ended with %s; stderr %s", script, now, &s.stderr)
		}
		if strings.Contains(script, "late") && s.stdout.String() != "late\n" {
			t.Errorf("%s: stdout %q", script, &s.stdout)
		}
	}
}

// TestShimPassesSignalsOn holds that the app learns of the signals that browsers send.
func TestShimPassesSignalsOn(t *testing.T) {
	s := startShim(t, `trap 'echo term >&2; exit 5' TERM; echo ready >&2; while :; do sleep 0.01; done`)
	s.records(t, hasStderr("ready"))
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.Wait()
	if s.ProcessState.ExitCode() != 5 || s.stderr.String() != "ready\nterm\n" {
		t.Errorf("%v, stderr %q", s.ProcessState, &s.stderr)
	}
}

// TestAppDiesWithTheShim holds that an app that ignores everything is no orphan when a browser kills the shim.
func TestAppDiesWithTheShim(t *testing.T) {
	s := startShim(t, `trap '' TERM HUP INT; echo $$ >&2; while :; do sleep 0.01; done`)
	records := s.records(t, func(r []Record) bool { return len(r) > 1 })
	app, err := strconv.Atoi(string(records[1].Body()))
	if err != nil {
		t.Fatal(err)
	}
	s.stdin.Close()
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.Wait()
	for deadline := time.Now().Add(20 * time.Second); runs(app); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			_ = syscall.Kill(app, syscall.SIGKILL)
			t.Fatal("the app is still there")
		}
	}
}

// TestFollow holds that records are told of as they are written, and that a shim that was killed is missed.
func TestFollow(t *testing.T) {
	s := startShim(t, `echo ready >&2; cat`)
	s.records(t, hasStderr("ready"))
	if err := os.WriteFile(filepath.Join(s.dir, "other-1.jsonl"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	follower := &follower{dir: s.dir, prefix: "app-", known: map[string]bool{}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []string
	err := follower.follow(ctx, func(l Line) error {
		got = append(got, events([]Record{*l.Record})...)
		switch {
		case l.Record.Event == Gone:
			cancel()
		case l.Start != 1 || !json.Valid(l.Text):
			t.Errorf("%d %s", l.Start, l.Text)
		case l.Record.Event == Stderr:
			io.WriteString(s.stdin, frame("1"))
		case l.Record.Event == Message && l.Record.From == FromApp:
			s.Process.Kill()
			s.Wait()
		}
		return nil
	})
	want := []string{"start", "stderr ready", "message browser 1", "message app 1", "gone"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || len(follower.open) > 0 {
		t.Errorf("%v %s", err, diff)
	}
}

// runs reports whether a process is there that has not exited.
func runs(id int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/stat")
	return err == nil && !bytes.Contains(stat, []byte(") Z "))
}

// TestShimPassesEndsOn holds that each direction ends by itself.
func TestShimPassesEndsOn(t *testing.T) {
	s := startShim(t, `cat >/dev/null; printf '\001\000\000\0001'; exec >&-; sleep 0.1; exit 6`)
	s.stdin.Close()
	s.Wait()
	want := []string{"start", "end browser", "message app 1", "end app", "exit 6"}
	if diff := cmp.Diff(want, events(s.records(t, ended))); diff != "" || s.stdout.String() != frame("1") {
		t.Errorf("stdout %q %s", &s.stdout, diff)
	}
}

// TestShimOfAnAppThatIsGone holds that what a shell would say of it is said, and recorded.
func TestShimOfAnAppThatIsGone(t *testing.T) {
	s := startShim(t, "")
	s.stdin.Close()
	s.Wait()
	app := filepath.Join(s.dir, "app.sh")
	if err := os.Remove(app); err != nil {
		t.Fatal(err)
	}
	again := exec.Command(s.Path)
	again.Env = s.Env
	out, _ := again.CombinedOutput()
	if again.ProcessState.ExitCode() != 127 || !strings.HasPrefix(string(out), "webport tap: start the native app: ") {
		t.Errorf("%v: %s", again.ProcessState, out)
	}
}
