package browsertest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// firefoxContext is a Context as firefoxparent.js and firefoxcontent.js have it.
type firefoxContext struct {
	Kind      string `json:"kind"`
	Extension string `json:"extension,omitempty"`
	URL       string `json:"url,omitempty"`
}

var firefoxKinds = map[Kind]string{Background: "background", Content: "content", Page: "page", Web: "web"}

func (c firefoxContext) context() Context {
	for kind, name := range firefoxKinds {
		if name == c.Kind {
			return Context{Kind: kind, Extension: c.Extension, URL: c.URL}
		}
	}
	panic(fmt.Sprintf("browsertest: a context of kind %q", c.Kind))
}

func (f *firefox) eval(ctx context.Context, c Context, code string) (string, error) {
	var evaluated struct {
		Value  *string          `json:"value"`
		Others []firefoxContext `json:"others"`
	}
	wanted := firefoxContext{firefoxKinds[c.Kind], c.Extension, c.URL}
	if err := f.call(ctx, &evaluated, "evaluate", wanted, code, contextPatience.Milliseconds()); err != nil {
		return "", err
	}
	if evaluated.Value == nil {
		var others []string
		for _, c := range distinct(evaluated.Others) {
			others = append(others, c.String())
		}
		return "", fmt.Errorf("there is none, only %s", cmp.Or(strings.Join(others, ", "), "nothing"))
	}
	return *evaluated.Value, nil
}

func (f *firefox) contexts(ctx context.Context) ([]Context, error) {
	var found []firefoxContext
	err := f.call(ctx, &found, "contexts")
	return distinct(found), err
}

func (f *firefox) collect(ctx context.Context) error { return f.call(ctx, nil, "collect") }

// distinct returns each context once.
func distinct(found []firefoxContext) []Context {
	var contexts []Context
	for _, c := range found {
		if !slices.Contains(contexts, c.context()) {
			contexts = append(contexts, c.context())
		}
	}
	return contexts
}

// poll hands on the lines until the browser has told that these are the last, or is gone.
func (f *firefox) poll() {
	defer close(f.polled)
	for {
		var told struct {
			Lines []struct {
				Level   string         `json:"level"`
				Text    string         `json:"text"`
				Context firefoxContext `json:"context"`
			} `json:"lines"`
			Ended bool `json:"ended"`
		}
		if err := f.call(context.Background(), &told, "takeLines"); err != nil {
			return
		}
		for _, line := range told.Lines {
			f.console(Line{Level: line.Level, Text: line.Text, Context: line.Context.context()})
		}
		if told.Ended {
			return
		}
	}
}

// firefoxExtension is what a loaded extension is known by.
type firefoxExtension struct {
	ID   string `json:"id"`
	Host string `json:"host"`
}

func (f *firefox) load(ctx context.Context, dir string) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	// Firefox tells the numbers of its errors instead.
	if _, err := os.Stat(filepath.Join(path, "manifest.json")); err != nil {
		return "", err
	}
	var loaded firefoxExtension
	if err := f.call(ctx, &loaded, "load", path); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hosts[loaded.ID] = loaded.Host
	return loaded.ID, nil
}

func (f *firefox) unload(ctx context.Context, id string) error { return f.call(ctx, nil, "unload", id) }

func (f *firefox) reload(ctx context.Context, id string) error { return f.call(ctx, nil, "reload", id) }

func (f *firefox) setEnabled(ctx context.Context, id string, enabled bool) error {
	return f.call(ctx, nil, "setEnabled", id, enabled)
}

func (f *firefox) action(ctx context.Context, id string) error { return f.call(ctx, nil, "action", id) }

func (f *firefox) url(id, path string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(path) == 0 || path[0] != '/' {
		path = "/" + path
	}
	return "moz-extension://" + f.hosts[id] + path
}
