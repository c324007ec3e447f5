package main

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// servedPage is one --tab URL[=FILE].
type servedPage struct {
	url  string // as given
	file string // what is shown there; "" for an empty page
}

// parseTabFlag reads URL, or URL=FILE. A URL may have an = of its own: the last
// one that a file's name follows divides the two.
func parseTabFlag(flag string) (servedPage, error) {
	var missing error
	for i := len(flag) - 1; i > 0; i-- {
		if flag[i] != '=' {
			continue
		}
		page := servedPage{url: flag[:i], file: flag[i+1:]}
		info, err := os.Stat(page.file)
		switch {
		case err == nil && info.IsDir():
			return servedPage{}, fmt.Errorf("--tab %s: %s is a directory: name the HTML file in it", flag, page.file)
		case err == nil:
			return page, page.check(flag)
		case looksLikeFile(page):
			missing = fmt.Errorf("--tab %s: no page to show: %w", flag, err)
		}
	}
	if missing != nil {
		return servedPage{}, missing
	}
	page := servedPage{url: flag}
	return page, page.check(flag)
}

// looksLikeFile reports whether what follows the = can only be meant as a file:
// the = is not that of a query, or an HTML file is named.
func looksLikeFile(p servedPage) bool {
	extension := strings.ToLower(filepath.Ext(p.file))
	return extension == ".html" || extension == ".htm" || !strings.ContainsAny(p.url, "?#")
}

func (p servedPage) check(flag string) error {
	if err := checkURL(p.url); err != nil {
		return fmt.Errorf("--tab %s: %w", flag, err)
	}
	if u, _ := url.Parse(p.url); p.file != "" && u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("--tab %s: a FILE is shown at an http or https URL, and that is a URL of %s", flag, u.Scheme)
	}
	return nil
}

// checkURL makes sure that a URL is absolute, and helps those who left out the
// scheme or named a file.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is no URL: %w", text, errors.Unwrap(err))
	}
	if u.Scheme != "" && (u.Host != "" || u.Opaque != "" || u.Path != "") {
		return nil
	}
	if info, err := os.Stat(text); err == nil && !info.IsDir() {
		return fmt.Errorf("%q is a file: give it a URL (https://example.com/=%s)", text, text)
	}
	return fmt.Errorf("%q is no absolute URL: write it like https://example.com/", text)
}

// pageServer serves the documents and scripts of http and https URLs from
// files. Nothing is ever fetched from a network.
type pageServer []servedPage

// serve returns what a URL shows: the FILE of a --tab with this URL, or else a
// file beside such a FILE, found by the path relative to that tab's URL, or
// relative to its origin. The error is [fs.ErrNotExist] for other URLs.
func (s pageServer) serve(text string) (body []byte, contentType string, err error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, "", err
	}
	i := slices.IndexFunc(s, func(p servedPage) bool { return p.file != "" && sameDocument(p.url, text) })
	if i >= 0 {
		body, err = os.ReadFile(s[i].file)
		if contentType = contentTypeOf(s[i].file); contentType == "" {
			contentType = "text/html"
		}
		return body, contentType, err
	}
	for _, page := range s {
		if page.file == "" {
			continue
		}
		body, name, err := page.beside(u)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return body, contentTypeOf(name), err
	}
	return nil, "", fmt.Errorf("%s: %w among the files of --tab", text, fs.ErrNotExist)
}

// beside reads the file that u names in the directory of the page's FILE.
func (p servedPage) beside(u *url.URL) (body []byte, name string, err error) {
	base, err := url.Parse(asBrowser(p.url))
	if err != nil || base.Scheme != u.Scheme || base.Host != u.Host {
		return nil, "", fs.ErrNotExist
	}
	root, err := os.OpenRoot(filepath.Dir(p.file))
	if err != nil {
		return nil, "", err
	}
	defer root.Close()
	names := []string{strings.TrimPrefix(u.Path, "/")}
	directory := path.Dir(base.Path + "x") // of "/a/b" and "/a/" it is "/a"
	if relative, ok := strings.CutPrefix(u.Path, strings.TrimSuffix(directory, "/")+"/"); ok && relative != names[0] {
		names = slices.Insert(names, 0, relative)
	}
	for _, name := range names {
		if info, statErr := root.Stat(filepath.FromSlash(name)); name == "" || statErr != nil || info.IsDir() {
			continue
		}
		body, err = root.ReadFile(filepath.FromSlash(name))
		return body, name, err
	}
	return nil, "", fs.ErrNotExist
}

// sameDocument reports whether two URLs differ in nothing but what follows #.
func sameDocument(a, b string) bool {
	a, _, _ = strings.Cut(asBrowser(a), "#")
	b, _, _ = strings.Cut(asBrowser(b), "#")
	return a == b
}

// asBrowser is a URL as a browser has it: without the port that is the scheme's own, with IDNA as ASCII, without dots in
// its path. What is no URL stays as it is.
func asBrowser(text string) string {
	u, err := whatwg.Parse(text)
	if err != nil {
		return text
	}
	return u.Href(false)
}

// contentTypeOf goes by the extension, and is "" for an unknown one; what the system thinks of .js files
// must not matter.
func contentTypeOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".html", ".htm":
		return "text/html"
	case ".js", ".mjs":
		return "text/javascript"
	case ".json":
		return "application/json"
	case ".css":
		return "text/css"
	}
	return mime.TypeByExtension(filepath.Ext(name))
}
