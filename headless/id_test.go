package headless

import (
	"strings"
	"testing"

	"github.com/webport/webport"
)

func TestIDsAreStable(t *testing.T) {
	dir := writeExtension(t, map[string]string{"manifest.json": `{"manifest_version": 3, "name": "n", "version": "1"}`})
	for _, dialect := range []webport.Dialect{webport.Chromium, webport.Firefox} {
		first, err := Load(dir, dialect)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(dir+"/.", dialect)
		if err != nil {
			t.Fatal(err)
		}
		if first.ID != again.ID || first.BaseURL != again.BaseURL {
			t.Errorf("%v: %s %s, then %s %s", dialect, first.ID, first.BaseURL, again.ID, again.BaseURL)
		}
		if dialect == webport.Firefox && (!strings.HasSuffix(first.ID, "@temporary-addon") || len(first.BaseURL) != len("moz-extension://")+36+1) {
			t.Errorf("firefox: %s %s", first.ID, first.BaseURL)
		}
	}
}
