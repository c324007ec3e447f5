package manifest

import (
	"path/filepath"
	"strings"
	"testing"
)

// The id is what sha256sum, cut and tr make of the three bytes of the key.
func TestIDs(t *testing.T) {
	if got, err := IDFromKey("a2V5"); err != nil || got != "cmhaobclhkagegpjcchjpechmhldiohd" {
		t.Errorf("%s, %v", got, err)
	}
	pem, err := IDFromKey("-----BEGIN PUBLIC KEY-----\na2\nV5\n-----END PUBLIC KEY-----")
	if plain, _ := IDFromKey("a2V5"); err != nil || pem != plain {
		t.Errorf("%s, %v", pem, err)
	}
	for _, bad := range []string{"", "%"} {
		if id, err := IDFromKey(bad); err == nil {
			t.Errorf("%q: %s", bad, id)
		}
	}
	// Vectors of Chromium's components/crx_file/id_util_unittest.cc.
	for input, want := range map[string]string{"test": "jpignaibiiemhngfjkcpokkamffknabf", "_": "ncocknphbhhlhkikpnnlmbcnbgdempcd"} {
		if got := IDFromPath(input, "linux"); got != want {
			t.Errorf("%q: %s, want %s", input, got, want)
		}
	}
	if IDFromPath(`c:\x`, "windows") != IDFromPath(`C:\x`, "windows") || IDFromPath("/x", "linux") == IDFromPath("/x", "windows") {
		t.Error("paths of Windows are UTF-16 with an upper case drive")
	}
}

func TestParseExtension(t *testing.T) {
	dir := t.TempDir()
	real, _ := filepath.EvalSymlinks(dir)
	ext := func(name, text string) string {
		write(t, filepath.Join(dir, name, "manifest.json"), text)
		return filepath.Join(dir, name)
	}
	byPath := func(name string) string {
		return originScheme + IDFromPath(filepath.Join(real, name), "linux") + "/"
	}
	keyID, _ := IDFromKey("a2V5")
	for _, test := range []struct{ text, origin, addOn, fails string }{
		{id, origin, "", ""},
		{origin, origin, "", ""},
		{strings.TrimSuffix(origin, "/"), origin, "", ""},
		{addOn, "", addOn, ""},
		{"{01234567-89ab-cdef-0123-456789abcdef}", "", "{01234567-89ab-cdef-0123-456789abcdef}", ""},
		{ext("plain", "// mine\n{}"), byPath("plain"), "", ""},
		{ext("keyed", `{"key":"a2V5"}`), originScheme + keyID + "/", "", ""},
		{ext("gecko", `{"browser_specific_settings":{"gecko":{"id":"x@y"}}}`), byPath("gecko"), "x@y", ""},
		{ext("old gecko", `{"applications":{"gecko":{"id":"x@y"}}}`), byPath("old gecko"), "x@y", ""},
		{ext("bad gecko", `{"applications":{"gecko":{"id":"x"}}}`), "", "", `gecko.id is "x"`},
		{ext("bad key", `{"key":"%"}`), "", "", "not base64"},
		{ext("key is no string", `{"key":1}`), "", "", `"key" is 1, and must be a string`},
		{ext("broken", "{\n,"), "", "", "line 2"},
		{dir, "", "", "no such file"},
		{"nonsense", "", "", `"nonsense" is no extension`},
		{"", "", "", "is no extension"},
		{"https://example.org/", "", "", "is no extension"},
		{"gone/extension", "", "", "there is no extension at gone/extension: "},
		{"extension_test.go", "", "", "extension_test.go is a file: give the directory"},
	} {
		got, err := ParseExtension(test.text)
		if got.Origin != test.origin || got.AddOn != test.addOn || (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
			t.Errorf("%q: %+v, %v", test.text, got, err)
		}
	}
}
