package main

import (
	"context"
	"testing"

	"github.com/webport/webport/internal/conformance"
)

// TestNoScenarioIsPlayedAfterTheEnd holds that Ctrl-C does not wait for scenarios that are still to come.
func TestNoScenarioIsPlayedAfterTheEnd(t *testing.T) {
	scenarios, err := conformance.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, v := range judgeAll(ctx, scenarios, nil, false) {
		if v.State != "" {
			t.Errorf("%s was played in %s", v.Scenario, v.Browser)
		}
	}
}
