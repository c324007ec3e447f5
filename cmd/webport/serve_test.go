package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes files of names and texts in a directory of the test.
func write(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestParseTabFlag(t *testing.T) {
	dir := write(t, map[string]string{"page.html": "", "a=b.html": ""})
	t.Chdir(dir)
	for _, test := range []struct{ flag, url, file, err string }{
		{flag: "https://example.com/", url: "https://example.com/"},
		{flag: "https://example.com/=page.html", url: "https://example.com/", file: "page.html"},
		{flag: "https://example.com/?q=1", url: "https://example.com/?q=1"},
		{flag: "https://example.com/?q=1=page.html", url: "https://example.com/?q=1", file: "page.html"},
		{flag: "https://example.com/=a=b.html", url: "https://example.com/", file: "a=b.html"},
		{flag: "file:///x/y.html", url: "file:///x/y.html"},
		{flag: "about:blank", url: "about:blank"},
		{flag: "https://example.com/=missing.html", err: "no page to show"},
		{flag: "https://example.com/=missing", err: "no page to show"},
		{flag: "https://example.com/?q=missing.html", err: "no page to show"},
		{flag: "https://example.com/=.", err: "is a directory"},
		{flag: "page.html", err: "give it a URL (https://example.com/=page.html)"},
		{flag: "example.com", err: "is no absolute URL"},
		{flag: "file:///x=page.html", err: "http or https URL"},
		{flag: "https://[", err: "is no URL"},
		{flag: "", err: "is no absolute URL"},
	} {
		page, err := parseTabFlag(test.flag)
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q: got %v, want an error with %q", test.flag, err, test.err)
			}
			continue
		}
		if err != nil || page.url != test.url || page.file != test.file {
			t.Errorf("%q: got %+v, %v, want %q and %q", test.flag, page, err, test.url, test.file)
		}
	}
}

func TestServe(t *testing.T) {
	dir := write(t, map[string]string{
		"site/page.html": "page", "site/app.js": "app", "site/lib/x.mjs": "x", "site/x.json": "{}", "secret": "secret",
	})
	s := pageServer{
		{url: "https://empty.example/"},
		{url: "https://example.com/app/start?q=1", file: filepath.Join(dir, "site", "page.html")},
	}
	page := filepath.Join(dir, "site", "page.html")
	for _, url := range []string{
		"https://port.example:443/", "https://münchen.example/", "https://dots.example/x/../a/b", "https://blank.example/a b?c d",
		"https://escaped.example/%7Euser/ü",
	} {
		s = append(s, servedPage{url: url, file: page})
	}
	for _, test := range []struct{ url, want, contentType string }{
		{"https://port.example/", "page", "text/html"},
		{"https://port.example/app.js", "app", "text/javascript"},
		{"https://xn--mnchen-3ya.example/", "page", "text/html"},
		{"https://xn--mnchen-3ya.example/lib/x.mjs", "x", "text/javascript"},
		{"https://dots.example/a/b", "page", "text/html"},
		{"https://dots.example/a/app.js", "app", "text/javascript"},
		{"https://blank.example/a%20b?c%20d", "page", "text/html"},
		{"https://escaped.example/%7Euser/%C3%BC", "page", "text/html"},
		{"https://example.com/app/start?q=1", "page", "text/html"},
		{"https://EXAMPLE.com/app/start?q=1#part", "page", "text/html"},
		{"https://example.com/app/app.js?v=2", "app", "text/javascript"},
		{"https://example.com/app.js", "app", "text/javascript"}, // src="/app.js"
		{"https://example.com/app/lib/x.mjs", "x", "text/javascript"},
		{"https://example.com/lib/x.mjs", "x", "text/javascript"},
		{"https://example.com/x.json", "{}", "application/json"},
		{"https://example.com/app/", "", ""},
		{"https://example.com/lib", "", ""},
		{"https://example.com/app/start?q=2", "", ""},
		{"https://example.com/../secret", "", ""},
		{"https://example.com/app/%2e%2e/%2e%2e/secret", "", ""},
		{"http://example.com/app.js", "", ""},
		{"https://other.example/app.js", "", ""},
		{"https://empty.example/", "", ""},
	} {
		body, contentType, err := s.serve(test.url)
		if string(body) != test.want || contentType != test.contentType {
			t.Errorf("%s: got %q, %q, want %q, %q", test.url, body, contentType, test.want, test.contentType)
		}
		if missing := test.contentType == ""; missing != errors.Is(err, fs.ErrNotExist) || !missing && err != nil {
			t.Errorf("%s: got error %v", test.url, err)
		}
	}
}

func TestURLOfPattern(t *testing.T) {
	for _, test := range []struct{ pattern, want string }{
		{"<all_urls>", "https://example.com/"},
		{"*://*/*", "https://example.com/"},
		{"http://*/*", "http://example.com/"},
		{"https://*.site.example/*", "https://site.example/"},
		{"https://site.example:8080/a/*", "https://site.example:8080/a/"},
		{"https://site.example:*/a*b/*.html", "https://site.example/ab/.html"},
		{"file:///*", ""},
		{"nonsense", ""},
	} {
		if got := urlOfPattern(test.pattern); got != test.want {
			t.Errorf("%s: got %q, want %q", test.pattern, got, test.want)
		}
	}
}
