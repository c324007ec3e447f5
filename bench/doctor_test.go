//go:build unix

package bench

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/webport/webport/native"
	"github.com/webport/webport/native/doctor"
	"github.com/webport/webport/native/manifest"
)

// BenchmarkDoctor examines examples/echo for one browser, and for comparison starts the app, waits for its answer and
// ends it, which is the app's own time in that.
func BenchmarkDoctor(b *testing.B) {
	echo := filepath.Join(b.TempDir(), "echo")
	if out, err := exec.Command("go", "build", "-o", echo, "../examples/echo").CombinedOutput(); err != nil {
		b.Fatalf("build the app: %v\n%s", err, out)
	}
	machine := &manifest.Machine{Home: b.TempDir(), Getenv: func(string) string { return "" }}
	browsers := []string{"chromium"}
	plan, err := manifest.PlanInstall(manifest.App{Name: "echo", Path: echo}, &manifest.Options{
		Machine: machine, Browsers: browsers, Extensions: []string{strings.Repeat("a", 32)},
	})
	if err == nil {
		err = plan.Apply()
	}
	if err != nil {
		b.Fatal(err)
	}
	var examined, talked []float64
	for b.Loop() {
		start := time.Now()
		steps, err := doctor.Examine(context.Background(), "echo", &doctor.Options{Machine: machine, Browsers: browsers})
		examined = append(examined, time.Since(start).Seconds()*1e3)
		if err != nil {
			b.Fatal(err)
		}
		for _, step := range steps {
			if step.State == doctor.Failed {
				b.Fatal(step)
			}
		}
		talked = append(talked, talk(b, filepath.Dir(plan.Steps[0].File)).Seconds()*1e3)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(examined), "doctor-ms")
	b.ReportMetric(median(talked), "app-ms")
}

func talk(b *testing.B, dir string) time.Duration {
	start := time.Now()
	port, err := native.Connect(context.Background(), "echo", &native.ConnectOptions{Dirs: []string{dir}})
	if err != nil {
		b.Fatal(err)
	}
	if err := port.Post(json.RawMessage("{}")); err != nil {
		b.Fatal(err)
	}
	if _, err := port.Receive(context.Background()); err != nil {
		b.Fatal(err)
	}
	if err := port.Close(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}
