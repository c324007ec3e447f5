package doctor

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/webport/webport/native/manifest"
)

// path holds that the executable is there: step Path.
func (e *examination) path() bool {
	path := e.manifest.Path
	e.file = path
	if below := e.options.Machine.Local(path); below != path {
		if _, err := os.Stat(below); err == nil {
			e.file = below
		}
	}
	info, err := os.Stat(e.file)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return e.report(Step{State: Failed, Found: path, Reason: err.Error(), Mend: "let this user into the directory: chmod a+x " + quote(closedAbove(e.file))})
	case err != nil:
		return e.report(Step{State: Failed, Found: path, Reason: err.Error(), Mend: "put the app there, or: " + e.installOf("")})
	case info.IsDir():
		return e.report(Step{State: Failed, Found: path, Reason: "it is a directory", Mend: e.installOf("")})
	}
	return e.report(Step{State: OK, Found: e.file})
}

// executable holds that it may be run: step Executable.
func (e *examination) executable() bool {
	info, err := os.Stat(e.file)
	switch {
	case err != nil:
		return e.report(Step{State: Failed, Reason: err.Error()})
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return e.report(Step{State: Failed, Found: info.Mode().String(), Reason: "nobody may run it", Mend: "chmod +x " + quote(e.file)})
	}
	if runtime.GOOS != "windows" {
		if _, err := exec.LookPath(e.file); errors.Is(err, fs.ErrPermission) {
			return e.report(Step{State: Failed, Found: info.Mode().String(), Reason: "this user may not run it", Mend: "chmod a+x " + quote(e.file)})
		}
	}
	return e.report(Step{State: OK, Found: info.Mode().String()})
}

// interpreter holds that something here can run it: step Interpreter.
func (e *examination) interpreter() bool {
	found, mend, err := inspect(e.file)
	if err != nil {
		return e.report(Step{State: Failed, Found: found, Reason: err.Error(), Mend: mend})
	}
	return e.report(Step{State: OK, Found: found})
}

// inspect returns what kind of program is in file, and if this machine cannot run it, why and what mends it.
func inspect(file string) (found, mend string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "a program that may not be read", "", nil // it may be run all the same
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", "", err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("#!")):
		line, _, _ := bytes.Cut(head[2:], []byte("\n"))
		return script(string(line), file)
	case bytes.HasPrefix(head, []byte(elf.ELFMAG)):
		return elfProgram(f)
	case bytes.HasPrefix(head, []byte("MZ")):
		return peProgram(f)
	case len(head) >= 4 && slices.Contains([]string{"\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xca\xfe\xba\xbe"}, string(head[:4])):
		return machoProgram(f)
	case runtime.GOOS == "windows":
		return windowsScript(file)
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf#!")):
		return "a script", "save the file without byte order mark", errors.New("a byte order mark comes before #!, so that the system does not see it")
	case len(head) == 0:
		return "an empty file", "build the app again", errors.New("there is nothing to run")
	}
	return "neither a program nor a script with #!", "begin the file with a line such as #!/usr/bin/env python3", errors.New("the system does not know how to run it")
}

// script holds that the interpreter on the first line is there.
func script(line, file string) (found, mend string, err error) {
	found = "#!" + strings.TrimSuffix(line, "\r")
	if strings.HasSuffix(line, "\r") {
		return found, "sed -i 's/\\r$//' " + quote(file), errors.New(`the first line ends with a carriage return, which becomes part of the interpreter's name`)
	}
	words := strings.Fields(line)
	if len(words) == 0 {
		return found, "name an interpreter after #!", errors.New("no interpreter is named")
	}
	// Before Linux 5.1 it was 127 bytes (fs/binfmt_script.c).
	const longest = 255
	if end := len("#!") + strings.Index(line, words[0]) + len(words[0]); runtime.GOOS == "linux" && end > longest {
		return found, "make a symbolic link to it with a shorter path, and name that on the first line",
			fmt.Errorf("the interpreter's name ends %d bytes into the file, and Linux reads %d", end, longest)
	}
	interpreter := words[0]
	if !filepath.IsAbs(interpreter) {
		interpreter = filepath.Join(filepath.Dir(file), interpreter) // browsers start the app there
	}
	if info, err := os.Stat(interpreter); err != nil {
		return found, "install " + words[0] + ", or name another on the first line", fmt.Errorf("the interpreter is not there: %w", err)
	} else if info.IsDir() || info.Mode()&0o111 == 0 {
		return found, "name another on the first line", fmt.Errorf("the interpreter %s is not executable", interpreter)
	}
	if filepath.Base(interpreter) != "env" {
		return found, "", nil
	}
	if runtime.GOOS != "darwin" && len(words) > 2 && !splitString.MatchString(words[1]) {
		rest := strings.Join(words[1:], " ")
		return found, "begin the file with #!" + words[0] + " -S " + rest, fmt.Errorf("the system gives env all that follows as one word, %q", rest)
	}
	program := envProgram(words[1:])
	if program == "" {
		return found, "name a program after env", errors.New("env is given no program")
	}
	if strings.Contains(program, "/") && !filepath.IsAbs(program) {
		program = filepath.Join(filepath.Dir(file), program)
	}
	where, err := exec.LookPath(program)
	if err != nil {
		return found, "install " + program + ", or name it with its whole path on the first line", err
	}
	return found + " (" + where + ", by the PATH of this program; a browser may have another)", "", nil
}

