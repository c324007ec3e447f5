package headless

import (
	"slices"

	"github.com/webport/webport"
)

// ContentScript is one entry of content_scripts.
type ContentScript struct {
	JS, CSS []FileRef
	// RunAt is document_start, document_end or document_idle.
	RunAt string
	// AllFrames is false when the scripts run in the top frame alone.
	AllFrames bool
	// MatchAboutBlank and MatchOriginAsFallback let the scripts run in about:blank and about:srcdoc frames whose
	// creator the entry matches, the second also in data: and blob: frames.
	MatchAboutBlank, MatchOriginAsFallback bool
	// Main is true when the scripts run in the page's own world, without the extension's APIs.
	Main bool

	matches, excludeMatches   []*Pattern
	includeGlobs, excludeGlob []glob
	globsSeeFragment          bool // of URLs, as in Chromium; Firefox keeps it from globs as from patterns
}

// Matches reports whether the entry covers a document's URL: one of matches, none of exclude_matches, one of
// include_globs where there are any, none of exclude_globs. For a frame with an inherited origin pass its creator's URL.
func (c *ContentScript) Matches(url string) bool {
	seen := url
	if !c.globsSeeFragment {
		seen = withoutFragment(url)
	}
	covers := func(g glob) bool { return g.match(seen) }
	return matchesAny(c.matches, url) && !matchesAny(c.excludeMatches, url) &&
		(len(c.includeGlobs) == 0 || slices.ContainsFunc(c.includeGlobs, covers)) &&
		!slices.ContainsFunc(c.excludeGlob, covers)
}

func (r *manifestReader) contentScript(v *jsonValue) ContentScript {
	if v = r.object(v); v == nil {
		return ContentScript{}
	}
	c := ContentScript{
		JS:                    r.files(v.get("js")),
		CSS:                   r.files(v.get("css")),
		RunAt:                 r.oneOf(v.get("run_at"), "document_idle", "document_end", "document_start"),
		AllFrames:             r.boolean(v.get("all_frames"), false),
		MatchAboutBlank:       r.boolean(v.get("match_about_blank"), false),
		MatchOriginAsFallback: r.boolean(v.get("match_origin_as_fallback"), false),
		Main:                  r.oneOf(v.get("world"), "ISOLATED", "MAIN") == "MAIN",
		matches:               r.patterns(v.get("matches"), ForContentScripts),
		excludeMatches:        r.patterns(v.get("exclude_matches"), ForContentScripts),
		includeGlobs:          r.globs(v.get("include_globs")),
		excludeGlob:           r.globs(v.get("exclude_globs")),
		globsSeeFragment:      r.dialect == webport.Chromium,
	}
	if matches := v.get("matches"); matches == nil {
		r.fail(v, "matches is missing")
	} else if matches.kind == '[' && len(matches.items) == 0 {
		r.fail(matches, "no match pattern: there must be at least one")
	}
	if r.dialect == webport.Chromium && len(r.list(v.get("js"))) == 0 && len(r.list(v.get("css"))) == 0 {
		r.fail(v, "at least one file in js or css is required")
	}
	if c.MatchOriginAsFallback && r.dialect == webport.Chromium {
		for _, item := range r.list(v.get("matches")) {
			p, err := ParsePattern(item.text(), r.dialect, ForContentScripts)
			if err == nil && p.text != allURLs && p.path.text != "/*" {
				r.fail(item, "the path must be /* together with match_origin_as_fallback")
			}
		}
	}
	return c
}
