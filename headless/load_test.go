package headless

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/webport/webport"
)

var update = flag.Bool("update", false, "rewrite what the .txtar files of testdata/load expect")

// TestLoad loads the extensions of testdata/load. In each archive the files below ext/ are an extension;
// chromium.want and firefox.want hold what Load makes of it, or its error.
func TestLoad(t *testing.T) {
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives in testdata/load", err)
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := unpack(t, archive)
			for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
				want := section(archive, dialect.String()+".want")
				if want == nil {
					continue
				}
				got := describe(dir, dialect)
				if *update {
					want.Data = []byte(got)
				} else if got != string(want.Data) {
					t.Errorf("%v: got\n%s\nwant\n%s", dialect, got, want.Data)
				}
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func unpack(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range archive.Files {
		name, ok := strings.CutPrefix(file.Name, "ext/")
		if !ok {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func section(archive *txtar.Archive, name string) *txtar.File {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			return &archive.Files[i]
		}
	}
	return nil
}

// describe is what a .want file holds. Paths and what follows from them are replaced.
func describe(dir string, dialect webport.Dialect) string {
	var out strings.Builder
	e, err := Load(dir, dialect)
	if err != nil {
		fmt.Fprintf(&out, "%v\n", err)
		return strings.ReplaceAll(out.String(), dir, "DIR")
	}
	id := e.ID
	if e.Manifest.key == nil && dialect == webport.Chromium || e.Manifest.geckoID == nil && dialect == webport.Firefox {
		id = "(from the path)"
	}
	fmt.Fprintf(&out, "id %s\nname %s, version %s, manifest_version %d\n", id, e.Name, e.Manifest.ExtensionVersion, e.Manifest.Version)
	describeBackground(&out, e)
	for _, c := range e.Manifest.ContentScripts {
		fmt.Fprintf(&out, "content script js %v, css %v, %s, all frames %v, main %v, about:blank %v, fallback %v\n",
			names(c.JS), names(c.CSS), c.RunAt, c.AllFrames, c.Main, c.MatchAboutBlank, c.MatchOriginAsFallback)
		fmt.Fprintf(&out, "  matches %v but %v, globs %v but %v\n", c.matches, c.excludeMatches, c.includeGlobs, c.excludeGlob)
	}
	if x := e.Manifest.ExternallyConnectable; x != nil {
		fmt.Fprintf(&out, "externally connectable ids %v, matches %v, tls %v\n", x.IDs, x.Matches, x.AcceptsTLSChanID)
	}
	fmt.Fprintf(&out, "permissions %v, hosts %v; optional %v, %v\n",
		e.Manifest.Permissions, e.Manifest.Hosts, e.Manifest.OptionalPermissions, e.Manifest.OptionalHosts)
	if a := e.Manifest.Action; a != nil {
		fmt.Fprintf(&out, "%s %q\n", a.Key, a.Title)
	}
	if e.Manifest.StructuredClone {
		fmt.Fprintln(&out, "structured clone")
	}
	for _, warning := range e.Manifest.Warnings {
		fmt.Fprintf(&out, "warning: %s\n", strings.ReplaceAll(warning, dir, "DIR"))
	}
	return out.String()
}

func describeBackground(out *strings.Builder, e *Extension) {
	b := e.Manifest.Background
	if b.IsZero() {
		fmt.Fprintln(out, "no background")
		return
	}
	kind, files := "scripts", b.Scripts
	if b.Page != nil {
		kind, files = "page", []FileRef{*b.Page}
	}
	if b.ServiceWorker != nil {
		kind, files = "service worker", []FileRef{*b.ServiceWorker}
	}
	fmt.Fprintf(out, "background %s %v, module %v, persistent %v\n", kind, names(files), b.Module, b.Persistent)
	for _, f := range files {
		fmt.Fprintf(out, "  %s: %q\n", f.Name, e.Script(f))
	}
}

func names(refs []FileRef) []string {
	all := []string{}
	for _, ref := range refs {
		all = append(all, ref.Name)
	}
	return all
}

func writeExtension(t *testing.T, files map[string]string) string {
	t.Helper()
	archive := &txtar.Archive{}
	for name, text := range files {
		archive.Files = append(archive.Files, txtar.File{Name: "ext/" + name, Data: []byte(text)})
	}
	return unpack(t, archive)
}

func TestLoadWithoutManifest(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		_, err := Load(dir, webport.Chromium)
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir) {
			t.Errorf("Load(%s): %v", dir, err)
		}
	}
}

