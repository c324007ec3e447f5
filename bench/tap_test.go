//go:build linux

package bench

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
	"github.com/webport/webport/native/manifest"
	"github.com/webport/webport/native/tap"
)

// BenchmarkTap exchanges messages with examples/echo, as a browser does, without a tap and with one.
func BenchmarkTap(b *testing.B) {
	bin, home := b.TempDir(), b.TempDir()
	for _, name := range []string{"examples/echo", "cmd/webport"} {
		if out, err := exec.Command("go", "build", "-o", bin, "../"+name).CombinedOutput(); err != nil {
			b.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	b.Setenv("HOME", home)
	b.Setenv("XDG_STATE_HOME", "")
	options := &manifest.Options{Browsers: []string{"chromium"}, Extensions: []string{strings.Repeat("a", 32)}}
	plan, err := manifest.PlanInstall(manifest.App{Name: "echo", Path: filepath.Join(bin, "echo")}, options)
	if err == nil {
		err = plan.Apply()
	}
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Dir(plan.Steps[0].File)
	all := func(b *testing.B) {
		b.Run("100B", func(b *testing.B) { echoTrips(b, dir, 100) })
		b.Run("64KB", func(b *testing.B) { echoTrips(b, dir, 64<<10) })
		b.Run("1MiB", func(b *testing.B) { echoTrips(b, dir, 1<<20) })
		b.Run("pipelined", func(b *testing.B) { echoBurst(b, dir) })
		b.Run("start", func(b *testing.B) {
			for b.Loop() {
				echoed(b, connectEcho(b, dir), json.RawMessage("1"))
			}
		})
	}
	b.Run("without", all)
	t, err := tap.Install("echo", &tap.Options{Browsers: []string{"chromium"}, Shim: []string{filepath.Join(bin, "webport"), "tap-shim"}})
	if err != nil {
		b.Fatal(err)
	}
	defer t.Remove()
	b.Run("with", all)
}

func connectEcho(b *testing.B, dir string) *webport.Port {
	b.Helper()
	port, err := native.Connect(context.Background(), "echo", &native.ConnectOptions{Dirs: []string{dir}, MaxQueue: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { port.Close() })
	return port
}

func echoed(b *testing.B, port *webport.Port, message json.RawMessage) {
	if err := port.Post(message); err != nil {
		b.Fatal(err)
	}
	if answer, err := port.Receive(context.Background()); err != nil || len(answer) != len(message) {
		b.Fatal(len(answer), err)
	}
}

func echoTrips(b *testing.B, dir string, size int) {
	port := connectEcho(b, dir)
	message := json.RawMessage(`"` + strings.Repeat("x", size-2) + `"`)
	b.SetBytes(int64(size))
	for b.Loop() {
		echoed(b, port, message)
	}
}

// echoBurst posts without waiting for answers.
func echoBurst(b *testing.B, dir string) {
	port := connectEcho(b, dir)
	message := json.RawMessage(`"` + strings.Repeat("x", 98) + `"`)
	const burst = 1000
	for b.Loop() {
		var posting sync.WaitGroup
		posting.Go(func() {
			for range burst {
				if err := port.Post(message); err != nil {
					b.Error(err)
				}
			}
		})
		for range burst {
			if _, err := port.Receive(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
		posting.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/burst, "ns/message")
}
