package headless

import (
	"strings"
	"testing"

	"github.com/webport/webport"
)

// The first two groups are the examples of the vendors' documentation (Chrome: "Match patterns"; MDN: "Match patterns
// in extension manifests"), the rest holds what the browsers' sources say.
func TestPatternMatch(t *testing.T) {
	const both, chromium, firefox = "both", "chromium", "firefox"
	tests := []struct {
		dialect, pattern, matches, not string
	}{
		{both, "https://*/*", "https://www.google.com/ https://example.org/foo/bar.html", "http://www.google.com/"},
		{both, "https://*/foo*", "https://example.com/foo/bar.html https://www.google.com/foo", "https://example.com/bar"},
		{both, "https://*.google.com/foo*bar", "https://www.google.com/foo/baz/bar https://docs.google.com/foobar https://google.com/foobar", "https://google.com/foobarx"},
		{both, "https://example.org/foo/bar.html", "https://example.org/foo/bar.html https://example.org/foo/bar.html#x", "https://example.org/foo/bar.html?x"},
		{both, "file:///foo*", "file:///foo/bar.html file:///foo", "file:///bar"},
		{both, "http://127.0.0.1/*", "http://127.0.0.1/ http://127.0.0.1/foo/bar.html", "http://127.0.0.2/"},
		{both, "*://mail.google.com/*", "http://mail.google.com/foo/baz/bar https://mail.google.com/foobar", "ftp://mail.google.com/"},
		{chromium, "https://*:*/*", "https://example.com:8443/ https://example.com/", "http://example.com/"},
		{chromium, "http://localhost:*/*", "http://localhost/ http://localhost:3000/x", "http://localhosts/"},

		{both, "<all_urls>", "http://example.org/ https://a.org/some/path/ ftp://files.somewhere.org/ file:///etc/passwd", "resource://a/b/c/ about:blank chrome-extension://x/y moz-extension://x/y"},
		{firefox, "<all_urls>", "ws://a.org/ data:text/html,x", ""},
		{chromium, "<all_urls>", "", "ws://a.org/ data:text/html,x"},
		{both, "*://*/*", "http://example.org/ https://a.org/some/path/", "ftp://ftp.example.org/ file:///a/"},
		{firefox, "*://*/*", "ws://a.org/ wss://a.org/", ""},
		{chromium, "*://*/*", "", "ws://a.org/ wss://a.org/"},
		{both, "*://*.mozilla.org/*", "http://mozilla.org/ https://mozilla.org/ http://a.mozilla.org/ https://b.mozilla.org/path/", "ftp://mozilla.org/ http://mozilla.com/ http://firefox.org/ http://xmozilla.org/"},
		{both, "*://mozilla.org/", "http://mozilla.org/ https://mozilla.org/ http://mozilla.org", "http://a.mozilla.org/ http://mozilla.org/a"},
		{both, "https://*/path", "https://mozilla.org/path https://a.mozilla.org/path https://something.com/path", "http://mozilla.org/path https://mozilla.org/path/ https://mozilla.org/a https://mozilla.org/ https://mozilla.org/path?foo=1"},
		{both, "https://*/path/", "https://mozilla.org/path/", "https://mozilla.org/path"},
		{both, "https://mozilla.org/*", "https://mozilla.org/ https://mozilla.org/path https://mozilla.org/path?to=x&y https://mozilla.org/a/b/c/#section1", "http://mozilla.org/path https://mozilla.com/path"},
		{both, "https://mozilla.org/a/b/c/", "https://mozilla.org/a/b/c/ https://mozilla.org/a/b/c/#section1", "https://mozilla.org/a/b"},
		{both, "https://mozilla.org/*/b/*/", "https://mozilla.org/a/b/c/ https://mozilla.org/d/b/f/ https://mozilla.org/a/b/c/d/ https://mozilla.org/a/b/c/d/#section1 https://mozilla.org/a/b/c/d/?foo=/", "https://mozilla.org/b/*/ https://mozilla.org/a/b/ https://mozilla.org/a/b/c/d/?foo=bar"},
		{both, "file:///blah/*", "file:///blah/ file:///blah/bleh", "file:///bleh/"},

		{chromium, "http://example.com:80/*", "http://example.com/ http://example.com:80/", "http://example.com:8080/"},
		{chromium, "http://example.com:08080/*", "http://example.com:8080/", "http://example.com/"},
		{firefox, "http://example.com:8080/*", "", "http://example.com:8080/ http://example.com/"},
		{firefox, "http://example.com/*", "http://example.com:8080/", ""},
		{chromium, "http://example.com/foo/*", "http://example.com/foo http://example.com/foo/", "http://example.com/foob"},
		{firefox, "http://example.com/foo/*", "http://example.com/foo/", "http://example.com/foo"},
		{both, "http://example.com/a?b", "http://example.com/a?b", "http://example.com/axb http://example.com/ab"},
		{both, "http://EXAMPLE.com/*", "http://example.com/ HTTP://Example.COM/x", "http://example.org/"},
		{both, "http://münchen.de/*", "http://xn--mnchen-3ya.de/ http://münchen.de/", "http://munchen.de/"},
		{both, "http://*.0.0.1/*", "", "http://127.0.0.1/"},
		{both, "http://[::1]/*", "http://[::1]/ http://[0:0:0:0:0:0:0:1]/ http://user:pw@[::1]:80/", "http://[::2]/"},
		{chromium, "http://[::1]:8080/*", "http://[::1]:8080/", "http://[::1]/"},
		{chromium, "http://example.com./*", "http://example.com/ http://example.com./", ""},
		{chromium, "file://localhost/foo", "file:///foo", "file:///bar"},
		{chromium, "file://foo*", "file:///foobar", "file:///bar"},
		{both, "file://*/*", "file:///foo file:///foo/bar", "http://example.com/"},
		{firefox, "file://localhost/foo", "", "file:///foo"},
		{both, "http://*/*", "http://my_server/ http://a/?q=http://b/", "nonsense http:// :"},
		{both, "https://example.com/*", "https://example.com/%zz https://user@example.com/", "https://example.com@evil.org/ https://example.com.evil.org/"},
	}
	for _, test := range tests {
		for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
			if test.dialect != both && test.dialect != dialect.String() {
				continue
			}
			p, err := ParsePattern(test.pattern, dialect, ForContentScripts)
			if err != nil {
				t.Errorf("%v: %v", dialect, err)
				continue
			}
			for _, url := range strings.Fields(test.matches) {
				if !p.Match(url) {
					t.Errorf("%v: %s does not match %s", dialect, p, url)
				}
			}
			for _, url := range strings.Fields(test.not) {
				if p.Match(url) {
					t.Errorf("%v: %s matches %s", dialect, p, url)
				}
			}
		}
	}
}

