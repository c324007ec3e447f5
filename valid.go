package webport

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"unicode/utf8"
)

// maxDepth is how deep a message may nest, as in jsontext.
const maxDepth = 10_000

// isValue reports whether text is exactly one JSON value, in UTF-8. Duplicate
// names and lone surrogate escapes pass, as they do between browsers.
//
// It is jsontext.Value.IsValid with AllowDuplicateNames, and with
// AllowInvalidUTF8 after utf8.Valid, to the letter: a fuzz test holds that. It
// exists because every message passes through here, and those two took more
// than everything else that is done to a small one.
func isValue(text json.RawMessage) bool {
	end := value(text, space(text, 0), 0)
	return end >= 0 && space(text, end) == len(text)
}

// The functions below return the index after what they read from text[i:], or
// -1 if that is not there.

func value(text []byte, i, depth int) int {
	if i >= len(text) {
		return -1
	}
	switch c := text[i]; c {
	case '"':
		return stringEnd(text, i+1)
	case '{', '[':
		if depth == maxDepth {
			return -1
		}
		if c == '{' {
			return objectEnd(text, i+1, depth+1)
		}
		return arrayEnd(text, i+1, depth+1)
	case 't':
		return literal(text, i, "true")
	case 'f':
		return literal(text, i, "false")
	case 'n':
		return literal(text, i, "null")
	}
	return number(text, i)
}

func objectEnd(text []byte, i, depth int) int {
	i = space(text, i)
	if i < len(text) && text[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(text) || text[i] != '"' {
			return -1
		}
		if i = stringEnd(text, i+1); i < 0 {
			return -1
		}
		if i = space(text, i); i >= len(text) || text[i] != ':' {
			return -1
		}
		if i = value(text, space(text, i+1), depth); i < 0 {
			return -1
		}
		if i = space(text, i); i >= len(text) {
			return -1
		}
		switch text[i] {
		case ',':
			i = space(text, i+1)
		case '}':
			return i + 1
		default:
			return -1
		}
	}
}

func arrayEnd(text []byte, i, depth int) int {
	i = space(text, i)
	if i < len(text) && text[i] == ']' {
		return i + 1
	}
	for {
		if i = value(text, i, depth); i < 0 {
			return -1
		}
		if i = space(text, i); i >= len(text) {
			return -1
		}
		switch text[i] {
		case ',':
			i = space(text, i+1)
		case ']':
			return i + 1
		default:
			return -1
		}
	}
}

// stringEnd reads a string from behind its first quote.
func stringEnd(text []byte, i int) int {
	for {
		for i+8 <= len(text) {
			n := plain(binary.LittleEndian.Uint64(text[i:]))
			if i += n; n < 8 {
				break
			}
		}
		if i >= len(text) {
			return -1
		}
		switch c := text[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			if i = escape(text, i+1); i < 0 {
				return -1
			}
		case c < ' ':
			return -1
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				return -1
			}
			i += size
		}
	}
}

// plain returns how many of eight bytes, from the lowest, stand for themselves:
// no quote, no backslash, no control character, nothing beyond ASCII.
func plain(w uint64) int {
	// A byte of w gets its high bit set in special if it is none of these. A
	// borrow can mark one above it too, which does not move the lowest.
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, backslash := w^ones*'"', w^ones*'\\'
	special := (w | (w - ones*' ') | (quote-ones)&^quote | (backslash-ones)&^backslash) & highs
	return bits.TrailingZeros64(special) / 8
}

func escape(text []byte, i int) int {
	if i >= len(text) {
		return -1
	}
	switch text[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		for n := 1; n <= 4; n++ {
			if i+n >= len(text) || !hex(text[i+n]) {
				return -1
			}
		}
		return i + 5
	}
	return -1
}

func hex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func number(text []byte, i int) int {
	if i < len(text) && text[i] == '-' {
		i++
	}
	if i < len(text) && text[i] == '0' {
		i++
	} else if i = digits(text, i); i < 0 {
		return -1
	}
	if i < len(text) && text[i] == '.' {
		if i = digits(text, i+1); i < 0 {
			return -1
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		return digits(text, i)
	}
	return i
}

// digits reads one or more.
func digits(text []byte, i int) int {
	first := i
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	if i == first {
		return -1
	}
	return i
}

func literal(text []byte, i int, word string) int {
	if len(text)-i < len(word) || string(text[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

// space reads any white space there is.
func space(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}
