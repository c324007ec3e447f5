package native

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// marked returns the processes that have mark in their environment, as far as it may be read.
func marked(mark string) []Process {
	var list []Process
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		environment, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(environment, []byte(mark)) {
			continue // it is gone, or somebody else's
		}
		dir := filepath.Dir(file)
		id, _ := strconv.Atoi(filepath.Base(dir))
		arguments, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		list = append(list, Process{
			ID: id, Command: strings.TrimSpace(strings.ReplaceAll(string(arguments), "\x00", " ")),
			Detached: sessionOf(id) != sessionOf(os.Getpid()),
		})
	}
	return list
}

// sessionOf returns the session of a process, 0 where it is gone. Apps are started in the session of this program.
func sessionOf(process int) (session int) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return 0
	}
	var state string
	var parent, group int
	// proc_pid_stat(5): "PID (NAME) STATE PARENT GROUP SESSION …", and NAME may have anything in it.
	if _, err := fmt.Sscan(string(stat[bytes.LastIndexByte(stat, ')')+1:]), &state, &parent, &group, &session); err != nil {
		return 0
	}
	return session
}
