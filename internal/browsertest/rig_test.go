package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/webport/webport"
)

// patience is how long the slowest thing that a test waits for may take.
const patience = 30 * time.Second

// rig is a browser with a loaded extension and what it has logged.
type rig struct {
	*Browser
	dialect webport.Dialect
	id      string

	mu    sync.Mutex // guards following
	lines []Line
	heard chan struct{} // closed, and replaced, when there are more lines
}

func startRig(t *testing.T, opts Options) *rig {
	t.Helper()
	r := &rig{dialect: opts.Dialect, heard: make(chan struct{})}
	opts.Web = http.HandlerFunc(serveTest)
	opts.Console = r.hear
	b, err := Start(within(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	r.Browser = b
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func serveTest(w http.ResponseWriter, req *http.Request) {
	body := `<script>console.log("web: start")</script>
		<button onclick="console.log('web: click', event.isTrusted)">B</button>`
	if req.URL.Path == "/framed" {
		body += `<iframe src="http://framed.test/inside"></iframe>`
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, "<!DOCTYPE html><title>%s%s</title>%s", req.Host, req.URL.Path, body)
}

func (r *rig) hear(line Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	close(r.heard)
	r.heard = make(chan struct{})
}

// mark returns how many lines there are: where to look from for what comes next.
func (r *rig) mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.lines)
}

// since returns the lines that came after a mark, and a channel that is closed when there are more.
func (r *rig) since(mark int) ([]Line, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lines[mark:], r.heard
}

// await waits for a line that comes after a mark.
func (r *rig) await(t *testing.T, mark int, want Line) {
	t.Helper()
	r.awaitLine(t, mark, fmt.Sprintf("%+v", want), func(line Line) bool { return line == want })
}

func (r *rig) awaitLine(t *testing.T, mark int, want string, matches func(Line) bool) {
	t.Helper()
	ctx := within(t)
	for {
		lines, heard := r.since(mark)
		if slices.ContainsFunc(lines, matches) {
			return
		}
		select {
		case <-heard:
		case <-ctx.Done():
			t.Fatalf("no line %s came, but\n%s", want, joined(lines))
		}
	}
}

func joined[T any](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = fmt.Sprintf("%+v", value)
	}
	return strings.Join(texts, "\n")
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func (r *rig) load(t *testing.T, name string) (id string) {
	t.Helper()
	id, err := r.Load(within(t), writeExtension(t, r.dialect, name))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (r *rig) open(t *testing.T, url string) *Tab {
	t.Helper()
	tab, err := r.Open(within(t), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		tab.Close(ctx) // the test may have closed it
	})
	return tab
}

// evals checks what code gives in a context.
func (r *rig) evals(t *testing.T, at Context, code, want string) {
	t.Helper()
	got, err := r.Eval(within(t), at, code)
	if err != nil || got != want {
		t.Errorf("Eval in %s of %s: %q, %v, want %q", at, code, got, err, want)
	}
}

func (r *rig) background() Context { return Context{Kind: Background, Extension: r.id} }

func (r *rig) content(url string) Context {
	return Context{Kind: Content, Extension: r.id, URL: url}
}

func site(url string) Context { return Context{Kind: Web, URL: url} }

// has checks whether there is a context.
func (r *rig) has(t *testing.T, at Context, want bool) {
	t.Helper()
	contexts, err := r.Contexts(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(contexts, at) != want {
		t.Errorf("there is %s: %t, want %t, among\n%s", at, !want, want, joined(contexts))
	}
}
