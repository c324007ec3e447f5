package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// object is the top level of a native manifest.
type object struct {
	keys   []string // in their order
	values map[string]json.RawMessage
}

// readObject reads text, which must be exactly one JSON object. The error has the line and column.
func readObject(text []byte) (*object, error) {
	o := &object{values: map[string]json.RawMessage{}}
	// The last of several values of one name counts, as in browsers.
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	if kind := d.PeekKind(); kind != '{' && kind != 0 {
		return nil, errors.New("is not a JSON object: begin with {")
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, syntaxError(text, err)
	}
	for d.PeekKind() != '}' {
		key, err := d.ReadToken()
		if err != nil {
			return nil, syntaxError(text, err)
		}
		name := key.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil, syntaxError(text, err)
		}
		if !o.has(name) {
			o.keys = append(o.keys, name)
		}
		o.values[name] = json.RawMessage(value.Clone())
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, syntaxError(text, err)
	}
	if _, err := d.ReadToken(); err != io.EOF {
		rest := bytes.TrimLeft(text[d.InputOffset():], " \t\r\n")
		return nil, at(text, int64(len(text)-len(rest)), errors.New("more follows after the end of the object"))
	}
	return o, nil
}

func syntaxError(text []byte, err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return at(text, int64(len(text)), errors.New("the file ends inside the JSON object"))
	case errors.As(err, &syntax):
		return at(text, syntax.ByteOffset, syntax.Err)
	}
	return err
}

func at(text []byte, offset int64, err error) error {
	line, column := position(text, offset)
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// position turns an offset into a line and a column, both from 1, columns in bytes.
func position(text []byte, offset int64) (line, column int) {
	before := text[:min(offset, int64(len(text)))]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

func (o *object) has(key string) bool { _, ok := o.values[key]; return ok }

func (o *object) only(known ...string) error {
	for _, key := range o.keys {
		if !slices.Contains(known, key) {
			return fmt.Errorf("has the key %q", key)
		}
	}
	return nil
}

func (o *object) text(key string, to *string) error { return o.decode(key, to, "a string") }

func (o *object) texts(key string, to *[]string) error {
	return o.decode(key, to, "a list of strings")
}

func (o *object) decode(key string, to any, want string) error {
	value, ok := o.values[key]
	if !ok {
		return fmt.Errorf("has no %q", key)
	}
	if string(value) == "null" || json.Unmarshal(value, to) != nil {
		return fmt.Errorf("%q is %.60s, and must be %s", key, value, want)
	}
	return nil
}

// blankComments replaces // and /* */ comments, which Chromium's reader takes, by spaces, so that offsets stay.
func blankComments(text []byte) []byte {
	out := bytes.Clone(text)
	inString := false
	for i := 0; i < len(out); i++ {
		switch {
		case inString && out[i] == '\\':
			i++
		case out[i] == '"':
			inString = !inString
		case !inString && bytes.HasPrefix(out[i:], []byte("//")):
			i = blank(out, i, "\n")
		case !inString && bytes.HasPrefix(out[i:], []byte("/*")):
			i = blank(out, i, "*/")
		}
	}
	return out
}

// blank overwrites the comment that begins at i and ends with end, and returns where its last byte is.
func blank(text []byte, i int, end string) int {
	n := bytes.Index(text[i+2:], []byte(end))
	stop := len(text)
	if n >= 0 {
		stop = i + 2 + n + len(end)
	}
	for j := i; j < stop; j++ {
		if text[j] != '\n' {
			text[j] = ' '
		}
	}
	return stop - 1
}
