package headless

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/webport/webport"
)

// manifestReader takes values out of a manifest. It goes on after an error so that one load names everything that is
// wrong with the file.
type manifestReader struct {
	dialect  webport.Dialect
	errs     []errorAt
	warnings []errorAt
}

type errorAt struct {
	offset int
	err    error
}

func (r *manifestReader) fail(v *jsonValue, format string, args ...any) {
	r.errs = append(r.errs, errorAt{v.offset, v.errorf(format, args...)})
}

func (r *manifestReader) warn(v *jsonValue, format string, args ...any) {
	r.warnings = append(r.warnings, errorAt{v.offset, v.errorf(format, args...)})
}

// err joins what was wrong, in the order of the file.
func (r *manifestReader) err() error { return errors.Join(inOrder(r.errs)...) }

// texts is what warn was told, in the order of the file.
func (r *manifestReader) texts() []string {
	var texts []string
	for _, warning := range inOrder(r.warnings) {
		texts = append(texts, warning.Error())
	}
	return texts
}

func inOrder(of []errorAt) []error {
	slices.SortStableFunc(of, func(a, b errorAt) int { return a.offset - b.offset })
	var errs []error
	for _, e := range of {
		errs = append(errs, e.err)
	}
	return errs
}

// is reports whether the value is there and of the kind, and complains where it is of another one.
func (r *manifestReader) is(v *jsonValue, kind jsontext.Kind, want string) bool {
	if v == nil {
		return false
	}
	got := v.kind
	if got == 'f' {
		got = 't'
	}
	if got != kind {
		r.fail(v, "expected %s, found %s", want, v.kindName())
		return false
	}
	return true
}

func (r *manifestReader) object(v *jsonValue) *jsonValue {
	if !r.is(v, '{', "an object") {
		return nil
	}
	return v
}

func (r *manifestReader) list(v *jsonValue) []*jsonValue {
	if !r.is(v, '[', "a list") {
		return nil
	}
	return v.items
}

func (r *manifestReader) string(v *jsonValue) string {
	if !r.is(v, '"', "a string") {
		return ""
	}
	return v.text()
}

// text is what a string value says; it must be one.
func (v *jsonValue) text() string {
	text, err := jsontext.AppendUnquote(nil, v.raw)
	if err != nil {
		return strings.Trim(string(v.raw), `"`)
	}
	return string(text)
}

// boolean returns a boolean and otherwise where there is none.
func (r *manifestReader) boolean(v *jsonValue, otherwise bool) bool {
	if !r.is(v, 't', "true or false") {
		return otherwise
	}
	return v.kind == 't'
}

// oneOf returns a string that must be one of the choices, the first of which is also the default.
func (r *manifestReader) oneOf(v *jsonValue, choices ...string) string {
	text := r.string(v)
	if v == nil || v.kind != '"' || slices.Contains(choices, text) {
		if text == "" {
			return choices[0]
		}
		return text
	}
	r.fail(v, "%q is not one of %s", text, strings.Join(choices, ", "))
	return choices[0]
}

func (r *manifestReader) strings(v *jsonValue) []string {
	var all []string
	for _, item := range r.list(v) {
		if r.is(item, '"', "a string") {
			all = append(all, item.text())
		}
	}
	return all
}

func (r *manifestReader) patterns(v *jsonValue, use PatternUse) []*Pattern {
	var all []*Pattern
	for _, item := range r.list(v) {
		if r.is(item, '"', "a string") {
			all = r.pattern(all, item, use)
		}
	}
	return all
}

func (r *manifestReader) pattern(all []*Pattern, v *jsonValue, use PatternUse) []*Pattern {
	p, err := ParsePattern(v.text(), r.dialect, use)
	if err != nil {
		r.fail(v, "%w", err)
		return all
	}
	if why := p.NeverMatches(); why != "" {
		r.warn(v, "%s", why)
	}
	return append(all, p)
}

// host appends the pattern of a permission. Both browsers load an extension that asks for hosts they do not know, such
// as chrome://favicon/, and do not give it those.
func (r *manifestReader) host(all []*Pattern, v *jsonValue) []*Pattern {
	if _, err := ParsePattern(v.text(), r.dialect, ForHosts); err != nil {
		r.warn(v, "ignored: %w", err)
		return all
	}
	return r.pattern(all, v, ForHosts)
}

func (r *manifestReader) globs(v *jsonValue) []glob {
	question := atMostOneCharacter
	if r.dialect == webport.Firefox {
		question = oneCharacter
	}
	var all []glob
	for _, text := range r.strings(v) {
		all = append(all, glob{text: text, question: question})
	}
	return all
}

// file reads the name of a file of the extension: relative to its directory, with or without a slash or dot before it.
func (r *manifestReader) file(v *jsonValue) *FileRef {
	if !r.is(v, '"', "a file name") {
		return nil
	}
	name, err := cleanFileName(v.text())
	if err != nil {
		r.fail(v, "%w", err)
		return nil
	}
	return &FileRef{Name: name, value: v}
}

func (r *manifestReader) files(v *jsonValue) []FileRef {
	var all []FileRef
	for _, item := range r.list(v) {
		if ref := r.file(item); ref != nil {
			all = append(all, *ref)
		}
	}
	return all
}

// FileRef is a file of the extension that its manifest names.
type FileRef struct {
	// Name is the path in the extension, with slashes and without one in front.
	Name string

	value *jsonValue // where the manifest names it
}

func (f FileRef) errorf(format string, args ...any) error {
	return f.value.errorf(format, args...)
}
