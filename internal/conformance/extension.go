package conformance

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// ownExtension and otherExtension are the labels of a scenario's extensions: the directories of their files.
const (
	ownExtension   = "ext"
	otherExtension = "other"
)

// extensionLabels are in the order in which they are loaded: ext may connect to other from its start.
var extensionLabels = []string{otherExtension, ownExtension}

// identity is what an extension has that is not in its files.
type identity struct {
	id  string
	key string // of its manifest, in Chromium
}

// identity returns that of the extension with the label. It is another for every scenario: browsers keep things of an
// extension that is gone.
func (s *Scenario) identity(label string, d webport.Dialect) identity {
	if d == webport.Firefox {
		return identity{id: s.Name + "-" + label + "@conformance.test"}
	}
	key := base64.StdEncoding.EncodeToString([]byte("webport conformance " + s.Name + " " + label))
	id, err := manifest.IDFromKey(key)
	if err != nil {
		panic(err) // it is base64
	}
	return identity{id: id, key: key}
}

// labels are the extensions that the scenario has.
func (s *Scenario) labels() (labels []string) {
	for _, label := range extensionLabels {
		for name := range s.files {
			if strings.HasPrefix(name, label+"/") {
				labels = append(labels, label)
				break
			}
		}
	}
	return labels
}

// unpack writes the extensions into directories below dir, and returns these by their labels.
func (s *Scenario) unpack(dir string, d webport.Dialect, logURL string) (map[string]string, error) {
	dirs := map[string]string{}
	for _, label := range s.labels() {
		files, err := s.extension(label, d, logURL)
		if err != nil {
			return nil, err
		}
		dirs[label] = filepath.Join(dir, label)
		for name, text := range files {
			file := filepath.Join(dirs[label], filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return nil, err
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				return nil, err
			}
		}
	}
	return dirs, nil
}

// extension returns the files of an extension as a browser gets them.
func (s *Scenario) extension(label string, d webport.Dialect, logURL string) (map[string]string, error) {
	files := map[string]string{}
	for name, text := range s.files {
		if name, ok := strings.CutPrefix(name, label+"/"); ok && !strings.HasPrefix(name, "manifest.") {
			files[name] = text
		}
	}
	for name := range maps.Clone(files) {
		page := strings.TrimSuffix(name, ".js") + ".html"
		if _, own := files[page]; !own && strings.HasPrefix(path.Base(name), "page") && path.Ext(name) == ".js" {
			files[page] = fmt.Sprintf("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>Page</title>\n<script src=%q></script>\n", path.Base(name))
		}
	}
	m, err := s.manifest(label, d, files)
	if err != nil {
		return nil, err
	}
	prelude := s.prelude(label, d, m, logURL)
	for name, text := range files {
		if ext := path.Ext(name); ext == ".js" || ext == ".mjs" {
			files[name] = prelude + text
		}
	}
	text, err := json.MarshalIndent(m, "", "  ")
	files["manifest.json"] = string(text) + "\n"
	return files, err
}

// manifest is the default one, with the keys of manifest.json and manifest.BROWSER.json instead of its own.
func (s *Scenario) manifest(label string, d webport.Dialect, files map[string]string) (map[string]any, error) {
	m := s.defaultManifest(label, d, files)
	for _, name := range []string{"manifest.json", "manifest." + d.String() + ".json"} {
		text, ok := s.files[label+"/"+name]
		if !ok {
			continue
		}
		var own map[string]any
		if err := json.Unmarshal([]byte(s.replaceIDs(text, label, d)), &own); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", label, name, err)
		}
		for key, value := range own {
			if value == nil {
				delete(m, key)
			} else {
				m[key] = value
			}
		}
	}
	return m, nil
}

// defaultManifest is for Chromium one with version 3, for Firefox with version 2.
func (s *Scenario) defaultManifest(label string, d webport.Dialect, files map[string]string) map[string]any {
	who := s.identity(label, d)
	m := map[string]any{
		"name": "Conformance " + label, "version": "1", "manifest_version": 3,
		"permissions": []string{"nativeMessaging"}, "action": map[string]any{},
	}
	var pages []string
	for name := range files {
		if path.Ext(name) == ".html" {
			pages = append(pages, name)
		}
	}
	slices.Sort(pages)
	_, background := files["background.js"]
	if d == webport.Chromium {
		m["key"] = who.key
		if background {
			m["background"] = map[string]any{"service_worker": "background.js"}
		}
		if pages != nil {
			m["web_accessible_resources"] = []any{map[string]any{"resources": pages, "matches": []string{"<all_urls>"}}}
		}
	} else {
		m["manifest_version"] = 2
		delete(m, "action")
		m["browser_action"] = map[string]any{}
		m["browser_specific_settings"] = map[string]any{"gecko": map[string]any{"id": who.id}}
		if background {
			m["background"] = map[string]any{"scripts": []string{"background.js"}}
		}
		if pages != nil {
			m["web_accessible_resources"] = pages
		}
	}
	if _, ok := files["content.js"]; ok {
		m["content_scripts"] = []any{map[string]any{"matches": []string{"http://*/*"}, "js": []string{"content.js"}, "all_frames": true}}
	}
	return m
}

//go:embed prelude.js
var preludeSource string

// scripts are on one line with it: their lines keep their numbers.
var preludeLine = regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(preludeSource, " ")

// prelude is what stands in front of the scripts of an extension, or of web pages, for which label and m are zero.
func (s *Scenario) prelude(label string, d webport.Dialect, m map[string]any, logURL string) string {
	backgrounds := []string{"_generated_background_page.html"}
	if b, ok := m["background"].(map[string]any); ok {
		if page, ok := b["page"].(string); ok {
			backgrounds = append(backgrounds, page)
		}
	}
	list, _ := json.Marshal(backgrounds)
	prefix := ""
	if label == otherExtension {
		prefix = "other "
	}
	first := label
	if first == "" {
		first = ownExtension
	}
	return strings.NewReplacer(
		"OWN_ID", s.identity(first, d).id, "OTHER_ID", s.identity(otherOf(first), d).id,
		"BACKGROUNDS", string(list), "PREFIX", prefix, "LOG_URL", logURL,
	).Replace(preludeLine)
}

func otherOf(label string) string {
	if label == otherExtension {
		return ownExtension
	}
	return otherExtension
}

// replaceIDs puts the ids of the extensions into a text: OWN_ID and OTHER_ID, as the extension with the label sees them.
func (s *Scenario) replaceIDs(text, label string, d webport.Dialect) string {
	return strings.NewReplacer("OWN_ID", s.identity(label, d).id, "OTHER_ID", s.identity(otherOf(label), d).id).Replace(text)
}
