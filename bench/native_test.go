//go:build unix

package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

const origin = "chrome-extension://" + extension + "/"

// apps builds the echo in C that is the limit, which parses nothing and checks nothing, and webport's echo.
func apps(b *testing.B) (c, webport string) {
	b.Helper()
	source := filepath.FromSlash("../../shared/bench/c/echo.c")
	if _, err := os.Stat(source); err != nil {
		b.Skipf("%s is not there: nothing to hold the app against", source)
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		b.Skip("gcc is not there: nothing to hold the app against")
	}
	c, webport = filepath.Join(b.TempDir(), "c-echo"), filepath.Join(b.TempDir(), "echo")
	for _, build := range [][]string{{"gcc", "-O2", "-o", c, source}, {"go", "build", "-o", webport, "../examples/echo"}} {
		if out, err := exec.Command(build[0], build[1:]...).CombinedOutput(); err != nil {
			b.Fatalf("%s: %v\n%s", strings.Join(build, " "), err, out)
		}
	}
	return c, webport
}

// peer is a running app, and this process its browser: with blocking reads and writes, as cheap as they can be had.
type peer struct {
	b       testing.TB
	cmd     *exec.Cmd
	in, out *os.File

	inFD, outFD int

	buf        []byte
	start, end int // of what was read and not taken
}

const headerSize = 4

func startPeer(b testing.TB, path string) *peer {
	theirIn, in, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	p := &peer{b: b, cmd: exec.Command(path, origin), in: in, out: out, buf: make([]byte, 256<<10)}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = theirIn, theirOut, os.Stderr
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	p.inFD, p.outFD = int(in.Fd()), int(out.Fd()) // Fd puts them into blocking mode
	return p
}

// stop ends the app and returns the processor time that it took.
func (p *peer) stop() time.Duration {
	p.in.Close()
	if err := p.cmd.Wait(); err != nil {
		p.b.Error(err)
	}
	p.out.Close()
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

func (p *peer) write(frames []byte) {
	for len(frames) > 0 {
		n, err := syscall.Write(p.inFD, frames)
		if err != nil && err != syscall.EINTR {
			p.b.Error(err)
			return
		}
		frames = frames[max(n, 0):]
	}
}

// read takes n messages.
func (p *peer) read(n int) {
	for range n {
		for p.end-p.start < headerSize {
			p.fill(headerSize)
		}
		size := headerSize + int(binary.NativeEndian.Uint32(p.buf[p.start:]))
		for p.end-p.start < size {
			p.fill(size)
		}
		p.start += size
	}
}

// fill reads what there is.
func (p *peer) fill(size int) {
	p.end = copy(p.buf, p.buf[p.start:p.end])
	p.start = 0
	if size > len(p.buf) {
		p.buf = append(p.buf, make([]byte, size)...)
	}
	n, err := syscall.Read(p.outFD, p.buf[p.end:])
	if err != nil && err != syscall.EINTR || n == 0 {
		p.b.Fatalf("read from the app: %v, or it has ended", err)
	}
	p.end += max(n, 0)
}

// frames are messages of one size, all different, as they are sent.
type frames struct {
	frame  []byte
	number []byte // in frame
	next   int
}

const digits = "100000000"

// newFrames makes messages of records, or, if text is true, of one long string.
func newFrames(size int, text bool) *frames {
	var m bytes.Buffer
	m.WriteString(`{"id":` + digits + `,"type":"ping","data":[`)
	for i := 0; !text && m.Len() < size-200; i++ {
		fmt.Fprintf(&m, `{"id":%d,"name":"tab number %d","url":"https://example.com/p/%d?q=%d","active":%t,"pos":[%d,%d.5]},`, i, i, i, i*7, i%2 == 0, i, i)
	}
	m.WriteString(`"` + strings.Repeat("x", size-m.Len()-4) + `"]}`)
	if m.Len() != size || !json.Valid(m.Bytes()) {
		panic("not a message of that size")
	}
	f := &frames{frame: append(binary.NativeEndian.AppendUint32(nil, uint32(size)), m.Bytes()...)}
	at := bytes.Index(f.frame, []byte(digits))
	f.number = f.frame[at : at+len(digits)]
	return f
}

// message is the next frame, until the one after it.
func (f *frames) message() []byte {
	f.next++
	strconv.AppendInt(f.number[:0], int64(100_000_000+f.next), 10)
	return f.frame
}

// roundTrips sends n messages, each after the answer to the one before.
func (p *peer) roundTrips(n int, f *frames) {
	runtime.LockOSThread() // or another thread would take over now and then
	defer runtime.UnlockOSThread()
	for range n {
		p.write(f.message())
		p.read(1)
	}
}

// pipelined sends n messages, with at most window bytes on their way.
func (p *peer) pipelined(n int, f *frames, window int) {
	size := len(f.frame)
	batch := min(n, max(1, 3200/size))
	room := make(chan struct{}, max(2, window/size/batch))
	go func() {
		var batched []byte
		for sent := 0; sent < n; sent += batch {
			batched = batched[:0]
			for range min(batch, n-sent) {
				batched = append(batched, f.message()...)
			}
			room <- struct{}{}
			p.write(batched)
		}
	}()
	for got := 0; got < n; got += batch {
		p.read(min(batch, n-got))
		<-room
	}
}

// BenchmarkApp is an app on this package against the echo in C, in turns. It reports messages a second of both, the
// ratio of the medians, and that of the processor time which each took.
func BenchmarkApp(b *testing.B) {
	c, webport := apps(b)
	for _, test := range []struct {
		name   string
		n      int // of a turn
		frames *frames
		window int // 0: round trips
	}{
		{"round-trip", 20_000, newFrames(100, true), 0},
		{"pipelined-100B", 100_000, newFrames(100, true), 48 << 10},
		{"pipelined-64KB-text", 2000, newFrames(64<<10, true), 1 << 20},
		{"pipelined-64KB-records", 2000, newFrames(64<<10, false), 1 << 20},
		{"pipelined-1MiB-text", 150, newFrames(1<<20, true), 4 << 20},
		{"pipelined-1MiB-records", 150, newFrames(1<<20, false), 4 << 20},
	} {
		run := func(p *peer, n int) {
			if test.window == 0 {
				p.roundTrips(n, test.frames)
			} else {
				p.pipelined(n, test.frames, test.window)
			}
		}
		b.Run(test.name, func(b *testing.B) {
			var speed, cpu [2][]float64
			for b.Loop() {
				for i, path := range []string{c, webport} {
					p := startPeer(b, path)
					run(p, test.n/20+1) // it is awake
					start := time.Now()
					run(p, test.n)
					took := time.Since(start)
					speed[i] = append(speed[i], float64(test.n)/took.Seconds())
					cpu[i] = append(cpu[i], float64(p.stop().Nanoseconds())/float64(test.n+test.n/20+1))
				}
			}
			report(b, speed, "msg/s")
			b.ReportMetric(median(cpu[1])/median(cpu[0]), "cpu-ratio")
			b.ReportMetric(median(cpu[1]), "cpu-ns/msg")
		})
	}
	b.Run("start", func(b *testing.B) {
		var speed, memory [2][]float64
		for b.Loop() {
			for i, path := range []string{c, webport} {
				start := time.Now()
				p := startPeer(b, path)
				p.roundTrips(1, newFrames(100, true))
				speed[i] = append(speed[i], time.Since(start).Seconds()*1e3)
				memory[i] = append(memory[i], resident(b, p.cmd.Process.Pid))
				p.stop()
			}
		}
		report(b, speed, "ms")
		b.ReportMetric(median(memory[1]), "MB")
	})
}

// report says what was measured of c and of webport, and their ratio.
func report(b *testing.B, of [2][]float64, unit string) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(of[0]), "raw-"+unit)
	b.ReportMetric(median(of[1]), unit)
	b.ReportMetric(median(of[1])/median(of[0]), "ratio")
}

