package conformance

import (
	_ "embed"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/webport/webport"
)

//go:embed prelude.sh
var appPrelude string

// echoApp is the app that answers every message with the message. Where time is not the real one there are no
// processes, and the replay plays it itself.
const echoApp = "exec cat"

// apps are the native apps of a scenario, installed.
type apps struct {
	dir       string // of the programs
	manifests string // the directory of their native manifests
	logs      map[string]int64
}

// installApps writes the native apps of the scenario into dir, and their native manifests into manifests.
func (s *Scenario) installApps(dir, manifests string, d webport.Dialect) (*apps, error) {
	a := &apps{dir: dir, manifests: manifests, logs: map[string]int64{}}
	for _, dir := range []string{dir, manifests} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	for file, text := range s.files {
		name, ok := strings.CutPrefix(file, "native/")
		if !ok {
			continue
		}
		if err := s.installApp(a, name, text, d); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// installApp writes one file of native/.
func (s *Scenario) installApp(a *apps, name, text string, d webport.Dialect) error {
	if data, ok := strings.CutPrefix(name, "data/"); ok {
		return os.WriteFile(filepath.Join(a.dir, data), []byte(text), 0o644)
	}
	if base, ok := strings.CutSuffix(name, ".json"); ok {
		if trimmed, other := strings.CutSuffix(base, "."+otherDialect(d).String()); other && trimmed != "" {
			return nil
		}
		base = strings.TrimSuffix(base, "."+d.String())
		return os.WriteFile(filepath.Join(a.manifests, base+".json"), []byte(s.fillManifest(text, base, a.dir, d)), 0o644)
	}
	program, manifest := filepath.Join(a.dir, name), filepath.Join(a.manifests, name+".json")
	if !strings.HasPrefix(text, "#!") {
		text = "#!/bin/sh\n" + strings.NewReplacer("APP", name, "MANIFEST", manifest).Replace(appPrelude) + text
	}
	if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
		return err
	}
	for file := range s.files {
		if file == "native/"+name+".json" || file == "native/"+name+"."+d.String()+".json" {
			return nil
		}
	}
	text = `{"name": "APP", "description": "APP", "path": "PATH", "type": "stdio", "CALLERS": ["CALLER"]}`
	return os.WriteFile(manifest, []byte(s.fillManifest(text, name, a.dir, d)), 0o644)
}

// fillManifest puts into a native manifest what its author cannot know.
func (s *Scenario) fillManifest(text, name, dir string, d webport.Dialect) string {
	id := s.identity(ownExtension, d).id
	callers, caller := "allowed_extensions", id
	if d == webport.Chromium {
		callers, caller = "allowed_origins", "chrome-extension://"+id+"/"
	}
	quoted := func(s string) string {
		text, _ := json.Marshal(s)
		return string(text[1 : len(text)-1])
	}
	return strings.NewReplacer("APP", name, "PATH", quoted(filepath.Join(dir, name)), "DIR", quoted(dir),
		"CALLERS", callers, "CALLER", caller).Replace(text)
}

func otherDialect(d webport.Dialect) webport.Dialect {
	if d == webport.Firefox {
		return webport.Chromium
	}
	return webport.Firefox
}

// remove takes the native manifests of the scenario away again.
func (s *Scenario) removeApps(manifests string, d webport.Dialect) {
	for file := range s.files {
		if name, ok := strings.CutPrefix(file, "native/"); ok {
			name = strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".json"), "."+d.String())
			os.Remove(filepath.Join(manifests, name+".json")) // it may be none
		}
	}
}

// poll adds what apps have written to their logs since.
func (a *apps) poll(add func(context, text string)) {
	files, _ := filepath.Glob(filepath.Join(a.dir, "*.log"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || int64(len(text)) <= a.logs[file] {
			continue
		}
		end := int64(strings.LastIndexByte(string(text), '\n') + 1)
		for line := range strings.Lines(string(text[a.logs[file]:end])) {
			add("native "+strings.TrimSuffix(filepath.Base(file), ".log"), strings.TrimSuffix(line, "\n"))
		}
		a.logs[file] = end
	}
}
