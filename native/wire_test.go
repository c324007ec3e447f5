package native

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/webport/webport"
)

func frame(body string) []byte {
	return append(binary.NativeEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func TestFramesHoweverTheyAreSplit(t *testing.T) {
	bodies := []string{
		`"ping"`, ``, `0`, `{"a":[1,2,3]}`, strings.Repeat("x", bufferSize-headerSize-1), strings.Repeat("y", bufferSize-headerSize),
		strings.Repeat("z", bufferSize), `null`, strings.Repeat("w", maxFromApp), strings.Repeat("v", 3*maxFromApp+5), `"end"`,
	}
	var stream bytes.Buffer
	for _, body := range bodies {
		stream.Write(frame(body))
	}
	splits := map[string]func(io.Reader) io.Reader{
		"as it comes":      func(r io.Reader) io.Reader { return r },
		"half of each":     iotest.HalfReader,
		"end with data":    iotest.DataErrReader,
		"in sevens":        func(r io.Reader) io.Reader { return &chunks{r, 7} },
		"just over a pipe": func(r io.Reader) io.Reader { return &chunks{r, bufferSize + 3} },
	}
	for name, split := range splits {
		t.Run(name, func(t *testing.T) {
			f := frameReader{r: split(bytes.NewReader(stream.Bytes())), limit: maxToApp}
			for i, want := range bodies {
				got, err := f.next()
				if err != nil || string(got) != want {
					t.Fatalf("frame %d: got %d bytes %.20q, %v, want %d bytes %.20q", i, len(got), got, err, len(want), want)
				}
			}
			if _, err := f.next(); err != io.EOF {
				t.Errorf("after the last frame: %v, want io.EOF", err)
			}
		})
	}
}

// TestBodiesAreTheCallers appends to each, which must not change another, although small ones share memory.
func TestBodiesAreTheCallers(t *testing.T) {
	want := []string{``, `1`, `"two"`, ``, strings.Repeat("3", slabSize/4), strings.Repeat("4", slabSize/4+1), `5`}
	var stream bytes.Buffer
	for _, body := range want {
		stream.Write(frame(body))
	}
	f := frameReader{r: &stream, limit: maxToApp}
	var got [][]byte
	for i := range want {
		body, err := f.next()
		if body == nil || err != nil {
			t.Fatalf("frame %d: got %q, %v", i, body, err)
		}
		got = append(got, body)
	}
	for i := range got {
		_ = append(got[i], "appended"...)
	}
	for i, body := range got {
		if string(body) != want[i] {
			t.Errorf("frame %d: got %q, want %q", i, body, want[i])
		}
	}
}

// TestFramesThatAreInterrupted breaks the stream off before each read, wherever that is in a frame.
func TestFramesThatAreInterrupted(t *testing.T) {
	bodies := []string{`"small"`, strings.Repeat("x", bufferSize), `0`, strings.Repeat("y", 3*maxFromApp+5), `"end"`}
	var stream bytes.Buffer
	for _, body := range bodies {
		stream.Write(frame(body))
	}
	f := frameReader{r: &interrupted{r: &chunks{&stream, bufferSize/3 + 1}}, limit: maxToApp}
	for i, want := range bodies {
		got, err := f.next()
		for errors.Is(err, os.ErrDeadlineExceeded) {
			got, err = f.next()
		}
		if err != nil || string(got) != want {
			t.Fatalf("frame %d: got %d bytes %.20q, %v, want %d bytes %.20q", i, len(got), got, err, len(want), want)
		}
	}
}

// interrupted fails every other Read.
type interrupted struct {
	r    io.Reader
	next bool
}

func (i *interrupted) Read(b []byte) (int, error) {
	if i.next = !i.next; i.next {
		return 0, os.ErrDeadlineExceeded
	}
	return i.r.Read(b)
}

type chunks struct {
	r io.Reader
	n int
}

func (c *chunks) Read(b []byte) (int, error) { return c.r.Read(b[:min(c.n, len(b))]) }

func TestBodiesAreOwnedByTheCaller(t *testing.T) {
	f := frameReader{r: bytes.NewReader(append(frame(`"one"`), frame(`"two"`)...)), limit: maxToApp}
	one, _ := f.next()
	one = append(one, `, and more than there was room for`...)
	two, err := f.next()
	if string(two) != `"two"` || err != nil {
		t.Errorf("got %s, %v after the first body was appended to", two, err)
	}
	if string(one[:5]) != `"one"` {
		t.Errorf("the first body became %s", one[:5])
	}
}

func TestBrokenFrames(t *testing.T) {
	for _, test := range []struct {
		name, stream string
		limit        int64
		want         string
		is           error
	}{
		{"cut length", "\x05\x00", 100, `inside a frame: after 2 of the 4 bytes of its length ("\x05\x00")`, errCut},
		{"cut body", string(frame(`123456789012`)[:7]), 100, "inside a frame: after 3 of 12 bytes", errCut},
		{"no body", string(frame(`12`)[:4]), 100, "inside a frame: after 0 of 2 bytes", errCut},
		{"cut large body", string(frame(strings.Repeat("x", 3<<20))[:2<<20]), maxToApp, "inside a frame: after 2097148 of 3145728 bytes", errCut},
		{"one byte over the limit", string(frame(strings.Repeat("x", 11))), 10, "11 bytes of JSON, and the limit is 10", webport.ErrTooLarge},
		{"on the length alone", string(frame(strings.Repeat("x", 11))[:4]), 10, "11 bytes of JSON, and the limit is 10", webport.ErrTooLarge},
		{"text", "Hello, world!\n", maxFromApp, `1819043144 bytes of JSON, and the limit is 1048576 (these bytes look like text, not like the length of a message: "Hello, world!\n")`, webport.ErrTooLarge},
		{"text that runs on", "2026/11/22 INFO " + strings.Repeat("é", 90), maxFromApp, `look like text, not like the length of a message: "2026/11/22 INFO ` + strings.Repeat("é", 12) + `…")`, webport.ErrTooLarge},
		{"no text", "\xff\xff\xff\xff", maxFromApp, "4294967295 bytes of JSON, and the limit is 1048576", webport.ErrTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := frameReader{r: strings.NewReader(test.stream), limit: test.limit}
			_, err := f.next()
			if err == nil || !strings.Contains(err.Error(), test.want) || !errors.Is(err, test.is) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if test.name == "no text" && strings.Contains(err.Error(), "text") {
				t.Errorf("%v speaks of text", err)
			}
		})
	}
}

func TestAHeaderAloneClaimsNoMemory(t *testing.T) {
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f := frameReader{r: strings.NewReader("\x00\x00\x00\x04"), limit: maxToApp} // 64 MiB
			f.next()
		}
	}).AllocedBytesPerOp()
	if allocated > 2<<20 {
		t.Errorf("a length of 64 MiB without a body made the reader allocate %d bytes", allocated)
	}
}

