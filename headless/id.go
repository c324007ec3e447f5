package headless

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/webport/webport"
)

// extensionID returns the id that the dialect's browser would give the extension in dir, an absolute path without
// symbolic links.
func (m *Manifest) extensionID(dir string, dialect webport.Dialect) (string, error) {
	if dialect == webport.Firefox {
		return m.firefoxID(dir)
	}
	if m.key == nil {
		return chromiumID(pathBytes(dir, runtime.GOOS)), nil
	}
	der, err := decodeKey(m.key.text())
	if err != nil {
		return "", m.key.errorf("%w", err)
	}
	return chromiumID(der), nil
}

// chromiumID is crx_file::id_util::GenerateId: the first 16 bytes of the SHA-256 of the input, each half byte a letter
// from a to p.
func chromiumID(input []byte) string {
	sum := sha256.Sum256(input)
	id := []byte(hex.EncodeToString(sum[:16]))
	for i, c := range id {
		if c >= 'a' {
			id[i] = c - 'a' + 'k'
		} else {
			id[i] = c - '0' + 'a'
		}
	}
	return string(id)
}

// pathBytes is what Chromium hashes for an unpacked extension without a key (GenerateIdForPath): the bytes of its path,
// which are UTF-16 on Windows, where the letter of the drive is upper case.
func pathBytes(dir, goos string) []byte {
	if goos != "windows" {
		return []byte(dir)
	}
	if len(dir) > 1 && dir[1] == ':' {
		dir = strings.ToUpper(dir[:1]) + dir[1:]
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune(dir)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}

// decodeKey reads the manifest's key: base64 of a DER public key, with or without the lines of a PEM file around it.
func decodeKey(key string) ([]byte, error) {
	if _, pem, found := strings.Cut(key, "-----BEGIN"); found {
		_, pem, _ = strings.Cut(pem, "KEY-----")
		key, _, _ = strings.Cut(pem, "-----END")
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(key), ""))
	if err != nil {
		return nil, fmt.Errorf("the key is not base64: %w", err)
	}
	if len(der) == 0 {
		return nil, errors.New("the key is empty")
	}
	return der, nil
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
