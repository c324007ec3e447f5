package tap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Play plays the app's side of a recording to a browser that writes to r and reads from w: each recorded message of the
// app is sent when the browser has sent as many as had come by then. differ is called where the browser sends something
// else than was recorded; what was redacted does not count. Lines of the app's standard error go to stderr.
//
// It returns the recorded exit status, 0 where there is none, or 1 after a difference or with an error. A browser that
// disconnects earlier is a difference.
func Play(records []Record, r io.Reader, w, stderr io.Writer, differ func(difference string)) (status int, err error) {
	if len(records) == 0 {
		return 1, errors.New("the recording is empty")
	}
	redacted, err := ParseFields(records[0].Redact)
	if err != nil {
		return 1, err
	}
	p := player{in: r, redacted: redacted}
	p.differ = func(format string, args ...any) {
		status = 1
		differ(fmt.Sprintf(format, args...))
	}
	for i := range records {
		record := &records[i]
		switch {
		case record.Event == Stderr:
			fmt.Fprintf(stderr, "%s\n", record.Body())
		case record.Event == Exit:
			if status == 0 && record.Status != nil {
				status = *record.Status
			}
			return status, nil
		case record.From == FromBrowser:
			if !p.hear(record) {
				return status, nil
			}
		default:
			if err := tell(w, record); err != nil {
				return 1, err
			}
		}
	}
	p.hear(&Record{Event: End}) // the recording was cut: stay as long as the browser does
	return status, nil
}

// player hears what the browser sends.
type player struct {
	in       io.Reader
	redacted Fields
	differ   func(format string, args ...any)
	messages int
}

// hear takes from the browser what was recorded, and reports whether it goes on.
func (p *player) hear(recorded *Record) bool {
	switch recorded.Event {
	case Bytes:
		var now bytes.Buffer
		_, err := io.CopyN(&now, p.in, int64(recorded.Size))
		if !recorded.Withheld && !bytes.Equal(now.Bytes(), recorded.Base64) {
			p.differ("recorded was something that is no message, %s, now %s", p.redacted.briefBytes(recorded.Base64), p.redacted.briefBytes(now.Bytes()))
		}
		return err == nil
	case Message:
		body, err := readFrame(p.in)
		p.messages++
		if err != nil {
			p.differ("message %d of the browser did not come (%v); recorded was %s", p.messages, err, p.redacted.brief(recorded.Body()))
			return false
		}
		if recorded.Withheld {
			return true
		}
		for _, d := range differences(recorded.Body(), body, p.redacted, p.redacted) {
			p.differ("message %d of the browser: %s", p.messages, d)
		}
		return true
	}
	for { // End
		body, err := readFrame(p.in)
		if err != nil {
			return true
		}
		p.messages++
		p.differ("message %d of the browser was not recorded: %s", p.messages, p.redacted.brief(body))
	}
}

// readFrame reads one frame. Memory grows with what arrives.
func readFrame(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	var body bytes.Buffer
	_, err := io.CopyN(&body, r, int64(binary.NativeEndian.Uint32(header[:])))
	return body.Bytes(), err
}

// tell sends what the app had sent.
func tell(w io.Writer, record *Record) error {
	if record.Withheld {
		return fmt.Errorf("what the app sent was withheld from the recording, because fields were redacted and it is no JSON")
	}
	var wire []byte
	switch record.Event {
	case Message:
		wire = binary.NativeEndian.AppendUint32(nil, uint32(len(record.Body())))
	case Bytes:
	default:
		return nil
	}
	if _, err := w.Write(append(wire, record.Body()...)); err != nil {
		return fmt.Errorf("write to the browser: %w", err)
	}
	return nil
}
