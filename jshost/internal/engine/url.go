package engine

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// parseURL(url, base) is the parts of a URL as the URL Standard has them,
// undefined where it is not one.
func parseURL(args []any) (any, error) {
	text := args[0].(string)
	var u *whatwg.Url
	var err error
	if len(args) > 1 && args[1] != nil {
		u, err = whatwg.ParseRef(args[1].(string), text)
	} else {
		u, err = whatwg.Parse(text)
	}
	if err != nil {
		return nil, nil //nolint:nilerr // undefined says so
	}
	return urlParts(u)
}

// setURL(href, name, value) is the parts of the URL after one of the setters
// of URL; what a setter does not accept it leaves as it was.
func setURL(args []any) (any, error) {
	u, err := whatwg.Parse(args[0].(string))
	if err != nil {
		return nil, fmt.Errorf("set a part of a URL: %w", err)
	}
	value := args[2].(string)
	switch name := args[1].(string); name {
	case "protocol":
		u.SetProtocol(value)
	case "username":
		u.SetUsername(value)
	case "password":
		u.SetPassword(value)
	case "host":
		u.SetHost(value)
	case "hostname":
		u.SetHostname(value)
	case "port":
		u.SetPort(value)
	case "pathname":
		u.SetPathname(value)
	case "search":
		u.SetSearch(value)
	case "hash":
		u.SetHash(value)
	default:
		return nil, fmt.Errorf("set a part of a URL: no part %q", name)
	}
	return urlParts(u)
}

func urlParts(u *whatwg.Url) (any, error) {
	text, err := json.Marshal(map[string]string{
		"href": u.Href(false), "origin": origin(u), "protocol": u.Protocol(),
		"username": u.Username(), "password": u.Password(), "host": u.Host(), "hostname": u.Hostname(),
		"port": u.Port(), "pathname": u.Pathname(), "search": u.Search(), "hash": u.Hash(),
	})
	return json.RawMessage(text), err
}

// origin is the serialized origin of u. Chromium and Firefox give the pages of
// extensions one, though the standard knows no such scheme.
func origin(u *whatwg.Url) string {
	switch u.Scheme() {
	case "http", "https", "ws", "wss", "ftp", "chrome-extension", "moz-extension":
		return u.Protocol() + "//" + u.Host()
	case "blob":
		if inner, err := whatwg.Parse(u.Pathname()); err == nil && strings.HasPrefix(inner.Scheme(), "http") {
			return origin(inner)
		}
	}
	return "null"
}

// percentDecode(text) undoes percent encoding; what is no escape stays.
func percentDecode(args []any) (any, error) {
	text := args[0].(string)
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if decoded, err := url.PathUnescape(text[i : i+3]); err == nil {
				b.WriteString(decoded)
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	decoded, _, err := decode("utf-8", []byte(b.String()))
	return decoded, err
}
