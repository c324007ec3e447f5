package headless

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/webport/webport"
	"golang.org/x/net/idna"
)

// Pattern is a match pattern of a manifest: <all_urls>, or scheme://host/path with wildcards. It is read and applied
// by the rules of one dialect: Chromium's extensions/common/url_pattern.cc, Firefox's
// toolkit/components/extensions/MatchPattern.cpp.
//
// A Pattern does not change; it may be used concurrently.
type Pattern struct {
	text       string
	schemes    []string
	everything bool   // <all_urls>
	subdomains bool   // the host began with "*"
	host       string // canonical; "" with subdomains stands for every host
	port       string // "*" stands for every port
	path       glob
	dialect    webport.Dialect
}

// PatternUse is what a match pattern is for: it decides which schemes may stand in it.
type PatternUse int

// The uses of match patterns in a manifest.
const (
	// ForContentScripts is content_scripts[].matches and exclude_matches.
	ForContentScripts PatternUse = iota
	// ForHosts is permissions, optional_permissions and host_permissions.
	ForHosts
	// ForPages is externally_connectable.matches and web_accessible_resources[].matches.
	ForPages
)

// allURLs is the one pattern that has no scheme, host and path.
const allURLs = "<all_urls>"

// knownSchemes are the schemes that a pattern may name: Chromium's kValidUserScriptSchemes,
// kValidHostPermissionSchemes and SCHEME_ALL; Firefox's PERMITTED_SCHEMES for all uses.
func knownSchemes(dialect webport.Dialect, use PatternUse) []string {
	if dialect == webport.Firefox {
		return []string{"http", "https", "ws", "wss", "file", "ftp", "data", "moz-extension"}
	}
	switch use {
	case ForHosts:
		return []string{"http", "https", "file", "ftp", "ws", "wss"}
	case ForPages:
		return []string{"http", "https", "file", "ftp", "ws", "wss", "data", "chrome-extension"}
	default:
		return []string{"http", "https", "file", "ftp"}
	}
}

// anyScheme is what the scheme "*" stands for.
func anyScheme(dialect webport.Dialect) []string {
	if dialect == webport.Firefox {
		return []string{"http", "https", "ws", "wss"}
	}
	return []string{"http", "https"}
}

// ParsePattern reads one match pattern. The error quotes the pattern and says what is wrong with it.
func ParsePattern(text string, dialect webport.Dialect, use PatternUse) (*Pattern, error) {
	p := &Pattern{text: text, dialect: dialect, port: "*"}
	if err := p.parse(use); err != nil {
		return nil, fmt.Errorf("invalid match pattern %q: %w", text, err)
	}
	return p, nil
}

// String returns the pattern as it was written.
func (p *Pattern) String() string { return p.text }

func (p *Pattern) parse(use PatternUse) error {
	if p.text == allURLs {
		p.everything = true
		// Firefox keeps moz-extension: out of <all_urls>, Chromium chrome-extension:.
		p.schemes = slices.DeleteFunc(knownSchemes(p.dialect, use), isExtensionScheme)
		return nil
	}
	scheme, rest, found := strings.Cut(p.text, ":")
	if !found {
		return errors.New("it has no scheme (expected one like https://example.com/*, or <all_urls>)")
	}
	switch known := knownSchemes(p.dialect, use); {
	case scheme == "*":
		p.schemes = anyScheme(p.dialect)
	case slices.Contains(known, scheme):
		p.schemes = []string{scheme}
	default:
		return fmt.Errorf("scheme %q cannot stand here (expected *, %s)", scheme, strings.Join(known, ", "))
	}
	rest, slashes := strings.CutPrefix(rest, "//")
	if scheme == "data" && p.dialect == webport.Chromium {
		if slashes {
			return errors.New(`wrong scheme separator (expected "data:" without slashes)`)
		}
		p.setPath(rest)
		return nil
	}
	if !slashes {
		return fmt.Errorf(`wrong scheme separator (expected %q)`, scheme+"://")
	}
	if scheme == "file" && (p.dialect == webport.Chromium || strings.HasPrefix(rest, "/")) {
		return p.parseFile(rest)
	}
	return p.parseHost(scheme, rest)
}

// parseFile reads what follows file://. Chromium ignores a host there and adds a slash where none is; Firefox takes one
// as it does elsewhere, so that of those only * matches files.
func (p *Pattern) parseFile(rest string) error {
	slash := strings.IndexByte(rest, '/')
	if rest == "" {
		return errors.New("host can not be empty")
	}
	if slash < 0 {
		rest, slash = "/"+rest, 0
	}
	p.setPath(rest[slash:])
	return nil
}

func (p *Pattern) parseHost(scheme, rest string) error {
	slash := strings.IndexByte(rest, '/')
	switch {
	case slash == 0, rest == "":
		return errors.New("host can not be empty")
	case slash < 0:
		return fmt.Errorf(`empty path (expected a slash after the host, as in %q)`, p.text+"/*")
	}
	p.setPath(rest[slash:])
	host, port, err := cutPort(rest[:slash])
	if err != nil {
		return err
	}
	if port != nil {
		if err := p.setPort(scheme, *port); err != nil {
			return err
		}
	}
	return p.setHost(host)
}

// cutPort divides host and port; the port is nil where there is no colon.
func cutPort(hostPort string) (host string, port *string, err error) {
	end := 0
	if strings.HasPrefix(hostPort, "[") {
		if end = strings.IndexByte(hostPort, ']') + 1; end == 0 {
			return "", nil, errors.New("invalid host: an IPv6 address without its closing bracket")
		}
		if end < len(hostPort) && hostPort[end] != ':' {
			return "", nil, errors.New("invalid host: only a port may follow an IPv6 address")
		}
	}
	colon := strings.IndexByte(hostPort[end:], ':')
	if colon < 0 {
		return hostPort, nil, nil
	}
	after := hostPort[end+colon+1:]
	return hostPort[:end+colon], &after, nil
}