func TestBadPattern(t *testing.T) {
	tests := []struct {
		pattern           string
		chromium, firefox string // part of the error; "" where the pattern is good
	}{
		{"", "no scheme", "no scheme"},
		{"foo", "no scheme", "no scheme"},
		{"resource://path/", `scheme "resource" cannot stand here`, `scheme "resource" cannot stand here`},
		{"HTTP://example.com/*", `scheme "HTTP" cannot`, `scheme "HTTP" cannot`},
		{"ws://example.com/*", `scheme "ws" cannot`, ""},
		{"http:/bar", "wrong scheme separator", "wrong scheme separator"},
		{"http://", "host can not be empty", "host can not be empty"},
		{"http:///foo", "host can not be empty", "host can not be empty"},
		{"http://*./foo", "host can not be empty", "host can not be empty"},
		{"https://mozilla.org", "empty path", "empty path"},
		{"https://mozilla.*.org/", "invalid host wildcard", "invalid host wildcard"},
		{"https://*zilla.org/", "invalid host wildcard", "invalid host wildcard"},
		{"http*://mozilla.org/", `scheme "http*"`, `scheme "http*"`},
		{"*://*", "empty path", "empty path"},
		{"file://*", "", "empty path"},
		{"file://*/*", "", ""},
		{"file://a*/*", "", "invalid host wildcard"},
		{"http://foo:/", `invalid port ""`, ""},
		{"http://foo:com/", `invalid port "com"`, ""},
		{"http://foo:123456/", "invalid port", ""},
		{"*://foo:1234/*", `only the port * can stand`, ""},
		{"http://foo:80:80/monkey", `invalid port "80:80"`, ""},
		{"http://[::1/*", "closing bracket", "closing bracket"},
		{"http://[::1]x/*", "only a port may follow", "only a port may follow"},
		{"http://a b/*", "invalid host", "invalid host"},
		{"http://foo\x00bar/*", "invalid host", "invalid host"},
	}
	for _, test := range tests {
		for dialect, want := range map[webport.Dialect]string{webport.Chromium: test.chromium, webport.Firefox: test.firefox} {
			_, err := ParsePattern(test.pattern, dialect, ForContentScripts)
			switch {
			case want == "" && err != nil:
				t.Errorf("%v: %v", dialect, err)
			case want != "" && err == nil:
				t.Errorf("%v: %q is accepted, want an error with %q", dialect, test.pattern, want)
			case want != "" && (!strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "invalid match pattern \"")):
				t.Errorf("%v: %q: %v, want %q and the pattern in quotes", dialect, test.pattern, err, want)
			}
		}
	}
}