// splitString matches the option by which env splits a word, and the first part of it where that is written to it.
var splitString = regexp.MustCompile(`^(?:-[iv0]*S|--split-string=?)(.*)$`)

// envProgram returns what env is to run when it is given words, "" for nothing: what comes behind options and variables.
func envProgram(words []string) string {
	if len(words) > 0 {
		if option := splitString.FindStringSubmatch(words[0]); option != nil {
			words = append([]string{option[1]}, words[1:]...)
		}
	}
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == "-u", word == "--unset", word == "-C", word == "--chdir":
			i++ // its argument
		case word != "" && !strings.HasPrefix(word, "-") && !strings.Contains(word, "="):
			return word
		}
	}
	return ""
}

var (
	elfMachines = map[string][]elf.Machine{
		"amd64": {elf.EM_X86_64, elf.EM_386}, "386": {elf.EM_386}, "arm64": {elf.EM_AARCH64}, "arm": {elf.EM_ARM},
		"riscv64": {elf.EM_RISCV}, "ppc64le": {elf.EM_PPC64}, "s390x": {elf.EM_S390}, "loong64": {elf.EM_LOONGARCH},
	}
	machoCPUs = map[string][]macho.Cpu{"amd64": {macho.CpuAmd64}, "arm64": {macho.CpuArm64, macho.CpuAmd64}} // with Rosetta
	peCPUs    = map[string][]uint16{
		"amd64": {pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_FILE_MACHINE_I386}, "386": {pe.IMAGE_FILE_MACHINE_I386},
		"arm64": {pe.IMAGE_FILE_MACHINE_ARM64, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_FILE_MACHINE_I386},
	}
)

func elfProgram(f io.ReaderAt) (found, mend string, err error) {
	program, err := elf.NewFile(f)
	if err != nil {
		return "an ELF program", "build the app again", err
	}
	defer program.Close()
	found = "ELF, " + strings.TrimPrefix(program.Machine.String(), "EM_")
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return found, "build it for " + runtime.GOOS, fmt.Errorf("it is a program for Linux or another Unix, and this is %s", runtime.GOOS)
	}
	if known := elfMachines[runtime.GOARCH]; known != nil && !slices.Contains(known, program.Machine) {
		return found, "build it for " + runtime.GOARCH, fmt.Errorf("it is for another processor than this machine's (%s)", runtime.GOARCH)
	}
	for _, segment := range program.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		name, err := io.ReadAll(io.LimitReader(segment.Open(), 4096))
		loader := strings.TrimRight(string(name), "\x00")
		if err != nil {
			return found, "build the app again", err
		}
		if _, err := os.Stat(loader); err != nil {
			return found, "install the libraries it was built with, or build it statically", fmt.Errorf("its loader %s is not there (built for another C library?)", loader)
		}
		found += ", loaded by " + loader
	}
	return found, "", nil
}

