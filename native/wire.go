package native

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/webport/webport"
)

// The wire of native messaging, the same in every browser: a frame is the length of its body, four bytes in the
// byte order of the machine, and the body, one JSON value in UTF-8.
const (
	headerSize = 4

	// maxFromApp is what a browser accepts from an app: Chromium and Firefox drop the port at one byte more.
	maxFromApp = 1 << 20

	// maxToApp is what Chromium sends to an app. Firefox has no limit of its own below 4 GiB; an app that reads
	// a larger length has more likely met a peer that does not speak the protocol.
	maxToApp = 64 << 20

	// pipeSize is the capacity of a pipe on Linux, and so the most that can arrive in one read.
	pipeSize   = 64 << 10
	bufferSize = pipeSize + headerSize

	// slabSize is the memory that small messages share.
	slabSize = 512
)

// errCut is wrapped by the error for a stream that ended inside a frame.
var errCut = errors.New("the stream ended inside a frame")

// frameReader takes frames off a stream, however the stream is split. It is used by one goroutine at a time.
// The zero value of buf is ready; small frames share it, so that one read can bring many.
type frameReader struct {
	r          io.Reader
	limit      int64 // largest body in bytes
	buf        []byte
	start, end int // buf[start:end] has been read and not yet taken

	slab []byte // room for small bodies

	body []byte // of a frame that is larger than buf, while it comes
	have int    // of it
	size int
}

// ready reports whether next need not read.
func (f *frameReader) ready() bool {
	have := f.end - f.start
	if have < headerSize || f.body != nil {
		return false
	}
	size := int64(binary.NativeEndian.Uint32(f.buf[f.start:]))
	return headerSize+size <= int64(have) || size > f.limit
}

// next returns the body of the next frame, unchecked and owned by the caller. It returns io.EOF where the stream
// ends between frames, an error that wraps errCut where it ends inside one, and, on the header alone, one that wraps
// a *webport.TooLargeError where the body would be over the limit. After any other error of the stream it can be called
// again, and goes on where it was.
func (f *frameReader) next() ([]byte, error) {
	if f.body != nil {
		return f.large()
	}
	if err := f.fill(headerSize); err != nil {
		return nil, f.cutHeader(err)
	}
	size := int64(binary.NativeEndian.Uint32(f.buf[f.start:]))
	if size > f.limit {
		return nil, f.tooLarge(size)
	}
	if headerSize+size > bufferSize {
		f.start += headerSize
		f.beginLarge(int(size))
		return f.large()
	}
	if err := f.fill(headerSize + int(size)); err != nil {
		return nil, cutBody(err, f.end-f.start-headerSize, size)
	}
	from := f.start + headerSize
	body := f.room(int(size))
	copy(body, f.buf[from:])
	f.start = from + int(size)
	return body, nil
}

// room returns memory for a body. Small ones share it, which saves a third of what they cost, and one that is kept
// keeps no more than slabSize.
func (f *frameReader) room(size int) []byte {
	if size > slabSize/4 {
		return make([]byte, size)
	}
	if f.slab == nil || len(f.slab) < size {
		f.slab = make([]byte, slabSize)
	}
	body := f.slab[:size:size]
	f.slab = f.slab[size:]
	return body
}

// fill reads until n bytes, at most bufferSize, are in the buffer.
func (f *frameReader) fill(n int) error {
	if f.end-f.start >= n {
		return nil
	}
	if f.buf == nil {
		f.buf = make([]byte, bufferSize)
	}
	f.end = copy(f.buf, f.buf[f.start:f.end])
	f.start = 0
	for idle := 0; f.end < n; idle++ {
		k, err := f.r.Read(f.buf[f.end:])
		f.end += k
		switch {
		case f.end >= n:
			return nil
		case err != nil:
			return err
		case k > 0:
			idle = 0
		case idle == 100:
			return io.ErrNoProgress
		}
	}
	return nil
}

// beginLarge makes room for a body that is larger than the buffer, which is read straight into memory of its own. That
// memory grows with what arrives, so that a header alone cannot make the reader claim 64 MiB.
func (f *frameReader) beginLarge(size int) {
	f.body, f.size = make([]byte, min(size, maxFromApp)), size
	f.have = copy(f.body, f.buf[f.start:f.end])
	f.start += f.have
}

