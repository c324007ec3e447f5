package native

import (
	"bytes"
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
		list = append(list, Process{ID: id, Command: strings.TrimSpace(strings.ReplaceAll(string(arguments), "\x00", " "))})
	}
	return list
}
