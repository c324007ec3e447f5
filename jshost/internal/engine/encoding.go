package engine

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Host functions of js/encoding.js, js/serialize.js, js/deserialize.js, js/blob.js and js/crypto.js.
// The preludes pass the right types; the assertions below hold them to it.

// encodeText(text) is text, which is well formed, in UTF-8.
func encodeText(args []any) (any, error) { return []byte(args[0].(string)), nil }

// decodeText(encoding, bytes, fatal) is the text of bytes, a byte order mark
// included. Bad bytes become U+FFFD, or throw a TypeError where fatal.
func decodeText(args []any) (any, error) {
	name, b, fatal := args[0].(string), args[1].([]byte), args[2].(bool)
	text, valid, err := decode(name, b)
	if err != nil {
		return nil, err
	}
	if fatal && !valid {
		return nil, &Exception{"TypeError", "Failed to execute 'decode' on 'TextDecoder': The encoded data was not valid."}
	}
	return text, nil
}

func decode(name string, b []byte) (text string, valid bool, err error) {
	switch name {
	case "utf-8":
		if utf8.Valid(b) {
			return string(b), true, nil
		}
		// Not strings.ToValidUTF8: the Encoding Standard counts the replacements.
		replaced, err := unicode.UTF8.NewDecoder().Bytes(b)
		return string(replaced), false, err
	case "utf-16le":
		text, valid = decodeUTF16(b, binary.LittleEndian)
		return text, valid, nil
	case "utf-16be":
		text, valid = decodeUTF16(b, binary.BigEndian)
		return text, valid, nil
	case "windows-1252":
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(b)
		return string(decoded), true, err
	}
	return "", false, fmt.Errorf("decode text: no encoding %q", name)
}

func decodeUTF16(b []byte, order binary.ByteOrder) (text string, valid bool) {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	valid = len(b)%2 == 0 && !hasLoneSurrogate(units)
	text = string(utf16.Decode(units))
	if len(b)%2 != 0 {
		text += string(utf8.RuneError)
	}
	return text, valid
}

func hasLoneSurrogate(units []uint16) bool {
	for i := 0; i < len(units); i++ {
		if !utf16.IsSurrogate(rune(units[i])) {
			continue
		}
		if i+1 == len(units) || utf16.DecodeRune(rune(units[i]), rune(units[i+1])) == utf8.RuneError {
			return true
		}
		i++
	}
	return false
}

// incompleteText(encoding, bytes) is how many bytes at the end may be the start
// of a character that later bytes complete.
func incompleteText(args []any) (any, error) {
	b := args[1].([]byte)
	switch name := args[0].(string); name {
	case "utf-8":
		for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
			tail := b[len(b)-n:]
			if utf8.RuneStart(tail[0]) {
				if !utf8.FullRune(tail) {
					return n, nil
				}
				break
			}
		}
	case "utf-16le", "utf-16be":
		n := len(b) % 2
		if last := len(b) - n - 2; last >= 0 {
			unit := binary.LittleEndian.Uint16(b[last:])
			if name == "utf-16be" {
				unit = binary.BigEndian.Uint16(b[last:])
			}
			if unit >= 0xd800 && unit < 0xdc00 {
				n += 2
			}
		}
		return n, nil
	}
	return 0, nil
}

// binaryToBase64(text) is btoa, undefined where a character is above U+00FF.
func binaryToBase64(args []any) (any, error) {
	text := args[0].(string)
	b := make([]byte, 0, len(text))
	for _, c := range text {
		if c > 0xff { // a lone surrogate is U+FFFD here
			return nil, nil
		}
		b = append(b, byte(c))
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

// base64ToBinary(text) is atob, undefined where text is not base64.
func base64ToBinary(args []any) (any, error) {
	text := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t\n\f\r", c) {
			return -1
		}
		return c
	}, args[0].(string))
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, nil //nolint:nilerr // undefined says so
	}
	var binary strings.Builder
	for _, c := range b {
		binary.WriteRune(rune(c))
	}
	return binary.String(), nil
}

// toBase64(bytes) is bytes as text.
func toBase64(args []any) (any, error) {
	return base64.StdEncoding.EncodeToString(args[0].([]byte)), nil
}

// fromBase64(text) is the bytes of text.
func fromBase64(args []any) (any, error) {
	b, err := base64.StdEncoding.DecodeString(args[0].(string))
	if err != nil {
		return nil, fmt.Errorf("deserialize bytes: %w", err)
	}
	return b, nil
}

// randomBytes(count) is that many bytes that nobody can foretell.
func randomBytes(args []any) (any, error) {
	b := make([]byte, int(args[0].(float64)))
	rand.Read(b) // never fails
	return b, nil
}
