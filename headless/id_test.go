package headless

import (
	"strings"
	"testing"

	"github.com/webport/webport"
)

func TestChromiumID(t *testing.T) {
	// The vectors of Chromium's components/crx_file/id_util_unittest.cc and of a published extension's key.
	if got, want := chromiumID([]byte("test")), "jpignaibiiemhngfjkcpokkamffknabf"; got != want {
		t.Errorf("chromiumID(test) = %s, want %s", got, want)
	}
	if got, want := chromiumID([]byte("_")), "ncocknphbhhlhkikpnnlmbcnbgdempcd"; got != want {
		t.Errorf("chromiumID(_) = %s, want %s", got, want)
	}
	if !isChromiumID(chromiumID(nil)) || isChromiumID("justastring") {
		t.Error("isChromiumID")
	}
}

func TestPathBytes(t *testing.T) {
	if got := string(pathBytes(`c:\é`, "windows")); got != "C\x00:\x00\\\x00\xe9\x00" {
		t.Errorf("windows: %q", got)
	}
	if got := string(pathBytes("/é", "linux")); got != "/é" {
		t.Errorf("linux: %q", got)
	}
}

func TestDecodeKey(t *testing.T) {
	for key, want := range map[string]string{
		"dGVzdA==": "test", " dGVz\ndA== ": "test",
		"-----BEGIN PUBLIC KEY-----\ndGVzdA==\n-----END PUBLIC KEY-----": "test",
	} {
		if der, err := decodeKey(key); err != nil || string(der) != want {
			t.Errorf("decodeKey(%q) = %q, %v", key, der, err)
		}
	}
	for _, bad := range []string{"", "*", "-----BEGIN"} {
		if _, err := decodeKey(bad); err == nil {
			t.Errorf("decodeKey(%q) is accepted", bad)
		}
	}
}

func TestIDsAreStable(t *testing.T) {
	dir := writeExtension(t, map[string]string{"manifest.json": `{"manifest_version": 3, "name": "n", "version": "1"}`})
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		first, err := Load(dir, dialect)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(dir+"/.", dialect)
		if err != nil {
			t.Fatal(err)
		}
		if first.ID != again.ID || first.BaseURL != again.BaseURL {
			t.Errorf("%v: %s %s, then %s %s", dialect, first.ID, first.BaseURL, again.ID, again.BaseURL)
		}
		if dialect == webport.Firefox && (!strings.HasSuffix(first.ID, "@temporary-addon") || len(first.BaseURL) != len("moz-extension://")+36+1) {
			t.Errorf("firefox: %s %s", first.ID, first.BaseURL)
		}
	}
}
