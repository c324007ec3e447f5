package jshost

import (
	"embed"
	"strings"
	"sync"

	"github.com/webport/webport"
)

//go:embed js
var files embed.FS

// The prelude of a dialect: these files in this order, "*" standing for the
// dialect's own directory. js/start.js says how they make one function.
var preludeFiles = []string{
	"start", "*/texts", "signature", "*/arguments", "*/lasterror", "*/event", "*/serialize", "post", "*/port",
	"onetime", "*/answering", "call", "dispatch", "*/forms", "namespace", "runtime", "tabs", "action", "storage",
	"alarms", "*/webpage", "absent", "*/globals",
}

var chromiumPrelude = sync.OnceValue(func() string { return joinPrelude("chromium") })

var firefoxPrelude = sync.OnceValue(func() string { return joinPrelude("firefox") })

func prelude(d webport.Dialect) string {
	if d == webport.Firefox {
		return firefoxPrelude()
	}
	return chromiumPrelude()
}

func joinPrelude(dialect string) string {
	var b strings.Builder
	b.WriteString("(function (host) {\n\"use strict\";\n")
	for _, name := range preludeFiles {
		source, err := files.ReadFile("js/" + strings.Replace(name, "*", dialect, 1) + ".js")
		if err != nil {
			if strings.HasPrefix(name, "*") {
				continue // a file that only the other dialect needs
			}
			panic(err) // embedded: it is there or the program does not build
		}
		b.Write(source)
	}
	b.WriteString("return fromGo;\n})")
	return b.String()
}
