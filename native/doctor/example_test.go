//go:build linux

package doctor_test

import (
	"context"
	"fmt"

	"github.com/webport/webport/native/doctor"
	"github.com/webport/webport/native/manifest"
)

// An app that nobody has installed is broken at the first step.
func ExampleExamine() {
	_, err := doctor.Examine(context.Background(), "ping_pong", &doctor.Options{
		Machine:  &manifest.Machine{OS: "linux", Home: "/no/such/home"},
		Browsers: []string{"firefox"},
		Report: func(step doctor.Step) {
			if step.State == doctor.Failed {
				fmt.Println(step.Browser+":", step.Name, step.State)
				fmt.Println(step.Mend)
			}
		},
	})
	fmt.Println(err)
	// Output:
	// firefox: native manifest failed
	// webport install APP --name ping_pong --browser firefox --extension EXTENSION
	// <nil>
}
