package tap

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func frame(body string) string {
	return string(binary.NativeEndian.AppendUint32(nil, uint32(len(body)))) + body
}

// split gives stream to a splitter in pieces of that size. It returns what that found, and the stream put together again.
func split(stream string, piece int, limit uint32) (found []string, again string) {
	s := &splitter{limit: limit}
	s.message = func(body []byte) {
		found = append(found, "message "+string(body))
		again += frame(string(body))
	}
	whole := true
	s.raw = func(data []byte, reason string) {
		again += string(data)
		if reason != "" || whole { // the pieces of one frame over the limit, together
			found = append(found, "raw")
		}
		whole = false
		if reason != "" {
			found[len(found)-1] += " " + reason
		}
	}
	for data := []byte(stream); len(data) > 0; {
		n := min(piece, len(data))
		chunk := bytes.Clone(data[:n])
		s.feed(chunk)
		clear(chunk) // it may be used again
		data = data[n:]
	}
	s.end()
	return found, again
}

func TestSplitter(t *testing.T) {
	const limit = 20
	for name, test := range map[string]struct {
		stream string
		want   []string
	}{
		"nothing":        {"", nil},
		"several":        {frame("1") + frame(`"two"`) + frame(""), []string{"message 1", `message "two"`, "message "}},
		"at the limit":   {frame(strings.Repeat("x", limit)) + frame("1"), []string{"message " + strings.Repeat("x", limit), "message 1"}},
		"over the limit": {frame(strings.Repeat("x", limit+1)) + frame("1"), []string{"raw a length of 21 bytes, where browsers take at most 20", "message 1"}},
		"text":           {"hello world\n" + frame("1"), []string{"raw a length of 1819043176 bytes, where browsers take at most 20"}},
		"cut header":     {frame("1") + "\x05\x00", []string{"message 1", "raw the stream ended after 2 of the 4 bytes of a length"}},
		"cut body":       {frame("12345")[:7], []string{"raw the stream ended after 3 of the 5 bytes of a message"}},
	} {
		for _, piece := range []int{1, 2, 3, 4, 5, 7, 1000} {
			found, again := split(test.stream, piece, limit)
			if diff := cmp.Diff(test.want, found); diff != "" || again != test.stream {
				t.Errorf("%s, in pieces of %d: again %q %s", name, piece, again, diff)
			}
		}
	}
}

// FuzzSplitter holds that what is found does not depend on how the stream is cut, and that nothing of it is missing.
func FuzzSplitter(f *testing.F) {
	f.Add([]byte(frame("1")+frame("")), 3)
	f.Add([]byte("hello world"), 1)
	f.Add([]byte(frame(strings.Repeat("x", 100))+frame("1")), 50)
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		if piece < 1 {
			piece = 1
		}
		found, again := split(string(stream), piece, 50)
		whole, _ := split(string(stream), len(stream)+1, 50)
		if again != string(stream) {
			t.Errorf("%q became %q", stream, again)
		}
		if diff := cmp.Diff(whole, found); diff != "" {
			t.Error(diff)
		}
	})
}
