package headless

import (
	"strings"
	"testing"

	"github.com/webport/webport"
)

func loadLocalised(t *testing.T, dialect webport.Dialect) *Extension {
	t.Helper()
	e, err := Load(writeExtension(t, map[string]string{
		"manifest.json": `{"manifest_version": 2, "name": "__MSG_Title__ (__MSG_missing__)", "version": "1", "default_locale": "fr"}`,
		"_locales/fr/messages.json": `{
			"title": {"message": "Titre"},
			"only_fr": {"message": "Seulement"},
			"prices": {"message": "$Coins$: $1 / $2 / $$1 / $$$ / $a", "placeholders": {"coins": {"content": "<$1>", "example": "x"}}}
		}`,
		"_locales/en/messages.json": `{"TITLE": {"message": "Title"}}`,
		"_locales/xx/messages.json": `not read`,
	}), dialect)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestMessage(t *testing.T) {
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		e := loadLocalised(t, dialect)
		if want := "Title (__MSG_missing__)"; e.Name != want {
			t.Errorf("name %q, want %q", e.Name, want)
		}
		for name, want := range map[string]string{
			"title": "Title", "ONLY_FR": "Seulement", "none": "", "": "",
			"prices":     "<a>: a / b / $1 / $$ / $a",
			"@@bidi_dir": "ltr", "@@BIDI_start_edge": "left",
		} {
			if got, err := e.Message(name, "a", "b"); err != nil || got != want {
				t.Errorf("%v: %s = %q, %v, want %q", dialect, name, got, err, want)
			}
		}
		if got, _ := e.Message("prices"); got != "<>:  /  / $1 / $$ / $a" {
			t.Errorf("without substitutions: %q", got)
		}
		id, err := e.Message("@@extension_id")
		if err != nil || !strings.Contains(e.BaseURL, id) {
			t.Errorf("@@extension_id is %q, the URL %s", id, e.BaseURL)
		}
		_, err = e.Message("title", strings.Split("1234567890", "")...)
		if (err != nil) != (dialect == webport.Chromium) {
			t.Errorf("%v: ten substitutions: %v", dialect, err)
		}
	}
}
