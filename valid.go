package webport

import (
	"encoding/binary"
	"encoding/json"
	"hash/maphash"
	"math/bits"
	"sync/atomic"
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
	sum := maphash.Bytes(seed, text)
	slot := &known[sum%uint64(len(known))]
	if slot.Load() == sum {
		return true
	}
	if !scan(text) {
		return false
	}
	slot.Store(sum)
	return true
}

// known has, each in its place, the sums of values that were found to be some
// lately: whatever is received here and passed on has been read once already,
// and a sum takes a tenth of the time. The seed is a secret of the process, so
// that no text can be made to have the sum of another.
var (
	seed  = maphash.MakeSeed()
	known [256]atomic.Uint64
)

// scan is isValue without a memory.
func scan(text []byte) bool {
	var open containers
	object := false // whether the innermost is one
	i := 0
	for {
		// A value begins here.
		i = space(text, i)
		if i >= len(text) {
			return false
		}
		switch c := text[i]; c {
		case '"':
			i = stringEnd(text, i+1)
		case '{':
			if i = space(text, i+1); i < len(text) && text[i] == '}' && open.depth < maxDepth {
				i++
				break
			}
			if !open.push(object) {
				return false
			}
			object = true
			if i = key(text, i); i < 0 {
				return false
			}
			continue
		case '[':
			if i = space(text, i+1); i < len(text) && text[i] == ']' && open.depth < maxDepth {
				i++
				break
			}
			if !open.push(object) {
				return false
			}
			object = false
			continue
		case 't':
			i = literal(text, i, "true")
		case 'f':
			i = literal(text, i, "false")
		case 'n':
			i = literal(text, i, "null")
		default:
			i = number(text, i)
		}
		if i < 0 {
			return false
		}
		// It ends here, and perhaps with it what it stands in.
		for {
			i = space(text, i)
			if open.depth == 0 {
				return i == len(text)
			}
			if i >= len(text) {
				return false
			}
			c := text[i]
			i++
			if c == ',' {
				if object {
					if i = key(text, space(text, i)); i < 0 {
						return false
					}
				}
				break
			}
			if object && c != '}' || !object && c != ']' {
				return false
			}
			object = open.pop()
		}
	}
}

// containers are what the innermost object or array stands in: whether each is an
// object.
type containers struct {
	depth  int
	bits   [4]uint64
	deeper []uint64
}

func (c *containers) push(object bool) bool {
	if c.depth == maxDepth {
		return false
	}
	word, bit := c.word(c.depth), uint64(1)<<(c.depth&63)
	if object {
		*word |= bit
	} else {
		*word &^= bit
	}
	c.depth++
	return true
}

func (c *containers) pop() (object bool) {
	c.depth--
	return *c.word(c.depth)>>(c.depth&63)&1 != 0
}

func (c *containers) word(depth int) *uint64 {
	n := depth / 64
	if n < len(c.bits) {
		return &c.bits[n]
	}
	if c.deeper == nil {
		c.deeper = make([]uint64, maxDepth/64+1)
	}
	return &c.deeper[n]
}

// The functions below return the index after what they read from text[i:], or
// -1 if that is not there.

// key reads the name of a member, and the colon.
func key(text []byte, i int) int {
	if i >= len(text) || text[i] != '"' {
		return -1
	}
	if i = stringEnd(text, i+1); i < 0 {
		return -1
	}
	if i = space(text, i); i >= len(text) || text[i] != ':' {
		return -1
	}
	return i + 1
}

// stringEnd reads a string from behind its first quote.
func stringEnd(text []byte, i int) int {
	if i+8 <= len(text) { // most names end within eight bytes
		if s := specials(binary.LittleEndian.Uint64(text[i:])) & highs; s != 0 {
			if end := i + bits.TrailingZeros64(s)/8; text[end] == '"' {
				return end + 1
			}
		}
	}
	for {
		if i = plain(text, i); i >= len(text) {
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

// plain skips characters that stand for themselves, all there are but perhaps the
// last seven bytes of text: by eight at first, as most strings are short.
func plain(text []byte, i int) int {
	for i+8 <= len(text) {
		for end := min(i+32, len(text)); i+8 <= end; i += 8 {
			// A branch, and not an addition of what is plain in the eight bytes: the next eight are then read
			// before these are looked at.
			if s := specials(binary.LittleEndian.Uint64(text[i:])) & highs; s != 0 {
				return i + bits.TrailingZeros64(s)/8
			}
		}
		for len(text)-i >= 32 {
			b := text[i : i+32 : i+32]
			if (specials(binary.LittleEndian.Uint64(b))|specials(binary.LittleEndian.Uint64(b[8:]))|
				specials(binary.LittleEndian.Uint64(b[16:]))|specials(binary.LittleEndian.Uint64(b[24:])))&highs != 0 {
				break
			}
			i += 32
		}
	}
	return i
}

const ones, highs = 0x0101010101010101, 0x8080808080808080

// specials marks, by its high bit, the lowest of eight bytes that does not stand
// for itself, a quote, a backslash, a control character or one beyond ASCII, and
// perhaps higher ones. The other bits mean nothing.
func specials(w uint64) uint64 {
	// A subtraction sets the high bit of a byte that is too small for it, and of one beyond ASCII, which is marked
	// anyway. A borrow can only mark a byte above one that is marked with reason. With one bit flipped, the quote, 0x22,
	// stands right behind the control characters, and the space that was there, 0x20, where the quote was.
	return w | ((w ^ ones*0x02) - ones*0x21) | ((w ^ ones*'\\') - ones)
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
	for i < len(text) && text[i] <= ' ' && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}