func TestAReadErrorIsReturned(t *testing.T) {
	wrong := errors.New("wrong")
	for _, got := range []string{"", "\x02", "\x02\x00\x00\x00", "\x02\x00\x00\x001", "\x00\x00\x10\x00xyz"} {
		f := frameReader{r: io.MultiReader(strings.NewReader(got), iotest.ErrReader(wrong)), limit: maxToApp}
		if _, err := f.next(); !errors.Is(err, wrong) {
			t.Errorf("after %q: %v, want the reader's error", got, err)
		}
	}
}

func TestCheckBody(t *testing.T) {
	for _, body := range []string{
		`null`, `0`, `-0`, `false`, `""`, `"ping"`, `[]`, `{}`, " \t\r\n1 ", `{"a":1,"a":2}`, `1e400`, `"\ud800"`, `"\u0000"`, `"😀"`, `9007199254740993`,
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
	} {
		if err := checkBody([]byte(body)); err != nil {
			t.Errorf("%.40s: %v", body, err)
		}
	}
	for body, want := range map[string]string{
		"":                   "an empty message",
		" ":                  "a message of 1 bytes that is not one JSON value",
		`{"a":1}x`:           `more follows the value`,
		`1 2`:                `more follows the value`,
		`{"a":1,}`:           `offset 7`,
		`NaN`:                `invalid character 'N'`,
		`// hello` + "\n1":   `invalid character '/'`,
		"\"a\tb\"":           `"\"a\tb\""`,
		"\"a\xffb\"":         "byte 0xff at offset 2 is not UTF-8",
		"\ufeff1":            "not one JSON value",
		`"\ud8"`:             "not one JSON value",
		`{"a"`:               "not one JSON value",
		`Traceback (most …)`: `"Traceback (most …)"`,
	} {
		if err := checkBody([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", body, err, want)
		}
	}
}

func TestFrameWriter(t *testing.T) {
	for _, n := range []int{0, 1, 100, bufferSize - headerSize - 1, bufferSize - headerSize, bufferSize - headerSize + 1, bufferSize, maxFromApp} {
		var w writes
		f := frameWriter{w: &w}
		body := strings.Repeat("x", n)
		if err := errors.Join(f.add([]byte(body)), f.add([]byte("1")), f.flush()); err != nil {
			t.Fatal(err)
		}
		if got, want := w.String(), string(frame(body))+string(frame("1")); got != want {
			t.Errorf("%d bytes: wrote %d, want %d", n, len(got), len(want))
		}
		if n < 1000 && w.calls != 1 {
			t.Errorf("two small frames took %d writes", w.calls)
		}
	}
}

type writes struct {
	bytes.Buffer
	calls int
}

func (w *writes) Write(b []byte) (int, error) { w.calls++; return w.Buffer.Write(b) }

// FuzzFrames holds the reader against the plain meaning of the format, with any stream, in pieces of any size.
func FuzzFrames(f *testing.F) {
	f.Add(append(frame(`"ping"`), frame(`{"a":[1,2]}`)...), uint8(3), uint32(1<<20))
	f.Add([]byte("Hello, world!"), uint8(1), uint32(1<<20))
	f.Add(frame("12345")[:6], uint8(0), uint32(5))
	f.Add(frame("123456"), uint8(200), uint32(5))
	f.Fuzz(func(t *testing.T, stream []byte, piece uint8, limit uint32) {
		r := frameReader{r: &chunks{bytes.NewReader(stream), int(piece) + 1}, limit: int64(limit)}
		rest := stream
		for {
			got, err := r.next()
			want, after, fault := plainFrame(rest, int64(limit))
			if fault != nil {
				if !errors.Is(err, fault) || got != nil {
					t.Fatalf("got %q, %v, want %v", got, err, fault)
				}
				return
			}
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("got %q, %v, want %q", got, err, want)
			}
			checkBody(got) // must not panic
			var out bytes.Buffer
			w := frameWriter{w: &out}
			if err := errors.Join(w.add(got), w.flush()); err != nil || !bytes.Equal(out.Bytes(), rest[:len(rest)-len(after)]) {
				t.Fatalf("written back as %q, %v", out.Bytes(), err)
			}
			rest = after
		}
	})
}

func plainFrame(b []byte, limit int64) (body, rest []byte, err error) {
	switch {
	case len(b) == 0:
		return nil, nil, io.EOF
	case len(b) < headerSize:
		return nil, nil, errCut
	}
	size := int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16 | int64(b[3])<<24
	if frame("")[0] != 0 || frame("1")[0] == 0 { // a big-endian machine
		size = int64(b[3]) | int64(b[2])<<8 | int64(b[1])<<16 | int64(b[0])<<24
	}
	switch {
	case size > limit:
		return nil, nil, webport.ErrTooLarge
	case int64(len(b)) < headerSize+size:
		return nil, nil, errCut
	}
	return b[headerSize : headerSize+size], b[headerSize+size:], nil
}
