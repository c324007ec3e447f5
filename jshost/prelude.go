package jshost

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"github.com/webport/webport"
)

//go:embed js
var files embed.FS

// preludeFile is a part of the prelude: a file in js, "*" standing for the
// dialect's own directory.
type preludeFile struct {
	name string
	in   []Kind // the contexts that need it; nil: all
}

var (
	ownPages  = []Kind{Background, ExtensionPage}
	extension = []Kind{Background, ExtensionPage, ContentScript}
)

// preludeFiles are the parts of the prelude in their order. js/start.js says
// how they make one function.
var preludeFiles = []preludeFile{
	{name: "start"},
	{name: "*/texts"},
	{name: "signature"},
	{name: "*/arguments"},
	{name: "*/lasterror"},
	{name: "*/event"},
	{name: "*/serialize"},
	{name: "post"},
	{name: "*/port"},
	{name: "onetime"},
	{name: "*/answering"},
	{name: "call"},
	{name: "dispatch"},
	{name: "*/forms"},
	{name: "namespace"},
	{name: "connect"},
	{name: "*/enums"},
	{name: "runtime", in: extension},
	{name: "storage", in: extension},
	{name: "tabs", in: ownPages},
	{name: "action", in: ownPages},
	{name: "alarms", in: ownPages},
	{name: "absent", in: ownPages},
	{name: "*/webpage", in: []Kind{WebPage}},
	{name: "*/globals"},
}

type preludeKey struct {
	dialect webport.Dialect
	kind    Kind
}

var (
	preludesMu sync.Mutex // guards following
	preludes   = map[preludeKey]string{}
)

// prelude returns the source that makes chrome and browser in a context.
func prelude(d webport.Dialect, k Kind) string {
	preludesMu.Lock()
	defer preludesMu.Unlock()
	key := preludeKey{d, k}
	if preludes[key] == "" {
		preludes[key] = joinPrelude(d, k)
	}
	return preludes[key]
}

func joinPrelude(d webport.Dialect, k Kind) string {
	var b strings.Builder
	b.WriteString("(function (host) {\n\"use strict\";\n")
	for _, f := range preludeFiles {
		if f.in != nil && !slices.Contains(f.in, k) {
			continue
		}
		source, err := files.ReadFile("js/" + strings.Replace(f.name, "*", d.String(), 1) + ".js")
		if err != nil {
			panic(err) // embedded: it is there or the program does not build
		}
		b.Write(source)
	}
	b.WriteString("return fromGo;\n})")
	return b.String()
}
