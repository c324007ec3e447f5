package manifest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	id     = "abcdefghijklmnopabcdefghijklmnop"
	origin = "chrome-extension://" + id + "/"
	addOn  = "test@example.org"
)

var formats = []Format{Chromium, Firefox}

// text is a native manifest of format f with some of its members replaced; "" leaves one out.
func text(f Format, path string, members map[string]string) string {
	all := map[string]string{"name": `"app"`, "description": `"d"`, "type": `"stdio"`, "path": `"` + filepath.ToSlash(path) + `"`, "allowed_origins": `["` + origin + `"]`}
	if f == Firefox {
		delete(all, "allowed_origins")
		all["allowed_extensions"] = `["` + addOn + `"]`
	}
	for name, value := range members {
		all[name] = value
	}
	var list []string
	for _, name := range []string{"name", "description", "path", "type", "allowed_origins", "allowed_extensions", "foo", "$schema"} {
		if all[name] != "" {
			list = append(list, `"`+name+`":`+all[name])
		}
	}
	return "{" + strings.Join(list, ",\n") + "}"
}

func write(t *testing.T, file, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReadOneThatIsValid(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	allowed := map[Format]string{Chromium: origin, Firefox: addOn}
	for _, f := range formats {
		file := write(t, filepath.Join(t.TempDir(), "app.json"), text(f, path, nil))
		got, err := f.Read(file, "app")
		if err != nil {
			t.Fatal(err)
		}
		want := &Manifest{Format: f, File: file, Name: "app", Description: "d", Path: path, Allowed: []string{allowed[f]}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if !got.Allows(allowed[f]) || got.Allows(strings.ToUpper(allowed[f])) || got.Allows("") {
			t.Errorf("%v: Allows does not compare exactly", f)
		}
	}
}

// TestValidity is section q of the measured behaviour, and item 111 of what was read in the sources.
func TestValidity(t *testing.T) {
	const ok = ""
	path, _ := filepath.Abs(os.Args[0])
	relative := ok
	if runtime.GOOS != "windows" {
		relative = "must be absolute"
	}
	for _, test := range []struct {
		name              string
		members           map[string]string
		chromium, firefox string // what the error says, or ok
	}{
		{"plain", nil, ok, ok},
		{"empty description", map[string]string{"description": `""`}, `"description" is empty`, ok},
		{"no description", map[string]string{"description": ""}, `has no "description"`, `has no "description"`},
		{"null description", map[string]string{"description": "null"}, `"description" is null, and must be a string`, `must be a string`},
		{"no name", map[string]string{"name": ""}, `has no "name"`, `has no "name"`},
		{"another name", map[string]string{"name": `"other"`}, `"name" is "other", and the file is looked up for "app"`, `"name" is "other"`},
		{"no type", map[string]string{"type": ""}, `has no "type"`, `has no "type"`},
		{"another type", map[string]string{"type": `"socket"`}, `"type" is "socket"`, `"type" is "socket"`},
		{"no path", map[string]string{"path": ""}, `has no "path"`, `has no "path"`},
		{"empty path", map[string]string{"path": `""`}, `"path" is empty`, `"path" is empty`},
		{"path is no string", map[string]string{"path": `["/bin/app"]`}, `"path" is ["/bin/app"], and must be a string`, `must be a string`},
		{"relative path", map[string]string{"path": `"bin/app"`}, relative, relative},
		{"path in the home directory", map[string]string{"path": `"~/app"`}, relative, ok},
		{"unknown key", map[string]string{"foo": `1`}, ok, `has the key "foo"`},
		{"schema", map[string]string{"$schema": `"x"`}, ok, `has the key "$schema"`},
		{"both lists", map[string]string{"allowed_origins": `["` + origin + `"]`, "allowed_extensions": `["` + addOn + `"]`}, ok, `has the key "allowed_origins"`},
		{"no list", map[string]string{"allowed_origins": "", "allowed_extensions": ""}, `has no "allowed_origins"`, `has no "allowed_extensions"`},
		{"the list is a string", map[string]string{"allowed_origins": `"` + origin + `"`}, "must be a list of strings", "has the key"},
		{"empty lists", map[string]string{"allowed_origins": "[]"}, ok, "has the key"},
		{"wildcard", map[string]string{"allowed_origins": `["chrome-extension://*/"]`}, "wildcards are not allowed", "has the key"},
		{"no slash at the end", map[string]string{"allowed_origins": `["chrome-extension://` + id + `"]`}, `use "chrome-extension://` + id + `/"`, "has the key"},
		{"path behind the origin", map[string]string{"allowed_origins": `["` + origin + `page.html"]`}, ok, "has the key"},
		{"upper case", map[string]string{"allowed_origins": `["chrome-extension://` + strings.ToUpper(id) + `/"]`}, ok, "has the key"},
		{"what is no id beside a good one", map[string]string{"allowed_origins": `["chrome-extension://EXTENSION_ID/", "` + origin + `"]`}, ok, "has the key"},
		{"port", map[string]string{"allowed_origins": `["chrome-extension://` + id + `:80/"]`}, "32 letters from a to p", "has the key"},
		{"id alone", map[string]string{"allowed_origins": `["` + id + `"]`}, "32 letters from a to p", "has the key"},
		{"other scheme", map[string]string{"allowed_origins": `["https://example.org/"]`}, "32 letters from a to p", "has the key"},
	} {
		for _, f := range formats {
			check(t, f, test.name, text(f, path, test.members), map[Format]string{Chromium: test.chromium, Firefox: test.firefox}[f])
		}
	}
	for _, test := range []struct{ name, list, want string }{
		{"uuid", `["{01234567-89ab-cdef-0123-456789ABCDEF}"]`, ok},
		{"two", `["x@y", "@z"]`, ok},
		{"empty", `[]`, `"allowed_extensions" is empty`},
		{"wildcard", `["*"]`, `"*", which is no add-on id`},
		{"wildcard beside a good one", `["x@y","*"]`, `"*", which is no add-on id`},
		{"number", `[1]`, "must be a list of strings"},
	} {
		check(t, Firefox, test.name, text(Firefox, path, map[string]string{"allowed_extensions": test.list}), test.want)
	}
}

func TestTextOfTheFile(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	for _, f := range formats {
		good := text(f, path, nil)
		one := strings.Index(good, "\n")
		for _, test := range []struct{ name, text, chromium, firefox string }{
			{"byte order mark", "\ufeff" + good, "", ""},
			{"comment", "// about\n" + good + " // end", "", "line 1, column 1: invalid character '/'"},
			{"comment inside", good[:one] + "/* a\n* b **/" + good[one:], "", "line 1, column 15: invalid character '/'"},
			{"comment signs in a string", strings.Replace(good, `"d"`, `"http://x /* \" // "`, 1), "", ""},
			{"trailing comma", strings.Replace(good, "}", ",}", 1), "line 5, column ", "line 5, column "},
			{"no comma", strings.Replace(good, ",\n", "\n", 1), "line 2, column 1: invalid character '\"' after object value", "line 2, column 1"},
			{"cut", good[:len(good)-3], "ends inside the JSON object", "ends inside the JSON object"},
			{"empty", "", "line 1, column 1: the file ends", "line 1, column 1: the file ends"},
			{"open comment", "/*" + good, "the file ends", "invalid character"},
			{"more after it", good + "\n}", "line 6, column 1", "line 6, column 1"},
			{"an array", "[" + good + "]", "is not a JSON object", "is not a JSON object"},
			{"not UTF-8", strings.Replace(good, `"d"`, "\"\xe9\"", 1), "not UTF-8", "not UTF-8"},
			{"the last of two counts", strings.Replace(good, `"name":"app"`, `"name":"other","name":"app"`, 1), "", ""},
		} {
			check(t, f, test.name, test.text, map[Format]string{Chromium: test.chromium, Firefox: test.firefox}[f])
		}
	}
}

func check(t *testing.T, f Format, name, text, want string) {
	t.Helper()
	file := write(t, filepath.Join(t.TempDir(), "app.json"), text)
	m, err := f.Read(file, "app")
	switch {
	case want == "" && err != nil:
		t.Errorf("%v: %s: %v, want it accepted", f, name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%v: %s: got %v, %v, want %s", f, name, m, err, want)
	case want != "" && !strings.HasPrefix(err.Error(), "native manifest "+file+": "):
		t.Errorf("%v: %s: %v does not name the file", f, name, err)
	}
}

func TestReadOneThatIsMissing(t *testing.T) {
	_, err := Chromium.Read(filepath.Join(t.TempDir(), "app.json"), "app")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestCheckName(t *testing.T) {
	for name, both := range map[string][2]bool{ // in Chromium, in Firefox
		"app": {true, true}, "org.example.app_2": {true, true}, "_": {true, true}, "9.9": {true, true},
		"Lab.Op": {false, true}, "lab..op": {}, ".lab": {}, "lab.": {}, "lab-op": {}, "a b": {}, "a/b": {}, "": {}, "äpp": {}, "a\n": {},
	} {
		for i, f := range formats {
			if err := f.CheckName(name); (err == nil) != both[i] {
				t.Errorf("%v: %q: %v", f, name, err)
			}
		}
	}
}

func TestFind(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	type place string // what is in a directory
	const (
		nothing, good, broken, forbids, gone, noDir place = "nothing", "good", "broken", "forbids", "gone", "no directory"
	)
	for _, test := range []struct {
		places            []place
		chromium, firefox int // the place that is found, from 0; -1: none
		looked            int // how many places Chromium looks at
	}{
		{nil, -1, -1, 0},
		{[]place{good}, 0, 0, 1},
		{[]place{nothing, noDir, good, good}, 2, 2, 3},
		{[]place{nothing, nothing}, -1, -1, 2},
		{[]place{broken, good}, -1, 1, 1},
		{[]place{forbids, good}, -1, 1, 1},
		{[]place{nothing, forbids}, -1, -1, 2},
		{[]place{gone, good}, -1, 0, 1}, // Firefox looks for the executable only when it starts it
	} {
		for _, f := range formats {
			caller := map[Format]string{Chromium: origin, Firefox: addOn}[f]
			other := map[Format]map[string]string{
				Chromium: {"allowed_origins": `["chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba/"]`},
				Firefox:  {"allowed_extensions": `["other@example.org"]`},
			}[f]
			var dirs []string
			for _, p := range test.places {
				dir := t.TempDir()
				file := filepath.Join(dir, "app.json")
				switch p {
				case good:
					write(t, file, text(f, path, nil))
				case broken:
					write(t, file, "{")
				case forbids:
					write(t, file, text(f, path, other))
				case gone:
					write(t, file, text(f, filepath.Join(dir, "gone"), nil))
				case noDir:
					dir = write(t, filepath.Join(dir, "file"), "")
				}
				dirs = append(dirs, dir)
			}
			m, tried := f.Find("app", caller, dirs)
			want, looked := test.chromium, test.looked
			if f == Firefox {
				want, looked = test.firefox, len(dirs)
				if want >= 0 {
					looked = want + 1
				}
			}
			found := -1
			for i, dir := range dirs {
				if m != nil && m.File == filepath.Join(dir, "app.json") {
					found = i
				}
			}
			if found != want || len(tried) != looked {
				t.Errorf("%v in %q: found %d after %d places, want %d after %d: %v", f, test.places, found, len(tried), want, looked, tried)
			}
			for i, a := range tried {
				if a.File != filepath.Join(dirs[i], "app.json") || (a.Err == nil) != (i == found) {
					t.Errorf("%v in %q: place %d: %+v", f, test.places, i, a)
				}
			}
		}
	}
}

func TestFindSaysWhoMayCall(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	for _, f := range formats {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "app.json"), text(f, path, nil))
		_, tried := f.Find("app", "stranger", []string{dir})
		var forbidden *ForbiddenError
		if len(tried) != 1 || !errors.As(tried[0].Err, &forbidden) || forbidden.Manifest == nil || !strings.Contains(forbidden.Error(), `without the caller "stranger"`) {
			t.Errorf("%v: %v", f, tried)
		}
		if m, _ := f.Find("app", "", []string{dir}); m == nil {
			t.Errorf("%v: anybody does not find it", f)
		}
	}
}

// Of several things that are wrong, the first in the order of the documentation is named, always the same.
func TestTheFirstErrorIsNamed(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "app.json"), "{}")
	for range 50 {
		if _, err := Chromium.Read(file, "app"); err == nil || !strings.Contains(err.Error(), `has no "name"`) {
			t.Fatal(err)
		}
	}
}

