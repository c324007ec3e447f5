package tap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mostDifferences bounds what is said about one message.
const mostDifferences = 10

// differences says how the JSON of two messages differs, by JSON pointers, leaving out what ignore names, which is all of
// redacted at least. The order of names and the space between tokens do not count. What is no JSON is compared by its
// bytes.
func differences(recorded, now []byte, ignore, redacted Fields) []string {
	if bytes.Equal(recorded, now) {
		return nil
	}
	a, aErr := decode(recorded, ignore)
	b, bErr := decode(now, ignore)
	if aErr != nil || bErr != nil {
		return []string{fmt.Sprintf("recorded %s, now %s", redacted.brief(recorded), redacted.brief(now))}
	}
	var d differ
	d.compare("", a, b)
	if len(d.found) > mostDifferences {
		more := len(d.found) - mostDifferences
		d.found = append(d.found[:mostDifferences], fmt.Sprintf("and %d more", more))
	}
	return d.found
}

func decode(message []byte, ignore Fields) (value any, err error) {
	masked, _, err := ignore.apply(message)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(masked))
	d.UseNumber() // integers above 2^53 are not alike
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more follows the value")
	}
	return value, nil
}

type differ struct{ found []string }

func (d *differ) notef(pointer, format string, args ...any) {
	if pointer != "" {
		pointer += ": "
	}
	d.found = append(d.found, pointer+fmt.Sprintf(format, args...))
}

func (d *differ) compare(pointer string, a, b any) {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			d.objects(pointer, a, b)
			return
		}
	case []any:
		if b, ok := b.([]any); ok {
			d.arrays(pointer, a, b)
			return
		}
	default:
		switch b.(type) {
		case map[string]any, []any:
		default:
			if a == b {
				return
			}
		}
	}
	d.notef(pointer, "recorded %s, now %s", briefValue(a), briefValue(b))
}

func (d *differ) objects(pointer string, a, b map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		if value, ok := b[name]; ok {
			d.compare(at, a[name], value)
		} else {
			d.notef(at, "recorded %s, now missing", briefValue(a[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[name]; !ok {
			d.notef(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), "not recorded, now %s", briefValue(b[name]))
		}
	}
}

func (d *differ) arrays(pointer string, a, b []any) {
	for i := range min(len(a), len(b)) {
		d.compare(pointer+"/"+strconv.Itoa(i), a[i], b[i])
	}
	if len(a) != len(b) {
		d.notef(pointer, "recorded %d elements, now %d", len(a), len(b))
	}
}

func briefValue(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // what was decoded can be encoded
	return brief(bytes.TrimSpace(b.Bytes()))
}

// brief is the beginning of a message, for people, without the values of the fields.
func (f Fields) brief(message []byte) string {
	if len(f.rules) == 0 {
		return brief(message)
	}
	if !isJSON(message) {
		return fmt.Sprintf("%d bytes (withheld: no JSON, and fields are redacted)", len(message))
	}
	shown, _, err := f.apply(message)
	if err != nil {
		return fmt.Sprintf("%d bytes (withheld: %v)", len(message), err)
	}
	return brief(shown)
}

// briefBytes is the beginning of what is no message, for people.
func (f Fields) briefBytes(data []byte) string {
	if len(f.rules) > 0 && len(data) > 0 {
		return "some (withheld, because fields are redacted)"
	}
	return fmt.Sprintf("%.100q", data)
}

// brief is the beginning of a message, for people.
func brief(message []byte) string {
	const most = 200
	if !utf8.Valid(message) {
		return fmt.Sprintf("%d bytes: %.*q", len(message), most, message)
	}
	if len(message) <= most {
		return string(message)
	}
	cut := most
	for !utf8.RuneStart(message[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d bytes)", message[:cut], len(message))
}
