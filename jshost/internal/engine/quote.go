package engine

import (
	"unicode/utf16"
	"unicode/utf8"
)

// isLargeIndex reports whether the name of a property may be an array index
// too large for an atom of its own: those have ten digits.
func (s stringContent) isLargeIndex() bool {
	if len(s.narrow) != len("4294967294") {
		return false
	}
	for _, c := range s.narrow {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// size is the least number of bytes the text takes.
func (s stringContent) size() int { return len(s.narrow) + len(s.wide) }

// appendQuoted appends the string as JSON.stringify writes it: QuoteJSONString
// of ECMAScript, in UTF-8.
func (s stringContent) appendQuoted(b []byte) []byte {
	b = append(b, '"')
	if s.wide != nil {
		b = appendWide(b, s.wide)
	} else {
		b = appendNarrow(b, s.narrow)
	}
	return append(b, '"')
}

func appendNarrow(b, s []byte) []byte {
	start := 0
	for i, c := range s {
		if asIs[c] {
			continue
		}
		b = append(b, s[start:i]...)
		b = appendUnit(b, uint16(c))
		start = i + 1
	}
	return append(b, s[start:]...)
}

// asIs are the bytes of Latin-1 that a JSON text has as they are.
var asIs = func() (table [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

func appendWide(b []byte, s []uint16) []byte {
	for i := 0; i < len(s); i++ {
		if i+1 < len(s) {
			if r := utf16.DecodeRune(rune(s[i]), rune(s[i+1])); r != utf8.RuneError {
				b = utf8.AppendRune(b, r)
				i++
				continue
			}
		}
		b = appendUnit(b, s[i])
	}
	return b
}

// appendUnit appends what is no half of a surrogate pair.
func appendUnit(b []byte, c uint16) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', byte(c))
	case '\b':
		return append(b, '\\', 'b')
	case '\t':
		return append(b, '\\', 't')
	case '\n':
		return append(b, '\\', 'n')
	case '\f':
		return append(b, '\\', 'f')
	case '\r':
		return append(b, '\\', 'r')
	}
	if c < ' ' || utf16.IsSurrogate(rune(c)) {
		const hex = "0123456789abcdef"
		return append(b, '\\', 'u', hex[c>>12], hex[c>>8&15], hex[c>>4&15], hex[c&15])
	}
	return utf8.AppendRune(b, rune(c))
}