// Chromium reads a host as a URL has it.
func TestOriginsInUpperCase(t *testing.T) {
	path, _ := filepath.Abs(os.Args[0])
	list := `["chrome-extension://` + strings.ToUpper(id) + `/", "chrome-extension://EXTENSION_ID/page.html"]`
	file := write(t, filepath.Join(t.TempDir(), "app.json"), text(Chromium, path, map[string]string{"allowed_origins": list}))
	m, err := Chromium.Read(file, "app")
	if err != nil || !m.Allows(origin) || m.Allows("chrome-extension://EXTENSION_ID/") {
		t.Errorf("%+v, %v", m, err)
	}
}

// In Chromium only a file that can be reached is there (base::PathExists).
func TestChromiumPassesOverWhatCannotBeReached(t *testing.T) {
	dirs := []string{t.TempDir(), t.TempDir()}
	path, _ := filepath.Abs(os.Args[0])
	if err := os.Symlink("app.json", filepath.Join(dirs[0], "app.json")); err != nil {
		t.Skip(err)
	}
	want := write(t, filepath.Join(dirs[1], "app.json"), text(Chromium, path, nil))
	m, tried := Chromium.Find("app", origin, dirs)
	if m == nil || m.File != want || len(tried) != 2 || tried[0].Err == nil {
		t.Errorf("%+v, %v", m, tried)
	}
}
