package browsertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is a started browser: the leader of a process group of its own.
type process struct {
	cmd    *exec.Cmd
	stderr tail

	exited  chan struct{} // closed when the process is reaped
	waitErr error         // of cmd.Wait, once exited is closed
}

// startProcess starts cmd in a process group of its own, in the environment of this process with home as $HOME.
func startProcess(cmd *exec.Cmd, home string) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	for _, variable := range os.Environ() {
		// These would lead past $HOME, and relative to the working directory where they are empty.
		if !strings.HasPrefix(variable, "XDG_") && !strings.HasPrefix(variable, "CHROME_CONFIG_HOME=") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+home)
	cmd.Stderr = &p.stderr
	cmd.SysProcAttr = ownGroup()
	// What outlives the browser may hold its standard error open.
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.waitErr = cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// end ends the process group: it waits until the browser, which was asked to exit, has exited or ctx is done, and then
// ends what is left.
func (p *process) end(ctx context.Context) {
	select {
	case <-p.exited:
	case <-ctx.Done():
	}
	p.kill()
	<-p.exited
}

// died returns an error that says how the browser ended by itself, with the last it wrote, or cause while it runs.
func (p *process) died(cause error) error {
	// What it was to answer breaks a moment before it is reaped.
	select {
	case <-p.exited:
	case <-time.After(time.Second):
		return cause
	}
	status := "it exited with status 0"
	var exit *exec.ExitError
	if errors.As(p.waitErr, &exit) {
		status = "it ended: " + exit.String()
	}
	return fmt.Errorf("the browser is gone: %s; it last wrote:\n%s", status, p.stderr.String())
}

// tail keeps the last lines of what is written to it.
type tail struct {
	mu    sync.Mutex
	lines []string // guarded by mu; the last one is unfinished
}

const tailLines = 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, line := range bytes.Split(b, []byte("\n")) {
		if i == 0 && len(t.lines) > 0 {
			t.lines[len(t.lines)-1] += string(line)
			continue
		}
		t.lines = append(t.lines, string(line))
	}
	t.lines = t.lines[max(0, len(t.lines)-tailLines):]
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.Join(t.lines, "\n"))
}
