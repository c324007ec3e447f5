package headless

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/webport/webport"
)

const (
	blankURL  = "about:blank"
	srcdocURL = "about:srcdoc"
)

// opaqueOrigin is how browsers write the origin that is like no other.
const opaqueOrigin = "null"

var urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// parseAddress reads a URL as it is typed into a browser's address bar, without the guessing: it must be absolute.
func parseAddress(address string) (string, error) {
	if !urlScheme.MatchString(address) {
		return "", fmt.Errorf("%q is no URL: it has no scheme (write https://%s or file:///%s)",
			address, strings.TrimLeft(address, "/"), strings.TrimLeft(filepath.ToSlash(address), "/"))
	}
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
		if strings.Trim(rest, `/\`) == "" {
			return "", fmt.Errorf("%q is no URL: it has no host", address)
		}
		u, err := whatwg.Parse(address)
		if err != nil {
			return "", fmt.Errorf("%q is no URL: %w", address, err)
		}
		return u.Href(false), nil
	case "file", "about", "data", "chrome-extension", "moz-extension":
		return address, nil
	}
	return "", fmt.Errorf("%q cannot be opened: webport has no scheme %q (it has http, https, file, data, about:blank and extensions' pages)",
		address, scheme)
}

// originOf is the origin of a document at a URL that has one of its own.
func originOf(address string, dialect webport.Dialect) string {
	u, err := url.Parse(address)
	if err != nil {
		return opaqueOrigin
	}
	switch u.Scheme {
	case "http", "https":
		return u.Scheme + "://" + strings.TrimSuffix(u.Host, ":"+defaultPorts[u.Scheme])
	case "chrome-extension", "moz-extension":
		return u.Scheme + "://" + u.Host
	case "file":
		if dialect == webport.Chromium {
			return "file://"
		}
	}
	return opaqueOrigin
}

// inheritsOrigin reports whether a document at the URL has its creator's origin.
func inheritsOrigin(address string) bool {
	address = withoutFragment(address)
	return address == blankURL || address == srcdocURL || strings.HasPrefix(address, "javascript:")
}

func withoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}

// sameDocument reports whether going from one URL to the other stays in the document: only what follows # changes, and
// there is a #.
func sameDocument(from, to string) bool {
	return from != to && strings.Contains(to, "#") && withoutFragment(from) == withoutFragment(to)
}

// filePath is the path that a file: URL means.
func filePath(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	path := u.Path
	if len(path) > 2 && path[0] == '/' && path[2] == ':' { // file:///C:/…
		path = path[1:]
	}
	return filepath.FromSlash(path), nil
}

// parseData reads a data: URL.
func parseData(address string) (body []byte, contentType string, err error) {
	head, data, found := strings.Cut(strings.TrimPrefix(withoutFragment(address), "data:"), ",")
	if !found {
		return nil, "", fmt.Errorf("%.60q is no data: URL: it has no comma", address)
	}
	contentType, inBase64 := strings.CutSuffix(head, ";base64")
	if data, err = url.PathUnescape(data); err != nil {
		return nil, "", fmt.Errorf("%.60q is no data: URL: %w", address, err)
	}
	if contentType == "" {
		contentType = "text/plain"
	}
	if inBase64 {
		body, err = base64.StdEncoding.DecodeString(data)
		return body, contentType, err
	}
	return []byte(data), contentType, nil
}
