//go:build unix

package native

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
)

func TestExchange(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		port := newRig(t, d, "", "echo").connect()
		if port.Sender() != nil {
			t.Errorf("sender %v, want none on the opener's port", port.Sender())
		}
		if want := map[webport.Dialect]string{webport.Firefox: "app"}[d]; port.Name() != want {
			t.Errorf("port name %q, want %q", port.Name(), want)
		}
		for _, m := range []string{
			`"ping"`, `null`, `0`, `-0`, `false`, `""`, ` {"a" : 1} `, `{"a":1,"a":2}`, `1e400`, `"\ud800"`, `"\u0000é😀/` + "\u2028\u007f" + `"`, `9007199254740993`,
			strings.Repeat("[", 9999) + strings.Repeat("]", 9999), `"` + strings.Repeat("x", 1<<20-2) + `"`,
		} {
			if err := port.Post(json.RawMessage(m)); err != nil {
				t.Fatal(err)
			}
			got, err := port.Receive(t.Context())
			if err != nil || string(got) != m {
				t.Fatalf("sent %.40s, got %.40s, %v", m, got, err)
			}
		}
		if err := port.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestFramesFromAnApp(t *testing.T) {
	last := string(frame(`"last"`))
	for _, test := range []struct {
		name, bytes       string
		chromium, firefox []string // the messages; nil where the port ends with an error before any
		is                error    // in Chromium; nil: the frame is skipped
		want              string
	}{
		{"text", "Hello, world!\n", nil, nil, webport.ErrNativeProtocol, `1819043144 bytes of JSON, and the limit is 1048576 (these bytes look like text, not like the length of a message: "Hello, world!\n")`},
		{"1 MiB", string(frame(`"`+strings.Repeat("x", 1<<20-2)+`"`)) + last, []string{`"` + strings.Repeat("x", 1<<20-2) + `"`, `"last"`}, []string{`"` + strings.Repeat("x", 1<<20-2) + `"`, `"last"`}, nil, ""},
		{"one byte over 1 MiB, on the length alone", "\x01\x00\x10\x00", nil, nil, webport.ErrNativeProtocol, "1048577 bytes of JSON, and the limit is 1048576"},
		{"cut length", "\x05\x00", nil, nil, webport.ErrNativeExited, "after 2 of the 4 bytes"},
		{"cut body", "\x05\x00\x00\x00ab", nil, nil, webport.ErrNativeExited, "after 2 of 5 bytes"},
		{"bad JSON", string(frame("{bad")) + last, []string{`"last"`}, nil, nil, "not one JSON value"},
		{"empty", string(frame("")) + last, []string{`"last"`}, nil, nil, "an empty message"},
		{"space", string(frame("  ")) + last, []string{`"last"`}, nil, nil, "nothing but space"},
		{"something after it", string(frame("{}x")) + last, []string{`"last"`}, nil, nil, "more follows"},
		{"two values", string(frame("1 2")) + last, []string{`"last"`}, nil, nil, "more follows"},
		{"NaN", string(frame("NaN")) + last, []string{`"last"`}, nil, nil, "not one JSON value"},
		{"comment", string(frame("1 // one")) + last, []string{`"last"`}, nil, nil, "more follows"},
		{"control character", string(frame("\"a\x01\"")) + last, []string{`"last"`}, nil, nil, "not one JSON value"},
		{"byte order mark", string(frame("\ufeff1")) + last, []string{`"last"`}, []string{"1", `"last"`}, nil, "not one JSON value"},
		{"not UTF-8 in a string", string(frame("\"a\xff\xe2\x82b\xc0\xaf\"")) + last, []string{"\"a\ufffd\ufffdb\ufffd\ufffd\"", `"last"`}, []string{"\"a\ufffd\ufffdb\ufffd\ufffd\"", `"last"`}, nil, ""},
		{"lone surrogate", string(frame(`"\ud800"`)) + last, []string{`"\ud800"`, `"last"`}, []string{`"\ud800"`, `"last"`}, nil, ""},
		{"five in one write", strings.Repeat(last, 5), []string{`"last"`, `"last"`, `"last"`, `"last"`, `"last"`}, []string{`"last"`, `"last"`, `"last"`, `"last"`, `"last"`}, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBoth(t, func(t *testing.T, d webport.Dialect) {
				script := filepath.Join(t.TempDir(), "raw.sh")
				data := script + ".data"
				write(t, data, test.bytes)
				write(t, script, "#!/bin/sh\ncat '"+data+"'\n")
				os.Chmod(script, 0o755)
				r := newRig(t, d, script, "")
				got, err := r.all(r.connect())
				messages, is := test.chromium, test.is
				if d == webport.Firefox {
					messages = test.firefox
				}
				switch {
				case is != nil:
				case messages == nil:
					is = webport.ErrNativeProtocol
				default:
					is = webport.ErrNativeExited
				}
				if diff := cmp.Diff(messages, got); diff != "" {
					t.Error(diff)
				}
				if !errors.Is(err, is) {
					t.Fatalf("got %v, want %v", err, is)
				}
				said := strings.Join(append(r.noted(&r.skipped), err.Error()), "\n")
				if !strings.Contains(said, test.want) && (d == webport.Chromium || test.firefox == nil) {
					t.Errorf("said %s, want %s", said, test.want)
				}
			})
		})
	}
}

func TestFramesInSingleBytes(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		script := filepath.Join(t.TempDir(), "slow.sh")
		write(t, script, "#!/bin/sh\nfor b in 006 000 000 000 042 p i n g 042; do case $b in ???) printf \"\\\\$b\";; *) printf $b;; esac; sleep 0.002; done\n")
		os.Chmod(script, 0o755)
		r := newRig(t, d, script, "")
		got, _ := r.all(r.connect())
		if diff := cmp.Diff([]string{`"ping"`}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBytesToAnApp(t *testing.T) {
	inBoth(t, func(t *testing.T, d webport.Dialect) {
		r := newRig(t, d, "", "counts")
		port := r.connect()
		var tooLarge *webport.TooLargeError
		over := json.RawMessage(`"` + strings.Repeat("x", 64<<20-1) + `"`)
		err := port.Post(over)
		if d == webport.Chromium && (!errors.As(err, &tooLarge) || tooLarge.Limit != 64<<20) || d == webport.Firefox && err != nil {
			t.Errorf("one byte over 64 MiB: got %v", err)
		}
		if err := errors.Join(port.Post(over[1 : len(over)-1][:0:0]), nil); err == nil {
			t.Error("an empty message was taken")
		}
		for _, m := range []any{json.RawMessage(`"` + strings.Repeat("x", 64<<20-2) + `"`), "one", "two", "three"} {
			if err := port.Post(m); err != nil {
				t.Fatal(err)
			}
		}
		if err := port.Close(); err != nil {
			t.Error(err)
		}
		want := []string{"67108864 bytes", `"one"`, `"two"`, `"three"`, "EOF"}
		if d == webport.Firefox {
			want = append([]string{"67108865 bytes"}, want...)
		}
		if diff := cmp.Diff(want, r.noted(&r.stderr)); diff != "" {
			t.Error(diff)
		}
	})
}
