package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
)

// TestMistakes holds that a scenario that is not written right says so.
func TestMistakes(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"z-none", "", "letter of no section"},
		{"disconnect", "", "letter of no section"},
		{"a-x", "-- etx/content.js --\n", "is none of ext/FILE"},
		{"a-x", "-- web/page.html --\n", "write web/HOST/PATH"},
		{"a-x", "-- steps --\n-- steps --\n", "stands there twice"},
		{"a-x", "-- options --\nslow\n", `"slow" is none of`},
		{"a-x", "-- steps --\nclikc 1 body\n", `there is no verb "clikc"`},
		{"a-x", "-- steps --\nclick 1\n", "write click TAB SELECTOR"},
		{"a-x", "-- steps --\nclose http://site.test/\n", "write close TAB"},
		{"a-x", "-- steps --\nclose 1 2\n", "write close TAB"},
		{"a-x", "-- steps --\nopen\n", "write open URL"},
		{"a-x", "-- steps --\nwait long\n", "write wait DURATION"},
		{"a-x", "-- steps --\neval background console.log(1)\n", "write eval CONTEXT: CODE"},
		{"a-x", "-- steps --\ndisable ext\n", "write disable [other]"},
	} {
		if _, err := parseScenario(test.name, []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %q: got %v, want %q in it", test.name, test.text, err, test.want)
		}
	}
}

// TestRecord holds that recording changes nothing in a file but the traces, which stand at its end, Chromium's first.
func TestRecord(t *testing.T) {
	s, err := parseScenario("a-x", []byte("Prose.\n\n-- ext/background.js --\n1\n-- steps --\n"))
	if err != nil {
		t.Fatal(err)
	}
	s.record(webport.Firefox, "> start\n")
	s.record(webport.Chromium, "> start\nbackground: 1\n")
	want := "Prose.\n\n-- ext/background.js --\n1\n-- steps --\n-- chromium --\n> start\nbackground: 1\n-- firefox --\n> start\n"
	if diff := cmp.Diff(want, string(s.text())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	scenarios, _ := readAll(t)
	for _, s := range scenarios {
		text, err := os.ReadFile(filepath.Join(directory, s.Name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(text), string(s.text())); diff != "" {
			t.Errorf("%s would change when it is recorded (-is +becomes):\n%s", s.Name, diff)
		}
	}
}

// TestManifest holds what a manifest is made of.
func TestManifest(t *testing.T) {
	s, err := parseScenario("a-x", []byte(`-- ext/content.js --
-- ext/page-2.js --
-- ext/manifest.json --
{"permissions": ["tabs"], "externally_connectable": {"ids": ["OTHER_ID"]}, "version": "2"}
-- ext/manifest.firefox.json --
{"browser_action": null, "version": "3"}
`))
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[webport.Dialect]string{
		webport.Chromium: `"action": {},
  "content_scripts": [
    {
      "all_frames": true,
      "js": [
        "content.js"
      ],
      "matches": [
        "http://*/*"
      ]
    }
  ],
  "externally_connectable": {
    "ids": [
      "` + s.identity("other", webport.Chromium).id + `"
    ]
  },
  "key": "` + s.identity("ext", webport.Chromium).key + `",
  "manifest_version": 3,
  "name": "Conformance ext",
  "permissions": [
    "tabs"
  ],
  "version": "2",
  "web_accessible_resources": [
    {
      "matches": [
        "\u003call_urls\u003e"
      ],
      "resources": [
        "page-2.html"
      ]
    }
  ]`,
		webport.Firefox: `"browser_specific_settings": {
    "gecko": {
      "id": "a-x-ext@conformance.test"
    }
  },
  "content_scripts": [
    {
      "all_frames": true,
      "js": [
        "content.js"
      ],
      "matches": [
        "http://*/*"
      ]
    }
  ],
  "externally_connectable": {
    "ids": [
      "a-x-other@conformance.test"
    ]
  },
  "manifest_version": 2,
  "name": "Conformance ext",
  "permissions": [
    "tabs"
  ],
  "version": "3",
  "web_accessible_resources": [
    "page-2.html"
  ]`,
	} {
		files, err := s.extension(ownExtension, d, "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("{\n  "+want+"\n}\n", files["manifest.json"]); diff != "" {
			t.Errorf("%v (-want +got):\n%s", d, diff)
		}
	}
}

// TestTrace holds the order of a trace's lines, and what is taken out of them.
func TestTrace(t *testing.T) {
	s, err := parseScenario("a-x", []byte("-- ext/background.js --\n"))
	if err != nil {
		t.Fatal(err)
	}
	id := s.identity("ext", webport.Chromium).id
	l := &log{}
	l.add("background", "before the first step")
	l.step("start")
	l.add("page page.html", "first")
	l.addAt(2, "background", `{"id":"`+id+`","documentId":"0123456789ABCDEF0123456789ABCDEF","tab":{"active":true,"mutedInfo":{"muted":false},"id":7,"width":800}}`)
	l.addAt(1, "background", "two\nlines of chrome-extension://"+id+"/page.html")
	l.step("wait 1s")
	normal := s.normaliser(webport.Chromium, map[string]string{"ext": "chrome-extension://" + id + "/"}, nil)
	want := `> start
background: two
  lines of chrome-extension://EXT/page.html
background: {"id":"EXT_ID","documentId":"DOCUMENT","tab":{"active":true,"mutedInfo":{"muted":false},"id":NUMBER,"width":NUMBER}}
page page.html: first
> wait 1s
`
	if diff := cmp.Diff(want, l.trace(false, normal)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := l.trace(true, normal); !strings.HasPrefix(got, "> start\npage page.html: first\nbackground: two\n") {
		t.Errorf("ordered:\n%s", got)
	}
}

// TestDiff holds how differences are shown.
func TestDiff(t *testing.T) {
	if got := Diff("a\nb\nc\n", "a\nb\nc\n"); got != "" {
		t.Errorf("of the same: %q", got)
	}
	if got, want := Diff("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n"), "  a\n- b\n+ x\n  c\n  d\n+ e\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
