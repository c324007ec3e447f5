//go:build unix

package native

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webport/webport"
)

// messages takes the frames off a stream; the last is the error that ended it, unless that is io.EOF.
func messages(r io.Reader) []string {
	f := frameReader{r: r, limit: maxToApp}
	var all []string
	for {
		body, err := f.next()
		switch {
		case err == io.EOF:
			return all
		case err != nil:
			return append(all, "error: "+err.Error())
		}
		all = append(all, string(body))
	}
}

// stages is a stream whose end comes only when the app has written the number of messages that was expected of it.
type stages struct {
	io.Reader
	answered chan struct{}

	left int
	out  bytes.Buffer
}

// newStages gives first, and then, once the app has written n times, rest.
func newStages(first string, n int, rest string) *stages {
	s := &stages{left: n, answered: make(chan struct{})}
	s.Reader = io.MultiReader(strings.NewReader(first), s.wait(), strings.NewReader(rest))
	return s
}

func (s *stages) wait() io.Reader {
	return readFunc(func([]byte) (int, error) { <-s.answered; return 0, io.EOF })
}

func (s *stages) Write(b []byte) (int, error) {
	if s.left--; s.left == 0 {
		close(s.answered)
	}
	return s.out.Write(b)
}

func TestServeAnswersAllThatCameBeforeTheEnd(t *testing.T) {
	for _, end := range []string{"", "Hello"} {
		want := make([]string, 500)
		var in, out bytes.Buffer
		for i := range want {
			want[i] = strconv.Itoa(i)
			in.Write(frame(want[i]))
		}
		in.WriteString(end)
		if err := Serve(t.Context(), &in, &out, nil, echo); (err != nil) != (end != "") {
			t.Error(err)
		}
		if diff := cmp.Diff(want, messages(&out)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestServeWritesWhatIsPostedAfterTheEnd(t *testing.T) {
	var out bytes.Buffer
	err := Serve(t.Context(), strings.NewReader(""), &out, nil, func(_ context.Context, port *webport.Port) error {
		<-port.Done()
		return port.Post("bye")
	})
	if diff := cmp.Diff([]string{`"bye"`}, messages(&out)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestServeSaysWhoCalls(t *testing.T) {
	const id = "abcdefghijklmnopabcdefghijklmnop"
	chromium := &webport.Sender{ID: id, URL: "chrome-extension://" + id + "/", Origin: "chrome-extension://" + id}
	for _, test := range []struct {
		name   string
		args   []string
		sender *webport.Sender
		port   string
	}{
		{"Chromium", []string{"chrome-extension://" + id + "/"}, chromium, ""},
		{"Chromium on Windows", []string{"chrome-extension://" + id + "/", "--parent-window=1312014"}, chromium, ""},
		{"Chromium, behind arguments of a wrapper", []string{"--verbose", "--parent-window=0", "chrome-extension://" + id + "/"}, chromium, ""},
		{"Firefox", []string{"/home/me/.mozilla/native-messaging-hosts/ping_pong.json", "ping@example.org"}, &webport.Sender{ID: "ping@example.org"}, "ping_pong"},
		{"nobody", nil, nil, ""},
		{"by hand", []string{"--help"}, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := Serve(t.Context(), strings.NewReader(""), io.Discard, test.args, func(_ context.Context, port *webport.Port) error {
				if diff := cmp.Diff(test.sender, port.Sender()); diff != "" {
					t.Error(diff)
				}
				if port.Name() != test.port {
					t.Errorf("port name %q, want %q", port.Name(), test.port)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestServeRefusesWhatIsNoMessage(t *testing.T) {
	for _, test := range []struct{ name, stream, want string }{
		{"text", "GET / HTTP/1.1\r\n", `these bytes look like text`},
		{"length of 4 GiB", "\xff\xff\xff\xff{}", "4294967295 bytes of JSON, and the limit is 67108864"},
		{"not UTF-8", string(frame("\"\xff\"")), "byte 0xff at offset 1 is not UTF-8"},
		{"not JSON", string(frame("{bad")), `a message of 4 bytes that is not one JSON value`},
		{"empty", string(frame("")), "undefined"},
		{"cut", string(frame(`"123456789"`)[:7]), "inside a frame: after 3 of 11 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			stream := newStages(string(frame(`"before"`)), 1, test.stream)
			err := Serve(t.Context(), stream, stream, nil, echo)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if diff := cmp.Diff([]string{`"before"`}, messages(&stream.out)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestServeRefusesToPostOverOneMiB(t *testing.T) {
	stream := newStages("", 2, "") // the message is larger than one write
	err := Serve(t.Context(), stream, stream, nil, func(_ context.Context, port *webport.Port) error {
		var tooLarge *webport.TooLargeError
		err := port.Post(strings.Repeat("x", 1<<20-1))
		if !errors.As(err, &tooLarge) || tooLarge.Size != 1<<20+1 || tooLarge.Limit != 1<<20 {
			t.Errorf("one byte too many: got %v", err)
		}
		return port.Post(strings.Repeat("x", 1<<20-2))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := messages(&stream.out); len(got) != 1 || len(got[0]) != 1<<20 {
		t.Errorf("wrote %d messages, want one of 1 MiB", len(got))
	}
}

func TestServeReturnsTheHandlersError(t *testing.T) {
	full := errors.New("the disk is full")
	err := Serve(t.Context(), strings.NewReader(""), io.Discard, nil, func(context.Context, *webport.Port) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("got %v, want the handler's error", err)
	}
}

func TestServeReturnsAnEndThatIsNotTheStreams(t *testing.T) {
	for _, cause := range []error{io.EOF, context.Canceled, webport.ErrDisconnected} {
		r, w := io.Pipe()
		want := fmt.Errorf("read the settings: %w", cause)
		err := Serve(t.Context(), r, io.Discard, nil, func(context.Context, *webport.Port) error { return want })
		if !errors.Is(err, want) {
			t.Errorf("got %v, want the handler's error: %v", err, want)
		}
		w.Close()
	}
}

func TestServeEndsTheContextWithTheStream(t *testing.T) {
	err := Serve(t.Context(), strings.NewReader(""), io.Discard, nil, func(ctx context.Context, _ *webport.Port) error {
		<-ctx.Done()
		return ctx.Err()
	})
	if err != nil {
		t.Errorf("got %v, want nil: that the browser is gone is no error", err)
	}
}

func TestServeReportsThatNobodyReads(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	broken := errors.New("broken")
	err := Serve(t.Context(), r, failingWriter{broken}, nil, func(ctx context.Context, port *webport.Port) error {
		if err := port.Post("lost"); err != nil {
			t.Error(err)
		}
		_, err := port.Receive(ctx)
		return err
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

func TestServeReportsADeadlineOfTheReadersOwn(t *testing.T) {
	r, w := net.Pipe()
	defer w.Close()
	r.SetReadDeadline(time.Unix(1, 0))
	if err := Serve(t.Context(), r, io.Discard, nil, echo); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want the reader's error", err)
	}
}

func TestServeReportsThatNobodyReadsToWhoClosesThePort(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	broken := errors.New("broken")
	err := Serve(t.Context(), r, failingWriter{broken}, nil, func(_ context.Context, port *webport.Port) error {
		defer port.Close()
		return port.Post("lost")
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestServeReturnsWhenTheHandlerDoes(t *testing.T) {
	for name, pipe := range map[string]func() (io.Reader, io.Closer){
		"io.Pipe": func() (io.Reader, io.Closer) { r, w := io.Pipe(); return r, w },
		"os.Pipe": func() (io.Reader, io.Closer) { r, w, _ := os.Pipe(); return r, w },
	} {
		t.Run(name, func(t *testing.T) {
			r, w := pipe()
			defer w.Close()
			var out bytes.Buffer
			err := Serve(t.Context(), r, &out, nil, func(_ context.Context, port *webport.Port) error { return port.Post("done") })
			if got := messages(&out); err != nil || len(got) != 1 {
				t.Errorf("got %v, %q", err, got)
			}
		})
	}
}

// Standard input may be a terminal, and on Windows nothing interrupts a read of it.
func TestCloseOfThePortDoesNotWaitForARead(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	r := readFunc(func([]byte) (int, error) { <-never; return 0, io.EOF })
	served := make(chan error, 1)
	go func() {
		served <- Serve(t.Context(), r, io.Discard, nil, func(_ context.Context, port *webport.Port) error { return port.Close() })
	}()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it waits for something to read")
	}
}

// runApp runs the test binary as an app with that input, which ends or else stays open until the app exits, and
// returns what it wrote and its exit status.
func runApp(t *testing.T, part string, in []byte, ends bool) (out []string, stderr string, status int) {
	t.Helper()
	var stdout, errs bytes.Buffer
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), appVariable+"="+part)
	cmd.Stdout, cmd.Stderr = &stdout, &errs
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stdin.Write(in)
	if ends {
		stdin.Close()
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return messages(&stdout), errs.String(), cmd.ProcessState.ExitCode()
}

func TestMainKeepsStdoutForMessages(t *testing.T) {
	out, stderr, status := runApp(t, "noisy", frame(`"ping"`), false)
	if diff := cmp.Diff([]string{`"ping"`}, out); diff != "" || status != 0 {
		t.Errorf("exit status %d, messages: %s", status, diff)
	}
	for _, want := range []string{"fmt says hello\n", "an early logger says hello\n", "descriptor 1 says hello\n", "a child says hello\n"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("standard error lacks %q: %s", want, stderr)
		}
	}
}

func TestMainWritesWhatManyGoroutinesPost(t *testing.T) {
	out, stderr, status := runApp(t, "crowd", nil, false)
	if status != 0 || len(out) != 1000 {
		t.Fatalf("exit status %d, %d messages, want 1000: %s", status, len(out), stderr)
	}
	next := map[int]int{}
	for _, text := range out {
		var m [2]int
		if err := json.Unmarshal([]byte(text), &m); err != nil || next[m[0]] != m[1] {
			t.Fatalf("message %s: %v, want number %d of it", text, err, next[m[0]])
		}
		next[m[0]]++
	}
}

// A browser that is busy for longer than a handler is waited for still gets all that the handler posted.
func TestMainWritesAllToAReaderThatIsLate(t *testing.T) {
	for _, part := range []string{"large", "closing"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), appVariable+"="+part)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(handlerGrace * 3 / 2)
		out := messages(stdout)
		if err := cmd.Wait(); err != nil || len(out) != 2 || len(out[1]) != 1<<20 {
			t.Errorf("%s: %v, %d messages: %s", part, err, len(out), errs.String())
		}
	}
}

func TestMainRefusesTooLargeAnAnswer(t *testing.T) {
	out, _, status := runApp(t, "large", nil, false)
	if status != 0 || len(out) != 2 || !strings.Contains(out[0], "1048577 bytes of JSON, and the limit is 1048576") || len(out[1]) != 1<<20 {
		t.Errorf("exit status %d, %d messages, the first %.200s", status, len(out), out[0])
	}
}

// The mode of a socket is that of all who share it.
func TestMainLeavesTheModeOfWhatItIsGiven(t *testing.T) {
	for _, mode := range []int{0, syscall.O_NONBLOCK} {
		pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.SetNonblock(pair[0], mode != 0); err != nil {
			t.Fatal(err)
		}
		given, browser := os.NewFile(uintptr(pair[0]), "socket"), os.NewFile(uintptr(pair[1]), "browser")
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), appVariable+"=early")
		cmd.Stdin, cmd.Stdout = given, given
		if err := cmd.Run(); err != nil {
			t.Error(err)
		}
		if got := blocks(uintptr(pair[0])); got != (mode == 0) {
			t.Errorf("mode %#x: the app has left it with blocking %v", mode, got)
		}
		given.Close()
		browser.Close()
	}
}

func TestMainExitStatus(t *testing.T) {
	for _, test := range []struct {
		part, in string
		ends     bool
		status   int
		stderr   string
	}{
		{"echo", "", true, 0, ""},
		{"echo", string(frame("1")), true, 0, ""},
		{"early", "", false, 0, ""},
		{"failing", "", false, 1, "native.test: the disk is full\n"},
		{"echo", string(frame("{bad")), false, 1, "is not one JSON value"},
		{"echo", string(frame("12345")[:6]), true, 1, "after 2 of 5 bytes"},
		{"stuck", "", true, 0, "the handler has not returned within 1s"},
		{"stuck-closed", "", false, 0, "the handler has not returned within 1s"},
	} {
		_, stderr, status := runApp(t, test.part, []byte(test.in), test.ends)
		if status != test.status || !strings.Contains(stderr, test.stderr) || test.stderr == "" && stderr != "" {
			t.Errorf("%s after %q: exit status %d, want %d; standard error %q, want %q", test.part, test.in, status, test.status, stderr, test.stderr)
		}
	}
}
