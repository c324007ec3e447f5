package webport_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/webport/webport"

// rooms says what each room may import of this module. A room is a directory
// with all below it, unless one below it is named too.
var rooms = map[string][]string{
	".":                         {},
	"native":                    {".", "native/manifest"},
	"native/manifest":           {"native/internal/wholefile"},
	"native/doctor":             {".", "native", "native/manifest"},
	"native/tap":                {"native/manifest", "native/internal/wholefile"},
	"native/internal/wholefile": {},
	"jshost":                    {".", "jshost/internal/engine"},
	"jshost/internal/engine":    {},
	"headless":                  {".", "jshost", "native/manifest"},
	"cmd/webport":               {".", "native", "native/manifest", "native/doctor", "native/tap", "jshost", "headless", "internal/conformance"},
	"internal/browsertest":      {"."},
	"internal/conformance":      {".", "native", "native/manifest", "jshost", "headless"},
	"bench":                     {".", "native", "native/manifest", "jshost", "headless"},
	"examples":                  {".", "native", "native/manifest", "jshost", "headless"},
}

// doors says behind which rooms a heavy dependency stays.
var doors = map[string][]string{
	"modernc.org/":         {"jshost", "jshost/internal/engine", "bench"},
	"golang.org/x/net/":    {"headless", "jshost/internal/engine"},
	"github.com/spf13/":    {"cmd/webport"},
	"github.com/chromedp/": {"internal/browsertest"},
}

// TestArrows holds that imports go one way only.
func TestArrows(t *testing.T) {
	eachGoFile(t, func(path string, imports []string, test bool) {
		room := roomOf(path)
		if room == "" {
			t.Errorf("%s is in no room: add it to the house, in this test and in DESIGN.md", path)
			return
		}
		for _, imported := range imports {
			if own, ok := strings.CutPrefix(imported+"/", module+"/"); ok {
				to := roomOf(filepath.Join(".", own, "x.go"))
				if to != room && !slices.Contains(rooms[room], to) && !test {
					t.Errorf("%s: room %s may not import %s", path, room, imported)
				}
			}
			for door, inside := range doors {
				if strings.HasPrefix(imported, door) && !slices.Contains(inside, room) {
					t.Errorf("%s imports %s, which stays behind the door of %v", path, imported, inside)
				}
			}
		}
	})
}

// TestRootDoesNoIO holds that the root imports the standard library without
// its doors to the world, and jsontext.
func TestRootDoesNoIO(t *testing.T) {
	eachGoFile(t, func(path string, imports []string, test bool) {
		if roomOf(path) != "." || test {
			return
		}
		for _, imported := range imports {
			first, _, _ := strings.Cut(imported, "/")
			standard := !strings.Contains(first, ".")
			io := slices.Contains([]string{"os", "net", "syscall", "time", "log", "os/exec", "net/http", "unsafe"}, imported)
			if io || !standard && imported != "github.com/go-json-experiment/json/jsontext" {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	})
}

// TestNames holds that a file is a noun or a verb, and not a drawer.
func TestNames(t *testing.T) {
	eachGoFile(t, func(path string, _ []string, _ bool) {
		for _, drawer := range []string{"util", "utils", "common", "helper", "helpers", "misc"} {
			if slices.Contains(strings.Split(strings.TrimSuffix(path, ".go"), "/"), drawer) {
				t.Errorf("%s: name it for what is in it", path)
			}
		}
	})
}

func roomOf(path string) string {
	dir := filepath.ToSlash(filepath.Dir(path))
	for {
		if _, ok := rooms[dir]; ok && (dir != "." || filepath.Dir(path) == ".") {
			return dir
		}
		if dir == "." {
			return ""
		}
		dir = filepath.ToSlash(filepath.Dir(dir))
	}
}

func eachGoFile(t *testing.T, visit func(path string, imports []string, test bool)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range f.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, name)
		}
		visit(filepath.ToSlash(path), imports, strings.HasSuffix(path, "_test.go"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
