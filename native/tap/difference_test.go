package tap

import (
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences(t *testing.T) {
	for _, test := range []struct {
		recorded, now string
		want          []string
	}{
		{`{"a":1,"b":[2]}`, ` {"b": [2], "a": 1}`, nil},
		{`{"time":1}`, `{"time":2}`, nil}, // ignored
		{`1`, `2`, []string{"recorded 1, now 2"}},
		{`9007199254740993`, `9007199254740992`, []string{"recorded 9007199254740993, now 9007199254740992"}},
		{`{"a":{"b/c":"x"}}`, `{"a":{"b/c":"y"}}`, []string{`/a/b~1c: recorded "x", now "y"`}},
		{`{"a":1}`, `{"b":1}`, []string{`/a: recorded 1, now missing`, `/b: not recorded, now 1`}},
		{`[1,2]`, `[1,3,4]`, []string{`/1: recorded 2, now 3`, `recorded 2 elements, now 3`}},
		{`{"a":null}`, `{"a":{}}`, []string{`/a: recorded null, now {}`}},
		{`{"a":[]}`, `{"a":false}`, []string{`/a: recorded [], now false`}},
		{`{"a":1}`, "{", []string{`recorded {"a":1}, now {`}},
		{"1", "1 2", []string{`recorded 1, now 1 2`}},
		{"\xff", "\xfe", []string{`recorded 1 bytes: "\xff", now 1 bytes: "\xfe"`}},
	} {
		fields, err := ParseFields([]string{"time"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, differences([]byte(test.recorded), []byte(test.now), fields, Fields{})); diff != "" {
			t.Errorf("%s, %s: %s", test.recorded, test.now, diff)
		}
	}
	ones, twos := "["+strings.Repeat("1,", 30)+"1]", "["+strings.Repeat("2,", 30)+"2]"
	if got := differences([]byte(ones), []byte(twos), Fields{}, Fields{}); len(got) != mostDifferences+1 || got[mostDifferences] != "and 21 more" {
		t.Errorf("%q", got)
	}
}

// TestWhatIsRedactedIsNotTold holds that no difference has a value in it that a recording must not have.
func TestWhatIsRedactedIsNotTold(t *testing.T) {
	fields, err := ParseFields([]string{"password"})
	if err != nil {
		t.Fatal(err)
	}
	records := []Record{
		{Event: Start, Redact: []string{"password"}},
		{Event: Message, From: FromBrowser, Message: []byte(`{"password":"[redacted]"}`)},
		{Event: Message, From: FromBrowser, Message: []byte(`{"password":"[redacted]"}`)},
		{Event: End, From: FromBrowser},
	}
	in := frame(`[{"password":"secret"}]`) + frame(`{"password":"secret"`) + frame(`{"password":"secret"}`) + frame(`"secret"} `)
	var got []string
	if _, err := Play(records, strings.NewReader(in), io.Discard, io.Discard, func(d string) { got = append(got, d) }); err != nil {
		t.Fatal(err)
	}
	if told := strings.Join(got, "\n"); len(got) != 4 || strings.Contains(told, "secret") || !strings.Contains(told, "withheld") {
		t.Errorf("played to a browser: %s", told)
	}
	for _, text := range []string{fields.briefBytes([]byte("secret")), fields.brief([]byte(`"secret"}`))} {
		if strings.Contains(text, "secret") {
			t.Error(text)
		}
	}
	if text := (Fields{}).brief([]byte(`"open"}`)) + (Fields{}).briefBytes([]byte("open")); text != `"open"}"open"` {
		t.Error(text)
	}
}

// TestPlayOfABrokenRecording holds that a number somebody has written into a recording does not matter.
func TestPlayOfABrokenRecording(t *testing.T) {
	for _, size := range []int{-1, math.MaxInt} {
		records := []Record{{Event: Start}, {Event: Bytes, From: FromBrowser, Size: size, Base64: []byte("x")}}
		status, err := Play(records, strings.NewReader("y"), io.Discard, io.Discard, func(string) {})
		if status != 1 || err != nil {
			t.Errorf("%d, %v", status, err)
		}
	}
	if _, err := Play(nil, strings.NewReader(""), io.Discard, io.Discard, nil); err == nil {
		t.Error("an empty recording")
	}
}