func (f *frameReader) large() ([]byte, error) {
	for {
		n, err := io.ReadFull(f.r, f.body[f.have:])
		f.have += n
		switch {
		case f.have == f.size:
			body := f.body
			f.body = nil
			return body, nil
		case err == io.ErrUnexpectedEOF:
			return nil, cutBody(io.EOF, f.have, int64(f.size))
		case err != nil:
			return nil, cutBody(err, f.have, int64(f.size))
		}
		grown := make([]byte, min(f.size, 2*len(f.body)))
		copy(grown, f.body)
		f.body = grown
	}
}

func (f *frameReader) cutHeader(err error) error {
	have := f.buf[f.start:f.end]
	if err != io.EOF || len(have) == 0 {
		return err
	}
	return fmt.Errorf("%w: after %d of the %d bytes of its length (%s)", errCut, len(have), headerSize, quote(have))
}

func cutBody(err error, have int, size int64) error {
	if err != io.EOF {
		return err
	}
	return fmt.Errorf("%w: after %d of %d bytes", errCut, have, size)
}

func (f *frameReader) tooLarge(size int64) error {
	err := &webport.TooLargeError{Size: size, Limit: f.limit}
	if got := f.buf[f.start:f.end]; looksLikeText(got) {
		return fmt.Errorf("%w (these bytes look like text, not like the length of a message: %s)", err, quote(got))
	}
	return err
}

// looksLikeText reports whether what stands where a length should be is something that was printed. A real length
// under 2^24, more than any browser accepts from an app, has a zero byte among its four.
func looksLikeText(b []byte) bool {
	for _, c := range b[:headerSize] {
		if (c < ' ' || c > '~') && !strings.ContainsRune("\n\r\t\x1b", rune(c)) {
			return false
		}
	}
	return true
}

// quote renders the beginning of what arrived for an error.
func quote(b []byte) string {
	const most = 40
	if len(b) <= most {
		return strconv.Quote(string(b))
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(b[cut]) {
		cut--
	}
	return strconv.Quote(string(b[:cut]) + "…")
}

// checkBody reports how body is not exactly one JSON value in UTF-8, and nil where it is.
func checkBody(body []byte) error {
	if len(body) == 0 {
		return errors.New("an empty message, which is no JSON (Firefox sends one where a script posts undefined)")
	}
	if err := webport.CheckMessage(body); err != nil {
		return fmt.Errorf("a message of %d bytes that is not one JSON value (%w): %s", len(body), err, quote(body))
	}
	return nil
}

// frameWriter puts frames on a stream. It is used by one goroutine at a time.
type frameWriter struct {
	w   io.Writer
	buf []byte
}

// fits reports whether add would write nothing.
func (f *frameWriter) fits(msg json.RawMessage) bool {
	return len(f.buf)+headerSize+len(msg) <= bufferSize
}

// add appends a frame to what the next flush writes. A message larger than the buffer is written at once, after all
// that was added before it.
func (f *frameWriter) add(msg json.RawMessage) error {
	if !f.fits(msg) {
		if err := f.flush(); err != nil {
			return err
		}
	}
	rest := f.begin(msg)
	if len(rest) == 0 {
		return nil
	}
	if err := f.flush(); err != nil {
		return err
	}
	return writeAll(f.w, rest)
}

// begin appends the header of a frame, and of its body what fits, to what the next flush writes, and returns the rest
// of the body. The header never travels alone: the reader at the other end would be woken twice.
func (f *frameWriter) begin(msg json.RawMessage) (rest json.RawMessage) {
	if f.buf == nil {
		f.buf = make([]byte, 0, bufferSize)
	}
	f.buf = binary.NativeEndian.AppendUint32(f.buf, uint32(len(msg)))
	head := min(len(msg), bufferSize-len(f.buf))
	f.buf = append(f.buf, msg[:head]...)
	return msg[head:]
}

// drop takes away n bytes that were written in another way.
func (f *frameWriter) drop(n int) {
	f.buf = f.buf[:copy(f.buf, f.buf[n:])]
}

// flush writes what was added. After an error the stream is torn and no frame may follow.
func (f *frameWriter) flush() error {
	if len(f.buf) == 0 {
		return nil
	}
	err := writeAll(f.w, f.buf)
	f.buf = f.buf[:0]
	return err
}

func writeAll(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		return io.ErrShortWrite
	}
	return err
}
