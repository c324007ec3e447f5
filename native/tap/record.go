package tap

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Who sends.
const (
	FromBrowser = "browser"
	FromApp     = "app"
)

// The events of a recording.
const (
	Start   = "start"   // the app was started: Format, Version, App, Path, Args, Dir, Process, Redact
	Message = "message" // a whole frame: From, Size, and its body
	Bytes   = "bytes"   // what is no frame: From, Size, Base64, and at its beginning Reason
	Stderr  = "stderr"  // a line of the app's standard error: Text
	End     = "end"     // a direction has ended: From, and Reason where that is not its end of file
	Exit    = "exit"    // the app has exited: Status, or Signal, or Reason where it could not be started
)

const (
	format  = "webport-tap"
	version = 1
)

// Record is one line of a recording. The first is a Start, and the last an Exit, unless the shim was killed.
type Record struct {
	Time  time.Time `json:"time"`
	Event string    `json:"event"`

	Format  string   `json:"format"`  // "webport-tap"
	Version int      `json:"version"` // 1
	App     string   `json:"app"`     // its name
	Path    string   `json:"path"`    // of its executable
	Args    []string `json:"args"`    // as the browser gave them, without the program's name
	Dir     string   `json:"dir"`     // it was started in
	Process int      `json:"process"` // the id of the shim
	Redact  []string `json:"redact"`  // the fields that were redacted, as they were given

	From string `json:"from"` // FromBrowser or FromApp
	Size int    `json:"size"` // in bytes on the wire, without the header of a frame

	// The body of a frame is one of these. None is there where it was withheld: it is no JSON, and fields were redacted.
	Message  json.RawMessage `json:"message"`  // one JSON value, byte for byte
	Text     *string         `json:"text"`     // JSON with line breaks, no JSON, or a line of standard error
	Base64   []byte          `json:"base64"`   // what is not UTF-8
	Redacted int             `json:"redacted"` // how many values were replaced by "[redacted]"
	Withheld bool            `json:"withheld"`

	Reason string `json:"reason"` // see the events
	Status *int   `json:"status"` // of an Exit; nil where the app ended otherwise
	Signal string `json:"signal"` // of an Exit that one caused: "SIGKILL"
}

// Body is what a Message or Bytes had on the wire, without a header, as far as it was recorded.
func (r *Record) Body() []byte {
	switch {
	case r.Message != nil:
		return r.Message
	case r.Text != nil:
		return []byte(*r.Text)
	}
	return r.Base64
}

// Read reads a recording to its end. A last line that is cut, because the shim was killed or still writes it, is left
// out. The error names the line.
func Read(r io.Reader) ([]Record, error) {
	in := bufio.NewReader(r)
	var records []Record
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		record, err := parse(line, n == 1)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		records = append(records, *record)
	}
	if len(records) == 0 {
		return nil, errors.New("no recording: it has no whole line")
	}
	return records, nil
}

// ReadFile is Read for the file called name, whose name is in the error.
func ReadFile(name string) ([]Record, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return records, nil
}

func parse(line []byte, first bool) (*Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, fmt.Errorf("no recording of webport tap: %w", err)
	}
	switch {
	case !first && r.Event == Start, !first && r.Event == "":
		return nil, fmt.Errorf("the event %q is not expected here", r.Event)
	case !first:
	case r.Format != format || r.Event != Start:
		return nil, fmt.Errorf("no recording of webport tap: its first line must have \"format\": %q", format)
	case r.Version != version:
		return nil, fmt.Errorf("a recording of version %d, and this webport knows version %d", r.Version, version)
	}
	return &r, nil
}
