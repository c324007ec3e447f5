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

// encode returns v as the JSON text of a message, and whether that is v itself.
func encode(v any) (m json.RawMessage, shared bool, err error) {
	switch v := v.(type) {
	case json.RawMessage:
		return v, true, checked(v)
	case jsontext.Value:
		return json.RawMessage(v), true, checked(json.RawMessage(v))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // as JSON.stringify: no \u003c where < will do
	if err := e.Encode(v); err != nil {
		return nil, false, fmt.Errorf("message of type %T is not JSON: %w", v, err)
	}
	return json.RawMessage(b.Bytes()[:b.Len()-1]), false, nil
}

func checked(text json.RawMessage) error {
	if err := CheckMessage(text); err != nil {
		return fmt.Errorf("message is not one JSON value: %w", err)
	}
	return nil
}

// CheckMessage returns nil if text is what a port carries, exactly one JSON value
// in UTF-8, and otherwise an error that says what is wrong, and where.
// Repeated names in an object and escaped lone surrogates pass, as they do
// between browsers. Who implements Conn checks with it what arrives.
func CheckMessage(text []byte) error {
	if isValue(text) {
		return nil
	}
	return whatIsWrong(text)
}

func whatIsWrong(text []byte) error {
	if len(text) == 0 {
		return errors.New("it is empty")
	}
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
			return errors.New("there is nothing but space")
		}
		return err
	}
	return fmt.Errorf("more follows the value, from offset %d on", d.InputOffset())
}
