//go:build unix

package tap

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// passedOn are the signals that somebody may send to an app.
var passedOn = []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2}

// reachesAll reports whether a signal has reached the app too: a terminal sends those of its keys to the whole process
// group in its foreground.
func reachesAll(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT {
		return false
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == syscall.Getpgrp()
}

// signalOf is the signal that ended a process, "" where it exited.
func signalOf(state *os.ProcessState) string {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return unix.SignalName(status.Signal())
	}
	return ""
}

// endAs ends this program by the signal that ended the app, if one did. Go's runtime has handlers that would print a
// stack first; a shell that takes the program's place has none.
func endAs(state *os.ProcessState) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return
	}
	signal.Reset()
	script := fmt.Sprintf("ulimit -c 0; kill -%d $$", status.Signal())
	_ = syscall.Exec("/bin/sh", []string{"sh", "-c", script}, nil)
}

// alive reports whether there is a process with that id.
func alive(id int) bool {
	err := syscall.Kill(id, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
