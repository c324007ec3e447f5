package webport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// encode returns v as the JSON text of a message that nobody else holds.
func encode(v any) (json.RawMessage, error) {
	switch v := v.(type) {
	case json.RawMessage:
		return checked(v)
	case jsontext.Value:
		return checked(json.RawMessage(v))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // as JSON.stringify: no \u003c where < will do
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("message of type %T is not JSON: %w", v, err)
	}
	return json.RawMessage(b.Bytes()[:b.Len()-1]), nil
}

// checked returns a copy of text if it is exactly one JSON value. Duplicate
// names and lone surrogate escapes pass, as they do between browsers.
func checked(text json.RawMessage) (json.RawMessage, error) {
	if !isValue(text) {
		return nil, fmt.Errorf("message is not one JSON value: %w", whatIsWrong(text))
	}
	return bytes.Clone(text), nil
}

func whatIsWrong(text []byte) error {
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			return fmt.Errorf("byte %#x at offset %d is not UTF-8", text[at], at)
		}
		at += n
	}
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := d.ReadValue(); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("it is empty")
		}
		return err
	}
	return fmt.Errorf("there is more after the value, from offset %d", d.InputOffset())
}
