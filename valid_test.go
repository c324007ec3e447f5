package webport

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// reference is what isValue must say.
func reference(text []byte) bool {
	return utf8.Valid(text) && jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

func FuzzIsValue(f *testing.F) {
	for _, text := range []string{
		`{"type":"ping","id":123456,"body":"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}`,
		`[]`, `{}`, ` [1, -0, 0.5e+10, 1E-2] `, `"\ud800\u00e9\"\\\/\b\f\n\r\t"`, "\"příliš žluťoučký 😀\"", `null`, `true`, `false`,
		`{"a":1,"a":{"b":[[],{}]}}`, `01`, `-`, `1.`, `.5`, `1e`, `tru`, `nul`, `"`, `"\u12g4"`, `"\x"`, `[1,]`, `{"a"}`, `{"a":}`, `{,}`, `{"a":1,}`, `[`, `{`, `]`,
		"\"a\x01\"", "\"\xff\"", "\xef\xbb\xbf1", `1 2`, ``, ` `, "\"\u2028\x7f\"", `"aaaaaaa\"aaaaaaaa"`, "\"aaaaaaaé\x1faaaaaaa\"", "1\x00", "\v1",
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
		strings.Repeat(`{"a":`, maxDepth) + `1` + strings.Repeat("}", maxDepth),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for range 2 { // the second time from memory
			if got, want := isValue(text), reference(text); got != want {
				t.Errorf("isValue(%.200q) is %v, jsontext says %v", text, got, want)
			}
		}
	})
}

// TestEveryByteOfAMessage changes each byte of messages to each other one.
func TestEveryByteOfAMessage(t *testing.T) {
	for _, text := range []string{
		`{"type":"ping","id":-12.5e3,"body":["\u00e9\n",true,false,null,{}]}`,
		"[ \"abcdefghijklmnopqrstuvwxyzé\" , 0 ]",
		`"` + strings.Repeat("abcdefghijklmnopqrstuvwxyz 012345!#", 4) + `"`,
	} {
		for i := range text {
			for c := range 256 {
				changed := []byte(text)
				changed[i] = byte(c)
				if got, want := isValue(changed), reference(changed); got != want {
					t.Fatalf("isValue(%q) is %v, jsontext says %v", changed, got, want)
				}
			}
			if isValue(json.RawMessage(text[:i])) {
				t.Errorf("%q is cut short and passes", text[:i])
			}
		}
	}
}

func BenchmarkIsValue(b *testing.B) {
	b.Run("small", func(b *testing.B) {
		benchmarkIsValue(b, []byte(`{"type":"ping","id":123456,"body":"`+strings.Repeat("y", 63)+`"}`))
	})
	b.Run("text", func(b *testing.B) { benchmarkIsValue(b, []byte(`"`+strings.Repeat("y", 64<<10)+`"`)) })
	b.Run("records", func(b *testing.B) {
		record := `{"id":1,"name":"tab number 1","url":"https://example.com/p/1?q=7","active":false,"pos":[1,1.5]}`
		benchmarkIsValue(b, []byte("["+strings.Repeat(record+",", 64<<10/len(record))+"0]"))
	})
}

func benchmarkIsValue(b *testing.B, message []byte) {
	for name, valid := range map[string]func([]byte) bool{
		"scan":     scan,
		"known":    func(text []byte) bool { return isValue(text) },
		"jsontext": func(text []byte) bool { return jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)) },
		"encoding": json.Valid,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(message)))
			for b.Loop() {
				if !valid(message) {
					b.Fatal("not valid")
				}
			}
		})
	}
}
