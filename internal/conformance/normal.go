package conformance

import (
	"regexp"
	"strings"

	"github.com/webport/webport"
)

// changing is what legitimately varies between runs, and what a trace has in its place.
var changing = []struct {
	what *regexp.Regexp
	as   string
}{
	{regexp.MustCompile(`\b[0-9A-F]{32}\b`), "DOCUMENT"},
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "DOCUMENT"},
	{regexp.MustCompile(`("contextId": ?)[0-9]+`), "${1}CONTEXT"},
	{regexp.MustCompile(`("(?:tabId|windowId|lastAccessed|width|height)": ?)[1-9][0-9.]*`), `${1}NUMBER`},
	{regexp.MustCompile(`("tab": ?\{(?:[^{}]|\{[^{}]*\})*?"id": ?)[0-9]+`), `${1}NUMBER`},
	{regexp.MustCompile(`("frameId": ?)[1-9][0-9]*`), `${1}FRAME`},
}

// normaliser returns what takes out of a text what varies. bases are the URLs of the extensions' files by their labels;
// apps may be nil.
func (s *Scenario) normaliser(d webport.Dialect, bases map[string]string, apps *apps) func(string) string {
	var pairs []string
	add := func(what, as string) {
		if what != "" {
			pairs = append(pairs, what, as)
		}
	}
	scheme := map[webport.Dialect]string{webport.Chromium: "chrome-extension://", webport.Firefox: "moz-extension://"}[d]
	for label, as := range map[string]string{ownExtension: "EXT", otherExtension: "OTHER"} {
		add(bases[label], scheme+as+"/")
		add(strings.TrimSuffix(bases[label], "/"), scheme+as)
		add(s.identity(label, d).id, as+"_ID")
	}
	if apps != nil {
		add(apps.dir, "APPS")
		add(apps.manifests, "MANIFESTS")
	}
	known := strings.NewReplacer(pairs...)
	return func(text string) string {
		text = known.Replace(text)
		for _, c := range changing {
			text = c.what.ReplaceAllString(text, c.as)
		}
		return text
	}
}
