package tap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// recorded returns the records of what record did, without the first.
func recorded(t *testing.T, redact []string, record func(*recorder)) []Record {
	t.Helper()
	fields, err := ParseFields(redact)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	start := &Record{Time: time.Now(), App: "app", Path: "/app", Args: []string{"<&>"}, Process: 1}
	r := newRecorder(dir, start, fields, func(err error) { t.Error(err) })
	record(r)
	r.exit(nil, os.ErrNotExist)
	files, err := filepath.Glob(filepath.Join(dir, "app-*-1.jsonl"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	records, err := ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"<&>"}, records[0].Args); diff != "" {
		t.Error(diff)
	}
	return records[1:]
}

func TestBodiesAreRecordedByteForByte(t *testing.T) {
	bodies := []string{
		`1`, `null`, `{"a": [1,  2]}`, `{"a":1,"a":2}`, `12345678901234567890123`, `"<\/&\u0041\ud800"`, `"é"`, // JSON
		" 1", "{\n\"a\":\r1}", "", "no JSON", "1 2", "tab\t\x00\x7f\u2028", // text
		"\xff\x00", "\"\xff\"", // no UTF-8
		strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999),   // JSON, and so is the record around it
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), // as deep as JSON is taken
		"[" + strings.Repeat("[],", 10_000) + "[]]",               // wide
	}
	records := recorded(t, nil, func(r *recorder) {
		for _, body := range bodies {
			r.message(FromApp, []byte(body))
		}
		r.bytes(FromBrowser, []byte("\x01\xff"), "why \xff")
		r.stderr([]byte("a \"line\" \xff"))
	})
	for i, body := range bodies {
		if got := &records[i]; string(got.Body()) != body || got.Size != len(body) || got.From != FromApp || got.Event != Message {
			t.Errorf("%.100q: got %.100q, %+v", body, got.Body(), got)
		}
	}
	last := records[len(bodies):]
	if string(last[0].Body()) != "\x01\xff" || last[0].Reason != "why \ufffd" || string(last[1].Body()) != "a \"line\" \ufffd" || last[2].Reason == "" {
		t.Errorf("%+v", last)
	}
}

// TestWhatCannotBeRedactedIsWithheld holds that nothing is recorded in which a field may hide.
func TestWhatCannotBeRedactedIsWithheld(t *testing.T) {
	records := recorded(t, []string{"secret"}, func(r *recorder) {
		r.message(FromApp, []byte(`{"secret":1}`))
		r.message(FromApp, []byte("{\n\"secret\":1}"))
		r.message(FromApp, []byte(`{"secret":`))
		r.message(FromApp, []byte("{\"secret\":\"\xff\"}"))
		r.bytes(FromApp, []byte(`{"secret":`), "")
	})
	var got []string
	for _, r := range records[:5] {
		text := string(r.Body())
		if r.Withheld {
			text += "withheld"
		}
		got = append(got, text)
	}
	want := []string{`{"secret":"[redacted]"}`, "{\n\"secret\":\"[redacted]\"}", "withheld", "withheld", "withheld"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if records[0].Size != 12 || records[4].Size != 10 {
		t.Errorf("sizes are not those on the wire: %+v", records)
	}
}

// TestRecordingThatFails holds that it is said once, and that nothing breaks.
func TestRecordingThatFails(t *testing.T) {
	var said []string
	r := newRecorder(filepath.Join(t.TempDir(), "gone"), &Record{App: "app"}, Fields{}, func(err error) { said = append(said, err.Error()) })
	r.message(FromApp, []byte("1"))
	r.exit(nil, os.ErrNotExist)
	if len(said) != 1 || !strings.HasPrefix(said[0], "recording stops here: ") {
		t.Errorf("%q", said)
	}
}

func TestReadRefuses(t *testing.T) {
	const start = `{"format":"webport-tap","version":1,"event":"start"}` + "\n"
	for text, want := range map[string]string{
		"":                           "no whole line",
		"{}\n":                       `line 1: no recording of webport tap: its first line must have "format": "webport-tap"`,
		"{\n":                        "line 1: no recording of webport tap",
		start + start:                `line 2: the event "start" is not expected here`,
		start + "{}\n":               `line 2: the event "" is not expected here`,
		start + "{\"size\":\"x\"}\n": "line 2: no recording of webport tap",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if records, err := Read(strings.NewReader(start + `{"event":"mess`)); err != nil || len(records) != 1 {
		t.Errorf("a line that is cut: %v, %v", records, err)
	}
}

func BenchmarkRecorder(b *testing.B) {
	r := newRecorder(b.TempDir(), &Record{App: "a", Time: time.Now()}, Fields{}, func(err error) { b.Fatal(err) })
	body := []byte(`"` + strings.Repeat("x", 64<<10) + `"`)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.message(FromApp, body)
	}
}