func TestFilesOutsideAreRefused(t *testing.T) {
	dir := writeExtension(t, map[string]string{
		"ext/in.js":     "1",
		"manifest.json": `{"manifest_version": 2, "name": "n", "version": "1", "background": {"scripts": ["link.js"]}}`,
	})
	outside := filepath.Join(t.TempDir(), "secret.js")
	if err := os.WriteFile(outside, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.js")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	_, err := Load(dir, webport.Firefox)
	if err == nil || !strings.Contains(err.Error(), `manifest.json:1:81: background.scripts[0]: cannot load background script "link.js"`) {
		t.Errorf("a link out of the directory: %v", err)
	}
	e, err := Load(dir, webport.Chromium)
	if err != nil {
		t.Fatal("a link out of the directory, which Chromium follows:", err)
	}
	if text := e.Script(e.Manifest.Background.Scripts[0]); text != "secret" {
		t.Errorf("the link leads to %q", text)
	}
	if err := os.Remove(filepath.Join(dir, "link.js")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("ext/in.js", filepath.Join(dir, "link.js")); err != nil {
		t.Fatal(err)
	}
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		if e, err = Load(dir, dialect); err != nil {
			t.Fatal("a link within the directory:", err)
		}
		checkReadFile(t, e)
	}
}

func checkReadFile(t *testing.T, e *Extension) {
	t.Helper()
	for _, name := range []string{"../x", "a/../../x", "/../x", "", "..", "a\x00b"} {
		if _, err := e.ReadFile(name); err == nil {
			t.Errorf("ReadFile(%q) is allowed", name)
		}
	}
	if text, err := e.ReadFile("/ext/in.js?x#y"); err != nil || string(text) != "1" {
		t.Errorf("ReadFile with slash, query and fragment: %q, %v", text, err)
	}
}

func TestManifestJSON(t *testing.T) {
	const plain = "{\"manifest_version\": 3,\n\t\"name\":\"n\\u0041\", \"version\" : \"1\", \"unknown\": [1e2, {}]}"
	e, err := Load(writeExtension(t, map[string]string{"manifest.json": plain}), webport.Chromium)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.ManifestJSON(); string(got) != plain {
		t.Errorf("a plain manifest changed: %s", got)
	}
	const commented = "\uFEFF{ // comment \"\n\"manifest_version\": 3, \"name\": \"__MSG_name__\", \"version\": \"1\", \"default_locale\": \"de\"}"
	e, err = Load(writeExtension(t, map[string]string{
		"manifest.json":             commented,
		"_locales/de/messages.json": `{"NAME": {"message": "Sch\u00f6n \"$1\""}}`,
	}), webport.Chromium)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.ManifestJSON(); !bytes.Contains(got, []byte("\n"+`"manifest_version": 3, "name": "Schön \"\"", "version"`)) || bytes.Contains(got, []byte("comment")) {
		t.Errorf("ManifestJSON: %s", got)
	}
	if string(e.ManifestText) != commented {
		t.Errorf("ManifestText is not the file: %q", e.ManifestText)
	}
}

func TestLoadAllRefusesEqualIDs(t *testing.T) {
	manifest := `{"manifest_version": 2, "name": "n", "version": "1", "applications": {"gecko": {"id": "a@b"}}}`
	one, two := writeExtension(t, map[string]string{"manifest.json": manifest}), writeExtension(t, map[string]string{"manifest.json": manifest})
	_, err := LoadAll([]string{one, two}, webport.Firefox)
	if err == nil || !strings.Contains(err.Error(), "a@b") || !strings.Contains(err.Error(), one) || !strings.Contains(err.Error(), two) {
		t.Errorf("two extensions with one id: %v", err)
	}
	if both, err := LoadAll([]string{one, two}, webport.Chromium); err != nil || len(both) != 2 || both[0].ID == both[1].ID {
		t.Errorf("without a key each directory has an id of its own: %v", err)
	}
	if _, err := LoadAll([]string{one, one}, webport.Chromium); err == nil {
		t.Error("the same directory twice is accepted")
	}
}
