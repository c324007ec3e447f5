//go:build linux

package doctor

import (
	"strings"
	"testing"

	"github.com/webport/webport/native/manifest"
)

func TestMendAMessageThatIsTooLarge(t *testing.T) {
	p := newPatient(t, "", "too large")
	if got := broken(p.examine()); len(got) != 2 || got[0].Mend != "send it in several messages, of 1048576 bytes each at most" {
		t.Errorf("%+v", got)
	}
	p = newPatient(t, "", "prints")
	if got := broken(p.examine()); len(got) != 2 || got[0].Mend != mendFraming {
		t.Errorf("%+v", got)
	}
}

func TestMendAnExtensionWithoutAName(t *testing.T) {
	for extension, want := range map[string]string{addOn: "name its id of 32 letters", id: "name its add-on id"} {
		p := newPatient(t, "", "echo")
		p.options.Extension = extension
		if got := broken(p.examine()); len(got) != 1 || got[0].Name != Caller || !strings.HasPrefix(got[0].Mend, want) {
			t.Errorf("%s: %+v", extension, got)
		}
	}
}

func TestMendWhereOnlyPlacesOfTheSystemAreKnown(t *testing.T) {
	steps, err := Examine(t.Context(), "app", &Options{Machine: &manifest.Machine{Home: t.TempDir(), Root: t.TempDir()}, Browsers: []string{"chrome-canary"}})
	if got := broken(steps); err != nil || len(got) != 1 || !strings.Contains(got[0].Mend, " --browser chrome-canary --extension EXTENSION --scope system") {
		t.Errorf("%+v, %v", got, err)
	}
}
