package tap

import (
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	const gone = redacted
	for _, test := range []struct{ field, message, want string }{
		{"password", `{"password":"x"}`, `{"password":` + gone + `}`},
		{"password", ` { "a" : [ {"password" : {"deep":1} , "b":2} ] } `, ` { "a" : [ {"password" : ` + gone + ` , "b":2} ] } `},
		{"password", `{"pass\u0077ord":1,"password":2}`, `{"pass\u0077ord":` + gone + `,"password":` + gone + `}`},
		{"password", `{"passwords":1,"Password":2,"x":"password"}`, ""},
		{"password", `["password"]`, ""},
		{"password", `null`, ""},
		{"login.token", `{"token":1,"a":{"login":[{"token":2}]},"login":{"x":{"token":3}}}`, `{"token":1,"a":{"login":[{"token":` + gone + `}]},"login":{"x":{"token":3}}}`},
		{"/a/b", `{"a":{"b":1,"c":2},"x":{"a":{"b":3}}}`, `{"a":{"b":` + gone + `,"c":2},"x":{"a":{"b":3}}}`},
		{"/list/1", `{"list":[1,2,3]}`, `{"list":[1,` + gone + `,3]}`},
		{"/*/key", `[{"key":1},{"key":2,"k":3}]`, `[{"key":` + gone + `},{"key":` + gone + `,"k":3}]`},
		{"/a~1b/c~0d", `{"a/b":{"c~d":1}}`, `{"a/b":{"c~d":` + gone + `}}`},
		{"/a.b", `{"a.b":1,"a":{"b":2}}`, `{"a.b":` + gone + `,"a":{"b":2}}`},
		{"big", `{"big":1,"n":12345678901234567890,"s":"\ud800"}`, `{"big":` + gone + `,"n":12345678901234567890,"s":"\ud800"}`},
	} {
		fields, err := ParseFields([]string{"unused", test.field})
		if err != nil {
			t.Fatal(err)
		}
		got, count, err := fields.apply([]byte(test.message))
		want := test.want
		if want == "" {
			want = test.message
		}
		if err != nil || string(got) != want || count != strings.Count(want, gone) {
			t.Errorf("%s of %s: got %s, %d, %v, want %s", test.field, test.message, got, count, err, want)
		}
	}
}

func TestFieldsThatAreNone(t *testing.T) {
	for _, text := range []string{"", ".", "a..b", "a.", "/a~2", "/~"} {
		if _, err := ParseFields([]string{text}); err == nil || !strings.Contains(err.Error(), "is no field") && !strings.Contains(err.Error(), "write ~0") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
