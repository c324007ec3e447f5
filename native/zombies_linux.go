package native

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// onlyZombies reports whether all that is left of a process group has exited: in a container whose first process is
// no init, that stays in the group for long. It errs to false.
func onlyZombies(group int) bool {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return false
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it went meanwhile
		}
		// proc_pid_stat(5): "PID (NAME) STATE PARENT GROUP …", and NAME may have anything in it.
		var state string
		var parent, of int
		_, err = fmt.Sscan(string(stat[bytes.LastIndexByte(stat, ')')+1:]), &state, &parent, &of)
		if err != nil || of == group && state != "Z" && state != "X" {
			return false
		}
	}
	return true
}
