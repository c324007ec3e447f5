package main

import (
	"encoding/json"
	"strings"

	"github.com/webport/webport/headless"
)

// firstTabs returns the tabs to open where the user named none: for each
// extension whose content scripts would run in none of the others, the page
// that its first match pattern stands for. An empty page is the least: no
// browser is without a tab, and a button is clicked in one.
func firstTabs(extensions []*headless.Extension) []string {
	var urls []string
	for _, e := range extensions {
		url := firstTab(e)
		if url == "" || runsIn(e, urls) {
			continue
		}
		urls = append(urls, url)
	}
	if urls == nil {
		return []string{"about:blank"}
	}
	return urls
}

func runsIn(e *headless.Extension, urls []string) bool {
	for i := range e.Manifest.ContentScripts {
		for _, url := range urls {
			if e.Manifest.ContentScripts[i].Matches(url) {
				return true
			}
		}
	}
	return false
}

// firstTab returns a URL that one of the extension's content scripts runs in,
// or "" if none has an http or https URL.
func firstTab(e *headless.Extension) string {
	var manifest struct {
		ContentScripts []struct {
			Matches []string `json:"matches"`
		} `json:"content_scripts"`
	}
	if err := json.Unmarshal(e.ManifestJSON(), &manifest); err != nil {
		return "" // it was loaded, so it can be read: only what is no list of strings gets here
	}
	for i, script := range manifest.ContentScripts {
		for _, pattern := range script.Matches {
			url := urlOfPattern(pattern)
			if url != "" && i < len(e.Manifest.ContentScripts) && e.Manifest.ContentScripts[i].Matches(url) {
				return url
			}
		}
	}
	return ""
}

// urlOfPattern returns the plainest URL that a match pattern covers; "" for
// those of other schemes than http and https.
func urlOfPattern(pattern string) string {
	if pattern == "<all_urls>" {
		return "https://example.com/"
	}
	scheme, rest, _ := strings.Cut(pattern, "://")
	switch scheme {
	case "*":
		scheme = "https"
	case "http", "https":
	default:
		return ""
	}
	host, path, _ := strings.Cut(rest, "/")
	host, port, hasPort := strings.Cut(host, ":")
	if host == "*" {
		host = "example.com"
	}
	host = strings.TrimPrefix(host, "*.")
	if hasPort && port != "*" {
		host += ":" + port
	}
	return scheme + "://" + host + "/" + strings.ReplaceAll(path, "*", "")
}
