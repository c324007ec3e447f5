package headless

import (
	"crypto/sha1"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/google/uuid"
	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// extensionID returns the id that the dialect's browser would give the extension in dir, an absolute path without
// symbolic links.
func (m *Manifest) extensionID(dir string, dialect webport.Dialect) (string, error) {
	if dialect == webport.Firefox {
		return m.firefoxID(dir)
	}
	if m.key == nil {
		return manifest.IDFromPath(dir, runtime.GOOS), nil
	}
	id, err := manifest.IDFromKey(m.key.text())
	if err != nil {
		return "", m.key.errorf("%w", err)
	}
	return id, nil
}

func isChromiumID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "abcdefghijklmnop") == ""
}

// geckoID is FirefoxSpecificProperties.id of Firefox's schema manifest.json.
var geckoID = regexp.MustCompile(`(?i)^(\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}|[a-z0-9-._]*@[a-z0-9-._]+)$`)

// firefoxID is the id of the manifest, else one as Firefox makes for a temporary add-on: the SHA-1 of its path (Firefox
// adds a number of the session; here the id stays the same from run to run).
func (m *Manifest) firefoxID(dir string) (string, error) {
	if m.geckoID == nil {
		sum := sha1.Sum([]byte(dir))
		return hex.EncodeToString(sum[:]) + "@temporary-addon", nil
	}
	id := m.geckoID.text()
	if len(id) > 80 || !geckoID.MatchString(id) {
		return "", m.geckoID.errorf("%q is no id of an extension (expected name@domain, or a UUID in braces)", id)
	}
	return id, nil
}

// baseURL is where the extension's files are: it ends in a slash.
func baseURL(id string, dialect webport.Dialect) string {
	if dialect == webport.Firefox {
		// Firefox draws the UUID when an extension is installed; here it follows from the id.
		return "moz-extension://" + uuid.NewSHA1(uuid.NameSpaceURL, []byte("moz-extension:"+id)).String() + "/"
	}
	return "chrome-extension://" + id + "/"
}

// resolveDir is the absolute path of a directory without symbolic links, as Chromium takes it for the id.
func resolveDir(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
}
