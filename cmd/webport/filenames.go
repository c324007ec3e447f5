package main

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/webport/webport/headless"
)

// fileNames turns the URLs of scripts into the names of the files they came
// from, as the user wrote them: so that a click on them opens an editor.
type fileNames struct {
	replacer *strings.Replacer
}

func newFileNames(extensions []*headless.Extension, o *runOptions) fileNames {
	var pairs []string
	for _, page := range o.pages {
		if page.file == "" {
			continue
		}
		address := asBrowser(page.url)
		pairs = append(pairs, address+":", page.file+":") // with :LINE
		if u, err := url.Parse(address); err == nil {
			u.Path, u.RawPath, u.RawQuery, u.Fragment = path.Dir(u.Path+"x"), "", "", ""
			directory := filepath.ToSlash(filepath.Dir(page.file))
			pairs = append(pairs, strings.TrimSuffix(u.String(), "/")+"/", directory+"/")
		}
	}
	for i, e := range extensions {
		pairs = append(pairs, e.BaseURL, strings.TrimSuffix(filepath.ToSlash(o.dirs[i]), "/")+"/")
	}
	return fileNames{strings.NewReplacer(pairs...)}
}

func (f fileNames) rewrite(text string) string { return f.replacer.Replace(text) }
