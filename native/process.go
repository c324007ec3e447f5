package native

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/webport/webport"
	"github.com/webport/webport/native/manifest"
)

// process is a started app: the leader of a process group of its own.
type process struct {
	cmd                   *exec.Cmd
	stdin, stdout, stderr *os.File // our ends; stderr is nil where the app has ours

	exited chan struct{} // closed when the app's own process is reaped; cmd.ProcessState says how it ended
}

// start runs the app of m for caller.
func (l *Launcher) start(m *manifest.Manifest, caller string) (*process, error) {
	if err := l.startable(m.Path); err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{
		Path:        m.Path,
		Args:        l.arguments(m, caller, runtime.GOOS),
		Dir:         filepath.Dir(m.Path),
		Env:         l.Env,
		SysProcAttr: ownGroup(),
	}
	p := &process{cmd: cmd, exited: make(chan struct{})}
	theirs, err := p.pipes(l.Stderr == nil && l.Dialect == webport.Chromium)
	if err == nil {
		err = cmd.Start()
	}
	for _, f := range theirs {
		f.Close()
	}
	if err != nil {
		p.closeFiles()
		return nil, l.startError(m.Path, err)
	}
	go func() {
		cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// pipes gives the app its three streams and returns its ends, to be closed once it has them. Chromium lets an app write
// to its own standard error; Firefox always reads it.
func (p *process) pipes(inheritStderr bool) (theirs []*os.File, err error) {
	pipe := func() (r, w *os.File) {
		if err == nil {
			r, w, err = os.Pipe()
		}
		return r, w
	}
	stdin, ourStdin := pipe()
	ourStdout, stdout := pipe()
	p.stdin, p.stdout = ourStdin, ourStdout
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = stdin, stdout, os.Stderr
	theirs = []*os.File{stdin, stdout}
	if !inheritStderr {
		ourStderr, stderr := pipe()
		p.stderr, p.cmd.Stderr = ourStderr, stderr
		theirs = append(theirs, stderr)
	}
	return theirs, err
}

// state is how the app has exited, nil where it has not.
func (p *process) state() *os.ProcessState {
	if !isClosed(p.exited) {
		return nil
	}
	return p.cmd.ProcessState
}

func (p *process) closeFiles() {
	for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
		f.Close() // nil and closed files only return an error
	}
}

// startable does what Firefox does before it starts anything. Chromium learns of a bad executable from its end alone.
func (l *Launcher) startable(path string) error {
	if l.Dialect == webport.Chromium {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", webport.ErrNativeStart, err)
	case info.IsDir():
		return fmt.Errorf("%w: %s is a directory", webport.ErrNativeStart, path)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%w: %s is not executable: chmod +x it", webport.ErrNativeStart, path)
	}
	return nil
}

// startError tells what a browser takes for an app that exited at once, because it learns of the failure in a child
// process of its own, from what kept it from making that process.
func (l *Launcher) startError(path string, err error) error {
	kind, hint := webport.ErrNativeStart, ""
	switch {
	case errors.Is(err, syscall.EACCES):
		kind, hint = webport.ErrNativeExited, ": it is a directory, or not executable: chmod +x it"
	case errors.Is(err, syscall.ENOEXEC):
		kind, hint = webport.ErrNativeExited, ": it is no program for this system, or a script without #! on its first line"
	case errors.Is(err, syscall.ENOENT):
		kind, hint = webport.ErrNativeExited, ": the interpreter on its first line, or the loader it needs, is not there"
	}
	return fmt.Errorf("%w: %s could not be run: %w%s", kind, path, err, hint)
}
