package manifest

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// ReplacePath returns text, a native manifest of format f, with another executable in "path", and the path that was
// there. Everything else stays byte for byte. The error has the line and column where text is no JSON object.
func (f Format) ReplacePath(text []byte, path string) (replaced []byte, was string, err error) {
	body := bytes.TrimPrefix(text, []byte("\ufeff"))
	skipped := len(text) - len(body)
	if f == Chromium {
		body = blankComments(body) // which keeps offsets
	}
	fields, err := readObject(body)
	if err == nil {
		err = fields.text("path", &was)
	}
	if err != nil {
		return nil, "", fmt.Errorf("replace the path: %w", err)
	}
	quoted, err := jsontext.AppendQuote(nil, path)
	if err != nil {
		return nil, "", fmt.Errorf("replace the path by %q: %w", path, err)
	}
	from, to := spanOf(body, "path")
	if to == 0 {
		return nil, "", errors.New(`replace the path: "path" is not to be found`)
	}
	replaced = append(replaced, text[:skipped+from]...)
	replaced = append(replaced, quoted...)
	return append(replaced, text[skipped+to:]...), was, nil
}

// spanOf returns where the value of key is in text, which readObject takes: the last, where there are several.
func spanOf(text []byte, key string) (from, to int) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	if _, err := d.ReadToken(); err != nil {
		return 0, 0
	}
	for d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			break
		}
		name := token.String()
		value, err := d.ReadValue()
		if err != nil {
			break
		}
		if name == key {
			to = int(d.InputOffset())
			from = to - len(value)
		}
	}
	return from, to
}