func TestPatternUse(t *testing.T) {
	for pattern, uses := range map[string][]PatternUse{
		"ws://a/*":               {ForHosts, ForPages},
		"chrome-extension://a/*": {ForPages},
		"data:text/*":            {ForPages},
	} {
		for _, use := range []PatternUse{ForContentScripts, ForHosts, ForPages} {
			_, err := ParsePattern(pattern, webport.Chromium, use)
			want := false
			for _, u := range uses {
				want = want || u == use
			}
			if (err == nil) != want {
				t.Errorf("%s for use %d: %v", pattern, use, err)
			}
		}
	}
}

func TestGlob(t *testing.T) {
	tests := []struct {
		glob, text     string
		literal, one   bool
		oneCharOrFewer bool
	}{
		{"a?c", "abc", false, true, true},
		{"a?c", "ac", false, false, true},
		{"a?c", "a?c", true, true, true},
		{"*.example.???/*", "http://www.example.com/x", false, true, true},
		{"*.example.???/*", "http://www.example.uk/x", false, false, true},
		{"*", "", true, true, true},
		{"", "", true, true, true},
		{"", "x", false, false, false},
		{"a**b", "ab", true, true, true},
		{strings.Repeat("*a", 200) + "b", strings.Repeat("a", 5000), false, false, false},
	}
	for _, test := range tests {
		for question, want := range map[question]bool{literalQuestion: test.literal, oneCharacter: test.one, atMostOneCharacter: test.oneCharOrFewer} {
			if got := (glob{test.glob, question}).match(test.text); got != want {
				t.Errorf("glob %q (question %d) on %q: %v, want %v", test.glob, question, test.text, got, want)
			}
		}
	}
}

// Whatever the pattern says, reading it and applying it ends without a panic, an error quotes it, and a pattern
// without a wildcard matches itself as a URL.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{allURLs, "*://*/*", "http://[::1]:80/*", "file://a", "https://*.ex.com:*/a?b*", "data:x", "http://a\xff/"} {
		f.Add(seed, "https://example.com/")
	}
	f.Fuzz(func(t *testing.T, text, url string) {
		for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
			p, err := ParsePattern(text, dialect, ForPages)
			if err != nil {
				if !strings.HasPrefix(err.Error(), "invalid match pattern \"") {
					t.Errorf("error without the pattern: %v", err)
				}
				continue
			}
			p.Match(url)
			if strings.ContainsAny(text, "*#@") || text == allURLs || p.NeverMatches() != "" || strings.HasPrefix(text, "file:") {
				continue
			}
			if !p.Match(text) && !strings.HasPrefix(text, "data:") {
				t.Errorf("%v: %q does not match itself", dialect, text)
			}
		}
	})
}
