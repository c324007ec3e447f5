package tap

import (
	"os"
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// passedOn are the signals that somebody may send to an app.
var passedOn = []os.Signal{os.Interrupt}

// reachesAll reports whether a signal has reached the app too: a console sends it to all of its programs.
func reachesAll(os.Signal) bool { return true }

// signalOf is "": there are no signals here that end a process.
func signalOf(*os.ProcessState) string { return "" }

// endAs does nothing: the exit status says all.
func endAs(*os.ProcessState) {}

// alive reports whether there is a process with that id.
func alive(id int) bool {
	p, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(id))
	if err != nil {
		return false
	}
	defer windows.CloseHandle(p)
	event, err := windows.WaitForSingleObject(p, 0)
	return err == nil && event == uint32(windows.WAIT_TIMEOUT)
}

// startTied starts an app that is killed when this program is: by a job, which ends with its last handle. The channel is
// closed when the app has exited.
func startTied(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	_ = tie(cmd.Process.Pid) // without it the app ends at the end of its input, as most do
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // ProcessState has it
		close(done)
	}()
	return done, nil
}

func tie(id int) error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	// What the app starts is not of the job, as it is not killed with the app by a browser.
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | windows.JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK
	if _, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		return err
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(id))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.AssignProcessToJobObject(job, process) // job stays open as long as this program runs
}
