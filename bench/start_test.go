package bench

import (
	"bufio"
	"bytes"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// BenchmarkStart starts "webport run" on an example, up to the first message
// between its scripts, and for comparison the same program for its help alone.
func BenchmarkStart(b *testing.B) {
	webport := filepath.Join(b.TempDir(), "webport")
	if runtime.GOOS == "windows" {
		webport += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", webport, "../cmd/webport").CombinedOutput(); err != nil {
		b.Fatalf("build the command: %v\n%s", err, out)
	}
	b.Run("first-message", func(b *testing.B) {
		for b.Loop() {
			firstMessage(b, exec.Command(webport, "run", "../examples/greeting"))
		}
	})
	b.Run("help", func(b *testing.B) {
		for b.Loop() {
			if err := exec.Command(webport, "run", "--help").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func firstMessage(b *testing.B, run *exec.Cmd) {
	out, err := run.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := run.Start(); err != nil {
		b.Fatal(err)
	}
	seen := false
	for lines := bufio.NewScanner(out); !seen && lines.Scan(); {
		seen = bytes.Contains(lines.Bytes(), []byte(`{"said":"hello"}`))
	}
	if !seen {
		b.Error("webport run ended without a message")
	}
	b.StopTimer()
	if err := run.Process.Kill(); err == nil {
		run.Wait()
	}
	b.StartTimer()
}
