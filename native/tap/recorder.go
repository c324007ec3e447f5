package tap

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// recorder writes a recording. Each record is one write, so that nothing is lost with the process. After an error it
// writes nothing more: what passes is worth more than its recording.
type recorder struct {
	redact Fields

	mu     sync.Mutex // guards following
	file   *os.File
	line   []byte
	failed func(error) // called once
	err    error
}

// newRecorder creates a file in dir for a start of the app.
func newRecorder(dir string, start *Record, redact Fields, failed func(error)) *recorder {
	r := &recorder{redact: redact, failed: failed}
	name := fmt.Sprintf("%s-%s-%d.jsonl", start.App, start.Time.UTC().Format("20060102-150405.000"), start.Process)
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		r.fail(err)
		return r
	}
	r.file = file
	line, err := json.Marshal(struct {
		Format  string    `json:"format"`
		Version int       `json:"version"`
		Time    time.Time `json:"time"`
		Event   string    `json:"event"`
		App     string    `json:"app"`
		Path    string    `json:"path"`
		Args    []string  `json:"args"`
		Dir     string    `json:"dir"`
		Process int       `json:"process"`
		Redact  []string  `json:"redact,omitempty"`
	}{format, version, start.Time, Start, start.App, start.Path, start.Args, start.Dir, start.Process, redact.texts})
	if err != nil {
		r.fail(err)
		return r
	}
	r.write(append(line, '\n'))
	return r
}

func (r *recorder) fail(err error) {
	if r.err == nil {
		r.err = err
		r.failed(fmt.Errorf("recording stops here: %w", err))
	}
}

// write writes one line; r.mu is locked, or nobody else has r yet.
func (r *recorder) write(line []byte) {
	if r.err != nil {
		return
	}
	if _, err := r.file.Write(line); err != nil {
		r.fail(err)
	}
}

// add writes one record: the time, the event, and what members appends, which begins with a comma.
func (r *recorder) add(event string, members func(b []byte) []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return
	}
	b := append(r.line[:0], `{"time":"`...)
	b = time.Now().UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","event":"`...)
	b = append(b, event...)
	b = append(b, '"')
	b = append(members(b), "}\n"...)
	r.write(b)
	if cap(b) <= 256<<10 {
		r.line = b
	}
}

func appendFrom(b []byte, from string, size int) []byte {
	b = append(append(b, `,"from":"`...), from...)
	return strconv.AppendInt(append(b, `","size":`...), int64(size), 10)
}

// message records the body of a frame.
func (r *recorder) message(from string, body []byte) {
	r.add(Message, func(b []byte) []byte {
		b = appendFrom(b, from, len(body))
		shown, count, valid := body, 0, isJSON(body)
		if len(r.redact.rules) > 0 {
			var err error
			if valid {
				shown, count, err = r.redact.apply(body)
			}
			if !valid || err != nil {
				return append(b, `,"withheld":true`...)
			}
		}
		if count > 0 {
			b = strconv.AppendInt(append(b, `,"redacted":`...), int64(count), 10)
		}
		switch {
		case valid && bytes.IndexByte(shown, '\n') < 0 && bytes.IndexByte(shown, '\r') < 0 && !isSpaced(shown) && !isDeepest(shown):
			return append(append(b, `,"message":`...), shown...)
		case utf8.Valid(shown):
			return appendText(b, shown)
		}
		return appendBase64(b, shown)
	})
}

// isJSON reports whether body is one JSON value in UTF-8.
func isJSON(body []byte) bool {
	return jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) && utf8.Valid(body)
}

// isSpaced reports whether body has space around its value, which would be lost beside a member's name.
func isSpaced(body []byte) bool { return len(bytes.TrimSpace(body)) != len(body) }

// isDeepest reports whether body, which is JSON, is as deep as JSON is taken, so that a record around it would be too deep
// to be read again.
func isDeepest(body []byte) bool {
	const deepest = 10_000 // in encoding/json as in jsontext
	if bytes.Count(body, []byte("["))+bytes.Count(body, []byte("{")) < deepest {
		return false
	}
	return !isJSON(slices.Concat([]byte("["), body, []byte("]")))
}

func appendText(b, text []byte) []byte {
	b = append(b, `,"text":`...)
	quoted, err := jsontext.AppendQuote(b, text)
	if err != nil { // it is not UTF-8
		quoted, _ = jsontext.AppendQuote(b, bytes.ToValidUTF8(text, []byte("\ufffd")))
	}
	return quoted
}

func appendBase64(b, data []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(b, `,"base64":"`...), data), '"')
}

// bytes records what is no frame.
func (r *recorder) bytes(from string, data []byte, reason string) {
	r.add(Bytes, func(b []byte) []byte {
		b = appendFrom(b, from, len(data))
		if len(r.redact.rules) > 0 {
			b = append(b, `,"withheld":true`...)
		} else {
			b = appendBase64(b, data)
		}
		return appendReason(b, reason)
	})
}

func appendReason(b []byte, reason string) []byte {
	if reason == "" {
		return b
	}
	b, _ = jsontext.AppendQuote(append(b, `,"reason":`...), bytes.ToValidUTF8([]byte(reason), []byte("\ufffd")))
	return b
}

func (r *recorder) stderr(line []byte) {
	r.add(Stderr, func(b []byte) []byte { return appendText(b, line) })
}

// end records that nothing comes any more from there; reason is "" at the end of the file.
func (r *recorder) end(from, reason string) {
	r.add(End, func(b []byte) []byte {
		b = append(append(append(b, `,"from":"`...), from...), '"')
		return appendReason(b, reason)
	})
}

// exit records how the app ended, and ends the recording.
func (r *recorder) exit(state *os.ProcessState, startErr error) {
	r.add(Exit, func(b []byte) []byte {
		switch {
		case startErr != nil:
			return appendReason(b, startErr.Error())
		case signalOf(state) != "":
			return append(append(append(b, `,"signal":"`...), signalOf(state)...), '"')
		}
		return strconv.AppendInt(append(b, `,"status":`...), int64(state.ExitCode()), 10)
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = os.ErrClosed
		r.file.Close()
	}
}
