package conformance

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/webport/webport"
)

// blankPage is what a URL shows for which the scenario has no page.
const blankPage = "<!DOCTYPE html>\n<title>Blank</title>\n<body>A blank page.</body>\n"

var doctype = regexp.MustCompile(`(?i)^\s*<!doctype[^>]*>`)

// page returns what an http URL has: a file web/HOST/PATH of the scenario, or a blank page. Scripts and pages have the
// prelude in front.
func (s *Scenario) page(address string, d webport.Dialect, logURL string) (body []byte, contentType string) {
	u, err := url.Parse(address)
	if err != nil {
		return []byte(blankPage), "text/html"
	}
	name := u.Path
	if strings.HasSuffix(name, "/") || name == "" {
		name += "/index.html"
	}
	text, ok := s.files[path.Join("web", u.Hostname(), name)]
	if !ok {
		text, name = blankPage, "blank.html"
	}
	prelude := s.prelude("", d, nil, logURL)
	switch ext := path.Ext(name); ext {
	case ".js", ".mjs":
		return []byte(prelude + text), "text/javascript; charset=utf-8"
	case "", ".html":
		head := doctype.FindString(text)
		return []byte(head + "<script>" + prelude + "</script>" + strings.TrimPrefix(text, head)), "text/html; charset=utf-8"
	default:
		return []byte(text), mime.TypeByExtension(ext)
	}
}

// logHost is where scripts send what they write when nobody reads their console.
const logHost = "log.test"

// handler serves the pages of the scenario to a real browser.
func (s *Scenario) handler(d webport.Dialect, logURL string, logged func(body string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		switch {
		case host == logHost:
			if body, err := io.ReadAll(r.Body); err == nil {
				logged(string(body))
			}
		case r.URL.Path == "/favicon.ico":
			http.NotFound(w, r)
		default:
			body, contentType := s.page("http://"+r.Host+r.URL.RequestURI(), d, logURL)
			w.Header().Set("Content-Type", contentType)
			w.Write(body)
		}
	})
}
