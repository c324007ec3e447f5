package manifest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Machine is the computer whose browsers are meant. The zero value is the one this program runs on, for the user that
// runs it. Its fields make other systems and other roots computable anywhere. A Machine may be used concurrently once
// its fields are set.
type Machine struct {
	// OS is the operating system as in runtime.GOOS: "linux", "darwin" or "windows". "" means this program's.
	OS string

	// Root is put before every path that is read or written, as packagers need it (DESTDIR): with Root "/tmp/pkg" the
	// file of /etc/chromium/… is /tmp/pkg/etc/chromium/…, and of C:\Users\… is /tmp/pkg/C/Users/…. What is written into
	// the files stays without it.
	Root string

	// Home is the user's home directory. "" means that of the user who runs this program.
	Home string

	// Getenv is asked for the variables that move directories: XDG_CONFIG_HOME, LOCALAPPDATA and the like.
	// Nil means os.Getenv.
	Getenv func(key string) string

	registry registry // nil means that of this system, which only Windows has
}

func (m *Machine) os() string {
	if m == nil || m.OS == "" {
		return runtime.GOOS
	}
	return m.OS
}

func (m *Machine) getenv(key string) string {
	if m == nil || m.Getenv == nil {
		return os.Getenv(key)
	}
	return m.Getenv(key)
}

func (m *Machine) home() string {
	if m != nil && m.Home != "" {
		return m.Home
	}
	home, _ := os.UserHomeDir() // without one, it is not known where the user's places are: see join
	return home
}

func (m *Machine) reg() registry {
	if m != nil && m.registry != nil {
		return m.registry
	}
	if m.os() != "windows" {
		return noRegistry{}
	}
	return systemRegistry()
}

// Local returns where path, a path of the machine, is for this program: below Root, if there is one.
func (m *Machine) Local(path string) string {
	if m.os() == "windows" && runtime.GOOS != "windows" {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	if m == nil || m.Root == "" {
		return filepath.FromSlash(path)
	}
	if len(path) >= 2 && path[1] == ':' {
		path = path[:1] + path[2:]
	}
	return filepath.Join(m.Root, filepath.FromSlash(path))
}

// join puts the elements of a path together as the machine's system does. What is below "" is nowhere: "".
func (m *Machine) join(elements ...string) string {
	if elements[0] == "" {
		return ""
	}
	separator := "/"
	if m.os() == "windows" {
		separator = `\`
	}
	path := strings.TrimRight(elements[0], `/\`)
	for _, e := range elements[1:] {
		path += separator + e
	}
	if separator == `\` {
		path = strings.ReplaceAll(path, "/", separator)
	}
	return path
}

// isAbs reports whether path is absolute on the machine.
func (m *Machine) isAbs(path string) bool {
	if m.os() != "windows" {
		return strings.HasPrefix(path, "/")
	}
	drive := len(path) >= 3 && path[1] == ':' && (path[2] == '\\' || path[2] == '/')
	return drive || strings.HasPrefix(path, `\\`)
}

// A template is a path of the table: it begins with one of the bases below, or is absolute. "//" ends the part that is
// there without any browser, which is never removed.
var bases = map[string]func(m *Machine) string{
	"~": (*Machine).home,
	// Chromium's chrome_paths_linux.cc: CHROME_CONFIG_HOME, else the XDG directory.
	"$CONFIG": func(m *Machine) string {
		if dir := m.getenv("CHROME_CONFIG_HOME"); dir != "" {
			return dir
		}
		return m.xdg("XDG_CONFIG_HOME", ".config")
	},
	"$XDGCONFIG":    func(m *Machine) string { return m.xdg("XDG_CONFIG_HOME", ".config") },
	"$DATA":         func(m *Machine) string { return m.xdg("XDG_DATA_HOME", ".local/share") },
	"$SUPPORT":      func(m *Machine) string { return m.join(m.home(), "Library/Application Support") },
	"$LOCALAPPDATA": func(m *Machine) string { return m.windowsDir("LOCALAPPDATA", m.home(), "AppData", "Local") },
	"$APPDATA":      func(m *Machine) string { return m.windowsDir("APPDATA", m.home(), "AppData", "Roaming") },
	"$PROGRAMFILES": func(m *Machine) string { return m.windowsDir("ProgramFiles", "C:", "Program Files") },
	"$PROGRAMFILES86": func(m *Machine) string {
		return m.windowsDir("ProgramFiles(x86)", "C:", "Program Files (x86)")
	},
	"$PROGRAMDATA": func(m *Machine) string { return m.windowsDir("ProgramData", "C:", "ProgramData") },
}

func (m *Machine) windowsDir(variable string, otherwise ...string) string {
	if dir := m.getenv(variable); dir != "" {
		return dir
	}
	return m.join(otherwise...)
}

// xdg is a directory of the XDG base directory specification, which takes only absolute values from the environment.
func (m *Machine) xdg(variable, otherwise string) string {
	if dir := m.getenv(variable); strings.HasPrefix(dir, "/") {
		return dir
	}
	return m.join(m.home(), otherwise)
}

// expand returns the path that a template stands for, and the part of it that is never removed.
func (m *Machine) expand(template string) (path, base string) {
	base, rest, marked := strings.Cut(template, "//")
	head, tail, _ := strings.Cut(base, "/")
	if dir, ok := bases[head]; ok {
		base = dir(m)
		if tail != "" {
			base = m.join(base, tail)
		}
	}
	if !marked {
		return base, base
	}
	return m.join(base, rest), base
}
