package manifest

import (
	"strings"
	"testing"
)

func TestReplacePath(t *testing.T) {
	const path = `/tmp/it's "here"/é`
	const quoted = `"/tmp/it's \"here\"/é"`
	for _, test := range []struct {
		name         string
		format       Format
		before, want string
	}{
		{"plain", Firefox, `{"path": "/old"}`, `{"path": ` + quoted + `}`},
		{"layout", Chromium, "\ufeff{\r\n\t\"a\" : [1, {\"path\": 2}],\"p\\u0061th\"\t: \"/\\u006fld\" ,\r\n}", ""},
		{"layout", Chromium, "\ufeff{\r\n\t\"a\" : [1, {\"path\": 2}],\"p\\u0061th\"\t: \"/\\u006fld\"\r\n}\n", "\ufeff{\r\n\t\"a\" : [1, {\"path\": 2}],\"p\\u0061th\"\t: " + quoted + "\r\n}\n"},
		{"comments", Chromium, `{/* "path": 1 */ "path": "/old" // there
			}`, `{/* "path": 1 */ "path": ` + quoted + ` // there
			}`},
		{"comments", Firefox, `{/* */ "path": "/old"}`, ""},
		{"the last counts", Firefox, `{"path": "/first", "path": "/old"}`, `{"path": "/first", "path": ` + quoted + `}`},
		{"no path", Firefox, `{"name": "x"}`, ""},
		{"no string", Firefox, `{"path": 1}`, ""},
	} {
		got, was, err := test.format.ReplacePath([]byte(test.before), path)
		switch {
		case test.want == "":
			if err == nil || !strings.HasPrefix(err.Error(), "replace the path: ") {
				t.Errorf("%s: got %s, %v, want an error", test.name, got, err)
			}
		case err != nil || string(got) != test.want || was != "/old":
			t.Errorf("%s: got %s, was %q, %v, want %s", test.name, got, was, err, test.want)
		}
	}
}
