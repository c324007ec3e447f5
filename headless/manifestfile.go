package headless

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/webport/webport"
)

// jsonFile is a JSON file of an extension, read so that every complaint about it can name file, line and column.
type jsonFile struct {
	name string // as errors call it
	text []byte // without byte order mark and comments, which are blanks here: offsets are those of the file
	root *jsonValue

	nullIsNothing bool // a member that is null counts as missing, as in Firefox's manifests
}

// jsonValue is one value of a jsonFile and where it stands.
type jsonValue struct {
	file    *jsonFile
	path    string // as a script would write it: content_scripts[0].matches[1]; "" is the whole file
	offset  int
	kind    jsontext.Kind
	raw     jsontext.Value
	names   []string // of an object, in order, each once
	members map[string]*jsonValue
	items   []*jsonValue
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// parseJSONFile reads the text of a JSON file with what the dialect's browser allows in one: a byte order mark, //
// comments, in Chromium /* */ comments too, and a name given twice, of which the last counts.
func parseJSONFile(name string, text []byte, dialect webport.Dialect) (*jsonFile, error) {
	f := &jsonFile{name: name, text: bytes.Clone(text)}
	if bytes.HasPrefix(f.text, byteOrderMark) {
		blank(f.text[:len(byteOrderMark)])
	}
	if err := f.blankComments(dialect == webport.Chromium); err != nil {
		return nil, err
	}
	if !utf8.Valid(f.text) {
		return nil, f.errorAt(invalidUTF8(f.text), errors.New("the file is not UTF-8"))
	}
	dec := jsontext.NewDecoder(bytes.NewReader(f.text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	root, err := f.read(dec, "")
	if err == nil {
		_, err = dec.ReadToken()
		if err == nil {
			return nil, f.errorAt(f.skipBlanks(0)+len(root.raw), errors.New("something follows after the end of the JSON value"))
		}
		if errors.Is(err, io.EOF) {
			f.root = root
			return f, nil
		}
	}
	return nil, f.syntaxError(dec, err)
}

func (f *jsonFile) read(dec *jsontext.Decoder, path string) (*jsonValue, error) {
	kind := dec.PeekKind()
	v := &jsonValue{file: f, path: path, offset: f.skipBlanks(int(dec.InputOffset())), kind: kind}
	switch kind {
	case '{':
		return v, f.readObject(dec, v)
	case '[':
		return v, f.readArray(dec, v)
	}
	raw, err := dec.ReadValue()
	v.raw = raw.Clone()
	return v, err
}

func (f *jsonFile) readObject(dec *jsontext.Decoder, v *jsonValue) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	v.members = map[string]*jsonValue{}
	for dec.PeekKind() != '}' {
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		member, err := f.read(dec, memberPath(v.path, name))
		if err != nil {
			return err
		}
		if v.members[name] == nil {
			v.names = append(v.names, name)
		}
		v.members[name] = member
	}
	return f.readEnd(dec, v)
}

func (f *jsonFile) readArray(dec *jsontext.Decoder, v *jsonValue) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		item, err := f.read(dec, fmt.Sprintf("%s[%d]", v.path, len(v.items)))
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	return f.readEnd(dec, v)
}

func (f *jsonFile) readEnd(dec *jsontext.Decoder, v *jsonValue) error {
	_, err := dec.ReadToken()
	v.raw = f.text[v.offset:int(dec.InputOffset())]
	return err
}

func memberPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// skipBlanks returns the offset of the next value: the decoder stands before the blanks and the comma or colon.
func (f *jsonFile) skipBlanks(offset int) int {
	for offset < len(f.text) && strings.IndexByte(" \t\r\n,:", f.text[offset]) >= 0 {
		offset++
	}
	return offset
}

// blankComments replaces comments outside strings by blanks.
func (f *jsonFile) blankComments(blocks bool) error {
	for i := 0; i < len(f.text); i++ {
		switch rest := f.text[i:]; {
		case rest[0] == '"':
			i += stringLength(rest) - 1
		case bytes.HasPrefix(rest, []byte("//")):
			end := bytes.IndexAny(rest, "\r\n")
			if end < 0 {
				end = len(rest)
			}
			blank(rest[:end])
		case blocks && bytes.HasPrefix(rest, []byte("/*")):
			end := bytes.Index(rest[2:], []byte("*/"))
			if end < 0 {
				return f.errorAt(i, errors.New("this comment has no end"))
			}
			blank(rest[:end+4])
		}
	}
	return nil
}

// stringLength is the length of the JSON string at the beginning of text, to the end of the line when it has no end.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"', '\n':
			return i + 1
		}
	}
	return len(text)
}

func blank(text []byte) {
	for i, c := range text {
		if c != '\n' && c != '\r' {
			text[i] = ' '
		}
	}
}

func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}

func (f *jsonFile) syntaxError(dec *jsontext.Decoder, err error) error {
	offset := int(dec.InputOffset())
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		offset, err = int(syntactic.ByteOffset), syntactic.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		offset, err = len(f.text), errors.New("the file ends before its JSON value does")
	}
	if rest := bytes.TrimLeft(f.text[min(offset, len(f.text)):], " \t\r\n,"); offset < len(f.text) && f.text[offset] == ',' &&
		len(rest) > 0 && (rest[0] == '}' || rest[0] == ']') {
		err = fmt.Errorf("a comma stands before the closing %q", rest[0])
	}
	return f.errorAt(offset, fmt.Errorf("bad JSON: %w", err))
}

// position is where an offset is, both counted from 1; columns are characters.
func (f *jsonFile) position(offset int) (line, column int) {
	before := f.text[:min(offset, len(f.text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

func (f *jsonFile) errorAt(offset int, err error) error {
	line, column := f.position(offset)
	return fmt.Errorf("%s:%d:%d: %w", f.name, line, column, err)
}

// errorf is an error about this value: file, line, column and the value's path stand before the text.
func (v *jsonValue) errorf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if v.path != "" {
		err = fmt.Errorf("%s: %w", v.path, err)
	}
	return v.file.errorAt(v.offset, err)
}

// get returns a member, nil where there is none (also of a value that is no object, and of nil).
func (v *jsonValue) get(name string) *jsonValue {
	if v == nil {
		return nil
	}
	member := v.members[name]
	if member != nil && member.kind == 'n' && v.file.nullIsNothing {
		return nil
	}
	return member
}

// kindName is what a reader calls the value's type.
func (v *jsonValue) kindName() string {
	switch v.kind {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "a boolean"
	}
	return "null"
}
