//go:build unix

package native

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/webport/webport"
)

const (
	testID     = "abcdefghijklmnopabcdefghijklmnop"
	testOrigin = "chrome-extension://" + testID + "/"
	testAddOn  = "test@example.org"
)

var dialects = []webport.Dialect{webport.Chromium, webport.Firefox}

func inBoth(t *testing.T, test func(t *testing.T, d webport.Dialect)) {
	for _, d := range dialects {
		t.Run(d.String(), func(t *testing.T) { test(t, d) })
	}
}

// rig is a directory with one native app, and what comes of it beside messages.

type rig struct {
	t       *testing.T
	options ConnectOptions

	mu      sync.Mutex // guards following
	stderr  []string
	skipped []string
}

// newRig installs the executable at path, "" for the test binary, as the native app "app", which plays part.

func newRig(t *testing.T, d webport.Dialect, path, part string) *rig {
	r := &rig{t: t}
	if path == "" {
		path, _ = filepath.Abs(os.Args[0])
	}
	dir := t.TempDir()
	caller := map[webport.Dialect]string{webport.Chromium: `"allowed_origins":["` + testOrigin + `"]`, webport.Firefox: `"allowed_extensions":["` + testAddOn + `"]`}
	quoted, _ := json.Marshal(path)
	write(t, filepath.Join(dir, "app.json"), `{"name":"app","description":"d","type":"stdio","path":`+string(quoted)+`,`+caller[d]+`}`)
	r.options = ConnectOptions{
		Dialect: d, Dirs: []string{dir}, Env: append(os.Environ(), appVariable+"="+part, "COLOUR=green"),
		Stderr:  func(line string) { r.note(&r.stderr, line) },
		Skipped: func(err error) { r.note(&r.skipped, err.Error()) },
	}
	return r
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) note(where *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*where = append(*where, text)
}

func (r *rig) noted(where *[]string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), *where...)
}

func (r *rig) connect() *webport.Port {
	r.t.Helper()
	port, err := Connect(r.t.Context(), "app", &r.options)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { port.Close() })
	return port
}

// connectFast is connect with a ladder whose first rungs do not wait long, for apps that let them pass.

func (r *rig) connectFast(rungs int) *webport.Port {
	r.t.Helper()
	l := &Launcher{Dialect: r.options.Dialect, Dirs: r.options.Dirs, Env: r.options.Env, ladder: ladderOf(r.options.Dialect)}
	l.Stderr = func(_, line string) { r.note(&r.stderr, line) }
	for i := range min(rungs, len(l.ladder)) {
		l.ladder[i].wait /= 20
	}
	conn, err := l.launch(r.t.Context(), "", "app")
	if err != nil {
		r.t.Fatal(err)
	}
	port := webport.NewPort(conn, webport.PortInfo{Dialect: l.Dialect})
	r.t.Cleanup(func() { port.Close() })
	return port
}

// all receives until the port ends, and returns the messages and Port.Err.

func (r *rig) all(port *webport.Port) (messages []string, err error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	for {
		m, err := port.Receive(ctx)
		if err == io.EOF {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		messages = append(messages, string(m))
	}
}
