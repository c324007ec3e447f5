package tap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// exitGrace is how long, once the app has exited, what it has left behind on standard error is waited for, and on
// standard output when the browser has disconnected already: a process that the app set free may hold both open.
const exitGrace = 100 * time.Millisecond

// Shim is the program that a browser starts in place of an app: it starts the app with the same arguments, environment
// and directory, or, where the last is that of the launcher, in the app's own. It passes standard input, output and
// error on byte for byte, and signals, and records what passes. configFile is what [Install] wrote, args are what the
// browser gave.
//
// It returns the exit status of the app, 126 or 127 where that could not be started, as shells do, or does not return
// but ends as the app did, by a signal. Without a recording, because the disk is full say, it goes on, and says so on
// standard error. When the shim is killed the app is killed.
func Shim(configFile string, args []string) (status int) {
	c, err := readConfig(configFile)
	if err != nil {
		complain(err)
		return 127
	}
	s := &shim{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	return s.run(c, filepath.Dir(configFile), args)
}

func complain(err error) { fmt.Fprintf(os.Stderr, "webport tap: %v\n", err) }

// shim is one start of an app.
type shim struct {
	stdin, stdout, stderr *os.File // the browser's ends

	toApp, fromApp, appStderr *os.File // the app's
	recorder                  *recorder
	ended                     chan struct{} // closed when the browser has ended its side
}

func (s *shim) run(c *config, dir string, args []string) int {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passedOn...)
	// Unless it is asked for, a browser that no longer reads would end the shim before the app.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	start := &Record{Time: time.Now().UTC(), App: c.App, Path: c.Path, Args: args, Dir: startDir(dir, c.Path), Process: os.Getpid()}
	redact, err := ParseFields(c.Redact)
	if err != nil {
		complain(err)
	}
	s.recorder = newRecorder(c.Recordings, start, redact, complain)
	cmd := exec.Command(c.Path)
	cmd.Args = append(append([]string{c.Path}, c.Args...), args...)
	cmd.Dir = start.Dir
	theirs, err := s.pipes(cmd)
	if err != nil {
		return s.notStarted(err)
	}
	exited, err := startTied(cmd)
	for _, f := range theirs {
		f.Close()
	}
	if err != nil {
		return s.notStarted(err)
	}
	s.ended = make(chan struct{})
	go s.passInput()
	output, lines := make(chan struct{}), make(chan struct{})
	go func() { defer close(output); s.passOutput() }()
	go func() { defer close(lines); s.passStderr() }()
	s.await(cmd, exited, output, signals)
	select {
	case <-lines:
	case <-time.After(exitGrace):
	}
	s.recorder.exit(cmd.ProcessState, nil)
	endAs(cmd.ProcessState)
	return cmd.ProcessState.ExitCode()
}

// startDir is where the app is to be started: browsers start it in the directory of the path in the native manifest.
func startDir(launcherDir, path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return filepath.Dir(path)
	}
	here, err := os.Stat(dir)
	there, thereErr := os.Stat(launcherDir)
	if err == nil && thereErr == nil && os.SameFile(here, there) {
		return filepath.Dir(path)
	}
	return dir
}

func (s *shim) notStarted(err error) int {
	s.recorder.exit(nil, err)
	complain(fmt.Errorf("start the native app: %w", err))
	if errors.Is(err, os.ErrNotExist) {
		return 127 // as shells have it
	}
	return 126
}

// pipes gives the app its three streams and returns its ends, to be closed once it has them.
func (s *shim) pipes(cmd *exec.Cmd) (theirs []*os.File, err error) {
	pipe := func() (r, w *os.File) {
		if err == nil {
			r, w, err = os.Pipe()
		}
		return r, w
	}
	stdin, toApp := pipe()
	fromApp, stdout := pipe()
	appStderr, stderr := pipe()
	s.toApp, s.fromApp, s.appStderr = toApp, fromApp, appStderr
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	return []*os.File{stdin, stdout, stderr}, err
}

// await returns when the app has exited and its output has ended, and hands signals on until then.
func (s *shim) await(cmd *exec.Cmd, exited, output <-chan struct{}, signals <-chan os.Signal) {
	var disconnected <-chan struct{}
	for exited != nil || output != nil {
		select {
		case <-exited:
			exited, disconnected = nil, s.ended
		case <-output:
			output = nil
		case <-disconnected:
			select {
			case <-output:
			case <-time.After(exitGrace):
			}
			return
		case sig := <-signals:
			if exited == nil {
				return // who holds the output open is not the shim's to end
			}
			if !reachesAll(sig) {
				_ = cmd.Process.Signal(sig)
			}
		}
	}
}

// passInput passes the browser's bytes to the app, each after it was recorded, so that no answer is recorded before.
func (s *shim) passInput() {
	defer close(s.ended)
	frames := s.splitter(FromBrowser, maxToApp)
	reason := pump(s.toApp, s.stdin, frames)
	frames.end()
	s.recorder.end(FromBrowser, reason)
	s.toApp.Close()
	s.stdin.Close() // so that a browser that goes on writing learns of it
}

func (s *shim) passOutput() {
	frames := s.splitter(FromApp, maxFromApp)
	reason := pump(s.stdout, s.fromApp, frames)
	frames.end()
	s.recorder.end(FromApp, reason)
	s.stdout.Close()
	s.fromApp.Close()
}

func (s *shim) splitter(from string, limit uint32) *splitter {
	return &splitter{
		limit:   limit,
		message: func(body []byte) { s.recorder.message(from, body) },
		raw:     func(data []byte, reason string) { s.recorder.bytes(from, data, reason) },
	}
}

// pump passes bytes on until one side ends. It returns why, or "" at the end of the file.
func pump(to io.Writer, from io.Reader, frames *splitter) (reason string) {
	chunk := make([]byte, 64<<10) // what a pipe holds on Linux
	for {
		n, err := from.Read(chunk)
		if n > 0 {
			frames.feed(chunk[:n])
			if _, err := to.Write(chunk[:n]); err != nil {
				return "nobody reads any more: " + reasonOf(err)
			}
		}
		switch {
		case err == io.EOF:
			return ""
		case err != nil:
			return reasonOf(err)
		}
	}
}

// reasonOf leaves out of an error the names of files, which are the shim's own.
func reasonOf(err error) string {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		err = path.Err
	}
	return err.Error()
}

// passStderr passes the app's standard error on, and records it line by line.
func (s *shim) passStderr() {
	const longest = 64 << 10 // where a line is cut
	chunk := make([]byte, 32<<10)
	var line []byte
	for {
		n, err := s.appStderr.Read(chunk)
		_, _ = s.stderr.Write(chunk[:n]) // a browser without one reads no lines
		line = append(line, chunk[:n]...)
		for {
			end := bytes.IndexByte(line, '\n')
			if end < 0 && len(line) < longest {
				break
			}
			if end < 0 {
				end = longest - 1
			}
			s.recorder.stderr(bytes.TrimRight(line[:end+1], "\r\n"))
			line = line[end+1:]
		}
		if err != nil {
			if len(line) > 0 {
				s.recorder.stderr(line)
			}
			return
		}
	}
}

// config is what a shim has to know.
type config struct {
	App        string   `json:"app"`
	Path       string   `json:"path"`           // of the executable
	Args       []string `json:"args,omitempty"` // before those of the browser
	Recordings string   `json:"recordings"`     // the directory
	Redact     []string `json:"redact,omitempty"`
}

func readConfig(file string) (*config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var c config
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &c, nil
}
