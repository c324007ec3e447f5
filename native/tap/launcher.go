package tap

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// launcherMark is in the second line of each launcher.
const launcherMark = `Written by "webport tap", in place of a native app.`

// isLauncher reports whether the file at path is a launcher.
func isLauncher(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := f.Read(head)
	return bytes.Contains(head[:n], []byte(launcherMark))
}

// launcherName is the name of the file that stands in for the executable at path: native manifests know no arguments, so
// that a script has to pass them.
func launcherName(goos, path string) string {
	if goos == "windows" {
		base := path[strings.LastIndexAny(path, `/\`)+1:]
		return strings.TrimSuffix(base, filepath.Ext(base)) + ".bat"
	}
	return filepath.Base(path)
}

// launcher is its text: it starts the shim, or, should that be gone or the app no longer be tapped, which the file state
// says, the app itself.
func launcher(goos string, shim []string, state, config, path string) string {
	if goos == "windows" {
		return batch(shim, state, config, path)
	}
	words := quoteAll(quoteShell, append(shim, config))
	return "#!/bin/sh\n" +
		"# " + launcherMark + "\n" +
		"[ -x " + quoteShell(shim[0]) + " ] && [ -e " + quoteShell(state) + " ] && [ -r " + quoteShell(config) + " ] && exec " + words + ` "$@"` + "\n" +
		"cd " + quoteShell(filepath.Dir(path)) + " && exec " + quoteShell(path) + ` "$@"` + "\n"
}

func batch(shim []string, state, config, path string) string {
	words := quoteAll(quoteBatch, append(shim, config))
	dir := path
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		dir = path[:i]
	}
	return strings.Join([]string{
		"@echo off",
		"rem " + launcherMark,
		"if not exist " + quoteBatch(shim[0]) + " goto app",
		"if not exist " + quoteBatch(state) + " goto app",
		"if not exist " + quoteBatch(config) + " goto app",
		words + " %*",
		"exit /b %errorlevel%",
		":app",
		"cd /d " + quoteBatch(dir),
		quoteBatch(path) + " %*",
		"exit /b %errorlevel%",
		"",
	}, "\r\n")
}

func quoteAll(quote func(string) string, words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

func quoteShell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// quoteBatch quotes for a batch file. A path on Windows has no quotation marks.
func quoteBatch(text string) string { return `"` + strings.ReplaceAll(text, "%", "%%") + `"` }
