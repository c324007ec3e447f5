package headless

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// source is what a URL led to.
type source struct {
	body        []byte
	contentType string // "" where nobody knows
}

// fetchDocument gets the document of a URL. Where an http(s) URL leads nowhere there is an empty page with that URL.
func (b *Browser) fetchDocument(address string) (source, error) {
	if inheritsOrigin(address) || strings.HasPrefix(address, "about:") {
		return source{contentType: "text/html"}, nil
	}
	s, err := b.fetch(address)
	if errors.Is(err, fs.ErrNotExist) && (strings.HasPrefix(address, "http:") || strings.HasPrefix(address, "https:")) {
		return source{contentType: "text/html"}, nil
	}
	return s, err
}

// fetch gets what a URL leads to: a file of an extension or of the file system, or what Options.Serve has.
func (b *Browser) fetch(address string) (source, error) {
	scheme, _, _ := strings.Cut(address, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		if b.options.Serve == nil {
			return source{}, fmt.Errorf("get %s: %w: webport has no network", address, fs.ErrNotExist)
		}
		body, contentType, err := b.options.Serve(withoutFragment(address))
		if err != nil {
			return source{}, fmt.Errorf("get %s: %w", address, err)
		}
		return source{body, contentType}, nil
	case "file":
		path, err := filePath(address)
		if err != nil {
			return source{}, err
		}
		body, err := os.ReadFile(path)
		return source{body, contentTypeOf(path)}, err
	case "data":
		body, contentType, err := parseData(address)
		return source{body, contentType}, err
	case "chrome-extension", "moz-extension":
		r := b.extensionAt(address)
		if r == nil {
			return source{}, fmt.Errorf("get %s: %w: no extension is loaded that has this address", address, fs.ErrNotExist)
		}
		return r.file(address)
	}
	return source{}, fmt.Errorf("get %s: webport has no scheme %q", address, scheme)
}

// file gets a file of the extension by its URL.
func (r *running) file(address string) (source, error) {
	name, err := url.PathUnescape(strings.TrimPrefix(withoutFragment(address), r.extension.BaseURL))
	if err != nil {
		return source{}, fmt.Errorf("get %s: %w", address, err)
	}
	name, _, _ = strings.Cut(name, "?")
	if text, ok := r.extension.scripts[name]; ok && !strings.HasSuffix(name, ".html") {
		return source{[]byte(text), contentTypeOf(name)}, nil
	}
	if name == generatedPage && r.extension.Manifest.Background.Scripts != nil {
		return source{[]byte(r.generatedPage()), "text/html"}, nil
	}
	body, err := r.extension.ReadFile(name)
	return source{body, contentTypeOf(name)}, err
}

// extensionAt is the extension whose file a URL names, nil where there is none.
func (b *Browser) extensionAt(address string) *running {
	for _, i := range b.extensions {
		if r := i.now(); r != nil && strings.HasPrefix(address, r.extension.BaseURL) {
			return r
		}
	}
	return nil
}

func contentTypeOf(path string) string {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".html", ".htm", ".xhtml":
		return "text/html"
	case ".js", ".mjs":
		return "text/javascript" // mime asks the system, which may not know
	default:
		return mime.TypeByExtension(ext)
	}
}

// html is the source as the HTML of a document: what is text and not HTML is shown as browsers show it.
func (s source) html() string {
	kind, _, _ := strings.Cut(s.contentType, ";")
	text := strings.ToValidUTF8(string(bytes.TrimPrefix(s.body, byteOrderMark)), "\uFFFD")
	switch kind = strings.TrimSpace(kind); {
	case kind == "" || strings.HasSuffix(kind, "html") || strings.HasSuffix(kind, "html+xml"):
		return text
	case strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "javascript"):
		return "<!DOCTYPE html><body><pre>" + html.EscapeString(text) + "</pre></body>"
	}
	return ""
}

// script is the source as a script.
func (s source) script() string { return string(s.body) }
