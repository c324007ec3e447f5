package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"unicode/utf16"
)

// Extension is how an extension is named in native manifests. Either name may be "", where it has none.
type Extension struct {
	Origin string // in Chromium's: "chrome-extension://ID/"
	AddOn  string // in Firefox's: "name@domain" or "{uuid}"
}

// In returns the extension's name in native manifests of format f.
func (e Extension) In(f Format) string {
	if f == Firefox {
		return e.AddOn
	}
	return e.Origin
}

const originScheme = "chrome-extension://"

var chromiumID = regexp.MustCompile(`^[a-p]{32}$`)

// ParseExtension takes what people give for an extension: an id of Chromium's, an origin, an add-on id of Firefox's, or
// the directory of an unpacked extension, which may have an id in both. The id of that is computed from the key in its
// manifest.json, or else from its path, for Chromium; for Firefox it is the one in its manifest.json, if any.
func ParseExtension(text string) (Extension, error) {
	id := strings.TrimSuffix(strings.TrimPrefix(text, originScheme), "/")
	switch {
	case chromiumID.MatchString(id):
		return Extension{Origin: originScheme + id + "/"}, nil
	case firefoxID.MatchString(text):
		return Extension{AddOn: text}, nil
	}
	info, err := os.Stat(text)
	switch {
	case err == nil && !info.IsDir():
		return Extension{}, fmt.Errorf("%s is a file: give the directory of an unpacked extension", text)
	case err != nil && strings.ContainsAny(text, `/\`) && !strings.Contains(text, "://"):
		return Extension{}, fmt.Errorf("there is no extension at %s: %w", text, err)
	case err != nil:
		return Extension{}, fmt.Errorf("%q is no extension: give an id of 32 letters from a to p, an origin, an add-on id such as name@domain, or the directory of an unpacked extension", text)
	}
	c, err := unpacked(text)
	if err != nil {
		return Extension{}, fmt.Errorf("extension in %s: %w", text, err)
	}
	return c, nil
}

// unpacked returns who the extension in dir is: by the key of its manifest.json, or else its path, in Chromium; by the
// id in its manifest.json, if any, in Firefox.
func unpacked(dir string) (Extension, error) {
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return Extension{}, err
	}
	fields, err := readObject(blankComments(bytes.TrimPrefix(text, []byte("\ufeff"))))
	if err != nil {
		return Extension{}, fmt.Errorf("manifest.json: %w", err)
	}
	var c Extension
	if fields.has("key") {
		var key, id string
		if err = fields.text("key", &key); err == nil {
			id, err = IDFromKey(key)
		}
		if err != nil {
			return Extension{}, fmt.Errorf("manifest.json: %w", err)
		}
		c.Origin = originScheme + id + "/"
	} else {
		if dir, err = filepath.Abs(dir); err == nil {
			dir, err = filepath.EvalSymlinks(dir)
		}
		if err != nil {
			return Extension{}, err
		}
		c.Origin = originScheme + IDFromPath(dir, runtime.GOOS) + "/"
	}
	for _, key := range []string{"browser_specific_settings", "applications"} {
		var settings struct{ Gecko struct{ ID string } }
		if json.Unmarshal(fields.values[key], &settings) == nil && c.AddOn == "" {
			c.AddOn = settings.Gecko.ID
		}
	}
	if c.AddOn != "" && !firefoxID.MatchString(c.AddOn) {
		return Extension{}, fmt.Errorf("manifest.json: gecko.id is %q, which is no add-on id: use the form name@domain or {uuid}", c.AddOn)
	}
	return c, nil
}

// IDFromKey returns the id that Chromium gives an extension whose manifest.json has that key: base64 of a public key in
// DER, with or without the lines of a PEM file around it.
func IDFromKey(key string) (string, error) {
	if _, pem, found := strings.Cut(key, "-----BEGIN"); found {
		_, pem, _ = strings.Cut(pem, "KEY-----")
		key, _, _ = strings.Cut(pem, "-----END")
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(key), ""))
	if err != nil {
		return "", fmt.Errorf(`"key" is not base64: %w`, err)
	}
	if len(der) == 0 {
		return "", errors.New(`"key" is empty`)
	}
	return generateID(der), nil
}

// IDFromPath returns the id that Chromium on the system goos gives an unpacked extension without a key in the directory
// dir, which is absolute and without symbolic links. On Windows that is hashed as UTF-16 with an upper case drive
// (crx_file::id_util::GenerateIdForPath).
func IDFromPath(dir, goos string) string {
	if goos != "windows" {
		return generateID([]byte(dir))
	}
	if len(dir) > 1 && dir[1] == ':' {
		dir = strings.ToUpper(dir[:1]) + dir[1:]
	}
	var input []byte
	for _, unit := range utf16.Encode([]rune(dir)) {
		input = append(input, byte(unit), byte(unit>>8))
	}
	return generateID(input)
}

// generateID is crx_file::id_util::GenerateId: the first 16 bytes of the SHA-256, each half byte a letter from a to p.
func generateID(input []byte) string {
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