// defaultPorts are the ports a URL of each scheme has when it names none; a scheme that is not here has no ports.
var defaultPorts = map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}

func (p *Pattern) setPort(scheme, port string) error {
	if p.dialect == webport.Firefox {
		// Firefox takes such a pattern and compares its host:port with a URL's bare host, so that it matches nothing:
		// NeverMatches says so.
		p.port = port
		return nil
	}
	if port != "*" {
		if _, ok := defaultPorts[scheme]; !ok {
			return fmt.Errorf("invalid port %q: with the scheme %q only the port * can stand", port, scheme)
		}
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return fmt.Errorf("invalid port %q (expected 0 to 65535, or *)", port)
		}
		port = strconv.FormatUint(n, 10)
	}
	p.port = port
	return nil
}

func (p *Pattern) setHost(host string) error {
	switch {
	case host == "", host == "*.":
		return errors.New("host can not be empty")
	case host == "*":
		p.subdomains = true
		return nil
	}
	host, p.subdomains = strings.CutPrefix(host, "*.")
	if strings.ContainsRune(host, '*') {
		return errors.New(`invalid host wildcard: a "*" may only be the whole host or its first label, as in "*.example.com"`)
	}
	canonical, err := canonicalHost(host)
	if err != nil {
		return fmt.Errorf("invalid host %q", host)
	}
	p.host = canonical
	return nil
}

func (p *Pattern) setPath(path string) { p.path = glob{text: path} }

// NeverMatches says why the pattern matches no URL at all although it is a valid one; "" where it can match.
func (p *Pattern) NeverMatches() string {
	if p.dialect == webport.Firefox && p.port != "*" {
		return fmt.Sprintf("Firefox has no ports in match patterns: %q matches nothing", p.text)
	}
	if p.dialect == webport.Firefox && p.host != "" && slices.Equal(p.schemes, []string{"file"}) {
		return fmt.Sprintf("files have no host in Firefox: %q matches nothing (write file:///*)", p.text)
	}
	return ""
}

// Match reports whether the pattern covers the URL. What follows a '#' never counts. A text that is no absolute URL
// is not matched.
func (p *Pattern) Match(url string) bool {
	u, ok := splitURL(url)
	if !ok || !slices.Contains(p.schemes, u.scheme) || p.NeverMatches() != "" {
		return false
	}
	hasHost := u.scheme != "file" && u.scheme != "data"
	if hasHost && u.host == "" {
		return false
	}
	if p.everything {
		return true
	}
	if hasHost && (!p.matchHost(u.host) || p.port != "*" && p.port != u.port) {
		return false
	}
	// "https://example.com/a/*" covers "https://example.com/a" too in Chromium (URLPattern::MatchesPath).
	if p.dialect == webport.Chromium && u.path+"/*" == p.path.text {
		return true
	}
	return u.path != "" && p.path.match(u.path)
}

func (p *Pattern) matchHost(host string) bool {
	want := p.host
	if p.dialect == webport.Chromium {
		host, want = strings.TrimSuffix(host, "."), strings.TrimSuffix(want, ".")
	}
	switch {
	case host == want, p.subdomains && want == "":
		return true
	case !p.subdomains, isAddress(host):
		return false
	}
	return strings.HasSuffix(host, "."+want)
}

// matchesAny reports whether one of the patterns covers the URL.
func matchesAny(patterns []*Pattern, url string) bool {
	return slices.ContainsFunc(patterns, func(p *Pattern) bool { return p.Match(url) })
}

// urlParts is what patterns look at in a URL.
type urlParts struct {
	scheme, host, port string
	path               string // with the query, without the fragment
}

// splitURL takes an absolute URL apart. It asks for less than net/url does (a page's URL may hold "%zz").
func splitURL(url string) (u urlParts, ok bool) {
	url, _, _ = strings.Cut(url, "#")
	u.scheme, url, ok = strings.Cut(url, ":")
	u.scheme = strings.ToLower(u.scheme)
	if !ok || u.scheme == "" {
		return urlParts{}, false
	}
	rest, hierarchical := strings.CutPrefix(url, "//")
	if !hierarchical {
		u.path = url
		return u, true
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	authority, path := rest[:end], rest[end:]
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u.path = path
	host, port, err := cutPort(authority[strings.LastIndexByte(authority, '@')+1:])
	if err != nil {
		return urlParts{}, false
	}
	u.port = defaultPorts[u.scheme]
	if port != nil && *port != "" {
		u.port = *port
	}
	if u.host, err = canonicalHost(host); err != nil {
		return urlParts{}, false
	}
	return u, true
}

// canonicalHost gives a host the one spelling in which hosts are compared: lower case, IDNA as ASCII, IPv6 in brackets.
func canonicalHost(host string) (string, error) {
	if inner, found := strings.CutPrefix(host, "["); found {
		address, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !address.Is6() {
			return "", errors.New("not an IPv6 address")
		}
		return "[" + address.String() + "]", nil
	}
	if strings.ContainsAny(host, "\x00 <>#%|\\^:@?") {
		return "", errors.New("a character that no host has")
	}
	for i := range len(host) {
		if host[i] >= 0x80 {
			return idna.Lookup.ToASCII(host)
		}
	}
	// Not through IDNA: names such as "my_server" are hosts of URLs and fail its checks.
	return strings.ToLower(host), nil
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

func isExtensionScheme(scheme string) bool {
	return scheme == "chrome-extension" || scheme == "moz-extension"
}
