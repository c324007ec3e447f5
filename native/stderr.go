package native

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/webport/webport"
)

// longestLine is where a line of an app's standard error is cut, in bytes.
const longestLine = 64 << 10

// stderr reads an app's standard error line by line.
type stderr struct {
	file *os.File
	done chan struct{} // closed when nothing is read any more

	mu   sync.Mutex // guards following
	last string
}

// readStderr gives each line of file, which may be nil, to line.
func readStderr(file *os.File, line func(string)) *stderr {
	s := &stderr{file: file, done: make(chan struct{})}
	if file == nil {
		close(s.done)
		return s
	}
	go s.read(line)
	return s
}

func (s *stderr) read(line func(string)) {
	defer close(s.done)
	r := bufio.NewReaderSize(s.file, longestLine)
	for {
		b, err := r.ReadSlice('\n')
		if len(b) > 0 {
			text := string(bytes.TrimRight(b, "\r\n"))
			s.mu.Lock()
			if text != "" {
				s.last = text
			}
			s.mu.Unlock()
			line(text)
		}
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}

func (s *stderr) lastLine() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// stop reads what an app that is gone has left behind and joins the reader, also where a process that the app has
// set free still holds its standard error open.
func (s *stderr) stop() {
	if s.file == nil {
		return
	}
	if s.file.SetReadDeadline(time.Now().Add(exitGrace)) != nil {
		s.file.Close()
	}
	<-s.done
}

func (l *Launcher) stderrOf(application string) func(line string) {
	switch {
	case l.Stderr != nil:
		return func(line string) { l.Stderr(application, line) }
	case l.Dialect == webport.Firefox:
		return func(line string) {
			fmt.Fprintf(os.Stderr, "stderr output from native app %s: %s\n", application, line)
		}
	}
	return nil // the app has our own
}
