package native

import (
	"path/filepath"
	"strings"

	"github.com/webport/webport"
)

const chromiumScheme = "chrome-extension://"

// caller is what a browser tells an app about who started it, in the arguments: the only identity there is.
type caller struct {
	application string // Firefox: the name of the app
	dialect     webport.Dialect
	sender      *webport.Sender // nil where the arguments name nobody
}

// callerOf reads the arguments of an app, without the program's name. Chromium gives the extension's origin, and on
// Windows --parent-window=HANDLE besides; Firefox the native manifest's path and the add-on's id.
func callerOf(args []string) caller {
	for _, arg := range args {
		if id, ok := strings.CutPrefix(arg, chromiumScheme); ok {
			id = strings.TrimSuffix(id, "/")
			return caller{sender: &webport.Sender{ID: id, URL: arg, Origin: chromiumScheme + id}}
		}
	}
	if len(args) >= 2 && strings.HasSuffix(args[0], ".json") {
		return caller{
			application: strings.TrimSuffix(filepath.Base(args[0]), ".json"),
			dialect:     webport.Firefox,
			sender:      &webport.Sender{ID: args[1]},
		}
	}
	return caller{}
}
