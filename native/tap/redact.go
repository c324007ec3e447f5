package tap

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// redacted is what stands in a recording for a value that was redacted.
const redacted = `"[redacted]"`

// Fields are parts of messages that are redacted, or not compared. The zero value is none.
type Fields struct {
	texts []string
	rules []rule
}

// rule is one field: names, which follow one another at any depth, or, if rooted, the whole way from the top, with the
// indices of arrays, and "*" for any name or index.
type rule struct {
	rooted bool
	way    []string
}

// ParseFields takes fields as people write them: a name such as "password", which is meant wherever it is; names joined
// by dots, "login.password", wherever they follow one another; or a JSON pointer (RFC 6901) from the top of the message,
// "/response/password", in which * stands for any name or index. Indices of arrays count only in a pointer.
func ParseFields(texts []string) (Fields, error) {
	fields := Fields{texts: slices.Clone(texts)}
	for _, text := range texts {
		rooted := strings.HasPrefix(text, "/")
		separator := "."
		if rooted {
			separator = "/"
		}
		r := rule{rooted: rooted, way: strings.Split(strings.TrimPrefix(text, "/"), separator)}
		for i, name := range r.way {
			if rooted {
				if strings.Contains(strings.NewReplacer("~0", "", "~1", "").Replace(name), "~") {
					return Fields{}, fmt.Errorf("%q is no field: in a JSON pointer write ~0 for ~ and ~1 for /", text)
				}
				r.way[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
			} else if name == "" {
				return Fields{}, fmt.Errorf("%q is no field: use a name, names joined by dots, or a JSON pointer such as /response/password", text)
			}
		}
		fields.rules = append(fields.rules, r)
	}
	return fields, nil
}

// apply returns message, which is valid JSON, with every field replaced, and how many there were. All else stays byte for
// byte.
func (f Fields) apply(message []byte) (changed []byte, count int, err error) {
	if len(f.rules) == 0 {
		return message, 0, nil
	}
	w := walk{fields: f, text: message}
	w.decoder = jsontext.NewDecoder(bytes.NewBuffer(message), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := w.value(nil); err != nil {
		return nil, 0, err
	}
	if w.count == 0 {
		return message, 0, nil
	}
	return append(w.out, message[w.copied:]...), w.count, nil
}

// step is one step from the top of a message: into a member, or an element.
type step struct {
	name    string
	element bool
}

// walk goes through a message.
type walk struct {
	fields  Fields
	decoder *jsontext.Decoder
	text    []byte
	copied  int // how much of text is in out
	out     []byte
	count   int
}

func (w *walk) value(way []step) error {
	if len(way) > 0 && w.fields.has(way) {
		value, err := w.decoder.ReadValue()
		if err != nil {
			return err
		}
		to := int(w.decoder.InputOffset())
		w.out = append(append(w.out, w.text[w.copied:to-len(value)]...), redacted...)
		w.copied = to
		w.count++
		return nil
	}
	token, err := w.decoder.ReadToken()
	if err != nil {
		return err
	}
	kind := token.Kind()
	if kind != '{' && kind != '[' {
		return nil
	}
	for i := 0; ; i++ {
		next := w.decoder.PeekKind()
		if next == '}' || next == ']' {
			_, err := w.decoder.ReadToken()
			return err
		}
		s := step{name: fmt.Sprint(i), element: true}
		if kind == '{' {
			name, err := w.decoder.ReadToken()
			if err != nil {
				return err
			}
			s = step{name: name.String()}
		}
		if err := w.value(append(way, s)); err != nil {
			return err
		}
	}
}

func (f Fields) has(way []step) bool {
	return slices.ContainsFunc(f.rules, func(r rule) bool { return r.matches(way) })
}

func (r rule) matches(way []step) bool {
	if r.rooted {
		return slices.EqualFunc(r.way, way, func(want string, s step) bool { return want == "*" || want == s.name })
	}
	if way[len(way)-1].element {
		return false
	}
	i := len(r.way) - 1
	for j := len(way) - 1; j >= 0 && i >= 0; j-- {
		switch {
		case way[j].element:
		case way[j].name != r.way[i]:
			return false
		default:
			i--
		}
	}
	return i < 0
}