func machoProgram(f io.ReaderAt) (found, mend string, err error) {
	var cpus []macho.Cpu
	if fat, fatErr := macho.NewFatFile(f); fatErr == nil {
		for _, arch := range fat.Arches {
			cpus = append(cpus, arch.Cpu)
		}
	} else if program, err := macho.NewFile(f); err == nil {
		cpus = append(cpus, program.Cpu)
	} else {
		return "a Mach-O program", "build the app again", err
	}
	found = fmt.Sprintf("Mach-O, %v", cpus)
	if runtime.GOOS != "darwin" {
		return found, "build it for " + runtime.GOOS, fmt.Errorf("it is a program for macOS, and this is %s", runtime.GOOS)
	}
	if !slices.ContainsFunc(cpus, func(c macho.Cpu) bool { return slices.Contains(machoCPUs[runtime.GOARCH], c) }) {
		return found, "build it for " + runtime.GOARCH, fmt.Errorf("it is for another processor than this machine's (%s)", runtime.GOARCH)
	}
	return found, "", nil
}

func peProgram(f io.ReaderAt) (found, mend string, err error) {
	program, err := pe.NewFile(f)
	if err != nil {
		return "a Windows program", "build the app again", err
	}
	defer program.Close()
	found = fmt.Sprintf("PE, machine %#x", program.Machine)
	if runtime.GOOS != "windows" {
		return found, "build it for " + runtime.GOOS, fmt.Errorf("it is a program for Windows, and this is %s", runtime.GOOS)
	}
	if known := peCPUs[runtime.GOARCH]; known != nil && !slices.Contains(known, program.Machine) {
		return found, "build it for " + runtime.GOARCH, fmt.Errorf("it is for another processor than this machine's (%s)", runtime.GOARCH)
	}
	return found, "", nil
}

func windowsScript(file string) (found, mend string, err error) {
	switch extension := strings.ToLower(filepath.Ext(file)); extension {
	case ".bat", ".cmd":
		return "a batch file", "", nil
	default:
		return "a file " + extension, "install a .bat beside it that starts it", errors.New("it is no program that Windows runs by itself")
	}
}

// confinement says what the browser's package lets it run: step Confinement.
func (e *examination) confinement() bool {
	path, home := e.manifest.Path, e.home()
	below := func(dir string) bool { return strings.HasPrefix(path, dir+"/") }
	const outside = "the steps that follow start the app outside the confinement"
	switch {
	case e.in.Package == manifest.Ordinary:
		return e.report(Step{State: OK, Found: "none"})
	case e.in.Package == manifest.Snap && e.in.Browser.Format == manifest.Firefox:
		return e.report(Step{
			State: Unknown, Found: "the browser asks the desktop portal org.freedesktop.portal.WebExtensions, which starts the app outside",
			Reason: "whether the portal is there and the user allows it is seen in the browser alone", Mend: "if the app is not found: snap install snapd-desktop-integration, and xdg-desktop-portal with WebExtensions (Ubuntu's)",
		})
	case !below(home):
		return e.report(Step{
			State: Failed, Found: path, Reason: "the " + string(e.in.Package) + " does not see the system's directories, only its own and parts of the home directory",
			Mend: "install the browser from a package that is not confined, or the app below " + e.inside(home),
		})
	case below(e.inside(home)):
		return e.report(Step{State: OK, Found: path, Reason: outside})
	case e.in.Package == manifest.Snap && strings.HasPrefix(strings.TrimPrefix(path, home+"/"), "."):
		return e.report(Step{State: Failed, Found: path, Reason: "snaps do not see hidden files of the home directory", Mend: "install the app below " + e.inside(home)})
	}
	mend := "snap connections " + e.in.Browser.Name
	if e.in.Package == manifest.Flatpak {
		mend = "flatpak override --user --filesystem=" + quote(filepath.Dir(path)) + ":ro " + filepath.Base(e.inside(home))
	}
	return e.report(Step{State: Unknown, Found: path, Reason: "whether it may be run depends on the package's permissions; " + outside, Mend: mend})
}

func (e *examination) home() string {
	if m := e.options.Machine; m != nil && m.Home != "" {
		return m.Home
	}
	home, _ := os.UserHomeDir()
	return home
}

// inside is the directory that the browser's package has for itself: ~/snap/NAME or ~/.var/app/ID.
func (e *examination) inside(home string) string {
	for _, l := range e.in.Browser.Locations(e.options.Machine, e.in.Package) {
		rest, ok := strings.CutPrefix(l.Dir, home+"/")
		parts := strings.Split(rest, "/")
		switch {
		case ok && parts[0] == "snap" && len(parts) > 2:
			return filepath.Join(home, parts[0], parts[1])
		case ok && parts[0] == ".var" && len(parts) > 3:
			return filepath.Join(home, parts[0], parts[1], parts[2])
		}
	}
	return home
}
