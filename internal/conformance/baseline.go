package conformance

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/webport/webport"
)

// Difference is a known difference of webport from a browser.
type Difference struct {
	Scenario string
	Dialect  webport.Dialect
	Reason   string // in a sentence, for users
}

// Baseline returns the known differences: the lines of testdata/conformance/baseline.txt, each a scenario, a dialect and
// the reason.
func Baseline() ([]Difference, error) {
	text, err := fs.ReadFile(embedded, directory+"/baseline.txt")
	if err != nil {
		return nil, err
	}
	return parseBaseline(string(text))
}

func parseBaseline(text string) (all []Difference, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return nil, fmt.Errorf("baseline.txt: %q: write SCENARIO DIALECT REASON", line)
		}
		d, err := webport.ParseDialect(fields[1])
		if err != nil {
			return nil, fmt.Errorf("baseline.txt: %q: %w", line, err)
		}
		all = append(all, Difference{Scenario: fields[0], Dialect: d, Reason: strings.Join(fields[2:], " ")})
	}
	return all, nil
}