func median(of []float64) float64 { return slices.Sorted(slices.Values(of))[len(of)/2] }

// resident is the memory of a process, in MB.
func resident(b *testing.B, pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("the memory of a process is not known here: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	b.Fatalf("no VmRSS in %s", status)
	return 0
}

// BenchmarkLauncher is native.Connect to the echo in C against a bare loop in Go over two pipes to the same, in turns.
func BenchmarkLauncher(b *testing.B) {
	c, _ := apps(b)
	dir := b.TempDir()
	text := fmt.Sprintf(`{"name":"echo","description":"d","type":"stdio","path":%q,"allowed_origins":[%q]}`, c, origin)
	if err := os.WriteFile(filepath.Join(dir, "echo.json"), []byte(text), 0o666); err != nil {
		b.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		n      int
		frames *frames
	}{
		{"round-trip", 20_000, newFrames(100, true)},
		{"round-trip-1MiB-text", 100, newFrames(1<<20, true)},
		{"round-trip-1MiB-records", 100, newFrames(1<<20, false)},
	} {
		b.Run(test.name, func(b *testing.B) {
			var speed [2][]float64
			for b.Loop() {
				for i, talk := range []func(*testing.B, string, int, *frames) time.Duration{bareLoop, connected} {
					took := talk(b, []string{c, dir}[i], test.n, test.frames)
					speed[i] = append(speed[i], float64(test.n)/took.Seconds())
				}
			}
			report(b, speed, "msg/s")
		})
	}
}

// bareLoop is what a program that checks nothing would write.
func bareLoop(b *testing.B, app string, n int, f *frames) time.Duration {
	cmd := exec.Command(app, origin)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	answer := make([]byte, len(f.frame))
	start := time.Now()
	for range n {
		if _, err := in.Write(f.message()); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(out, answer); err != nil {
			b.Fatal(err)
		}
	}
	took := time.Since(start)
	in.Close()
	cmd.Wait()
	return took
}

func connected(b *testing.B, dir string, n int, f *frames) time.Duration {
	port, err := native.Connect(context.Background(), "echo", &native.ConnectOptions{Dialect: webport.Chromium, Dirs: []string{dir}})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	for range n {
		if err := port.Post(json.RawMessage(f.message()[headerSize:])); err != nil {
			b.Fatal(err)
		}
		if m, err := port.Receive(context.Background()); err != nil || len(m) != len(f.frame)-headerSize {
			b.Fatal(len(m), err)
		}
	}
	took := time.Since(start)
	if err := port.Close(); err != nil {
		b.Error(err)
	}
	return took
}
