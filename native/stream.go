package native

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long messages are kept back in the hope of more, and how long nobody need read before the port does.
const patience = time.Millisecond

// stream carries messages over two streams of bytes: what both ends of native messaging have in common. It has the
// methods of webport.StreamConn that are the same for both.
type stream struct {
	in       frameReader
	file     *os.File      // in.r, if a read of it can be interrupted
	untended chan struct{} // nil if none can
	more     atomic.Bool   // a whole message stands in in

	// What tick looks at, to see whether anybody reads.
	reading atomic.Bool   // somebody waits for bytes
	reads   atomic.Uint32 // how often next has returned
	seen    atomic.Uint32 // what reads was then
	armed   atomic.Bool   // tick is to come
	timer   *time.Timer
	stopped atomic.Bool

	flushing atomic.Bool // by tick
	kept     atomic.Bool // out has something

	writing sync.Mutex // guards following
	out     frameWriter
	try     *tryWriter // of out's stream; nil if what goes at once cannot be known
	err     error      // of the first write that failed, as failed has it

	failed func(error) error // called once, by who holds the lock for writing
}

// newStream reads frames of at most limit bytes from r and writes to w. Its failed must be set, and it must be stopped.
func newStream(r io.Reader, limit int64, w io.Writer) *stream {
	s := &stream{in: frameReader{r: r, limit: limit}, out: frameWriter{w: w}}
	if f, ok := w.(*os.File); ok {
		s.try = newTryWriter(f)
	}
	if f, ok := r.(*os.File); ok && f.SetReadDeadline(time.Time{}) == nil {
		s.file, s.untended = f, make(chan struct{}, 1)
		s.in.r = newPipeReader(f)
	}
	s.timer = time.AfterFunc(time.Hour, s.tick) // armed by the first message
	return s
}

// stop ends what goes on by itself.
func (s *stream) stop() {
	s.stopped.Store(true)
	s.timer.Stop()
}

// next returns the body of the next frame as frameReader.next, or nil and no error after Interrupt.
func (s *stream) next() (json.RawMessage, error) {
	wait := !s.in.ready()
	if wait {
		s.reading.Store(true)
		s.tryFlush() // whoever is there answers before it waits
	}
	body, err := s.in.next()
	if more := s.in.ready(); more != s.more.Load() {
		s.more.Store(more)
	}
	s.reads.Add(1)
	if wait {
		s.reading.Store(false)
	}
	s.arm()
	if err != nil && errors.Is(err, os.ErrDeadlineExceeded) && !s.stopped.Load() {
		s.file.SetReadDeadline(time.Time{})
		if s.stopped.Load() {
			return nil, err
		}
		return nil, nil
	}
	return body, err
}

// Interrupt implements webport.StreamConn.
func (s *stream) Interrupt() {
	if s.file != nil {
		s.file.SetReadDeadline(time.Unix(1, 0))
	}
}

// Untended implements webport.StreamConn.
func (s *stream) Untended() <-chan struct{} { return s.untended }

// arm lets tick come, if it is not to come anyway.
func (s *stream) arm() {
	if !s.armed.Load() && s.armed.CompareAndSwap(false, true) {
		s.timer.Reset(patience)
	}
}

// tick sends what was kept back and tells when nobody has read since the last one. It comes every millisecond while
// messages do, and not while somebody waits for one: a timer for each message would cost more than the rest.
func (s *stream) tick() {
	if s.stopped.Load() {
		return
	}
	s.armed.Store(false)
	if n := s.reads.Load(); !s.reading.Load() {
		if s.seen.Swap(n) != n {
			s.arm()
		} else {
			select {
			case s.untended <- struct{}{}:
			default:
			}
		}
	}
	for s.kept.Load() && s.flushing.CompareAndSwap(false, true) {
		s.Flush()
		s.flushing.Store(false)
	}
}

// WriteMessage implements webport.Conn.
func (s *stream) WriteMessage(m json.RawMessage) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.err == nil {
		s.wrote(s.out.add(m))
	}
	return s.err
}

// Flush implements webport.StreamConn.
func (s *stream) Flush() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.err == nil {
		s.wrote(s.out.flush())
	}
	return s.err
}

// TryWrite implements webport.StreamConn. Answers to messages that came together go together: while more of them stand
// in the buffer they are kept back.
func (s *stream) TryWrite(m json.RawMessage) bool {
	if s.try == nil || headerSize+len(m) > bufferSize || !s.writing.TryLock() {
		return false
	}
	defer s.writing.Unlock()
	if !s.out.fits(m) {
		s.flushWhatGoes()
	}
	if s.err != nil || !s.out.fits(m) {
		return false
	}
	s.wrote(s.out.add(m))
	if !s.more.Load() {
		s.flushWhatGoes()
	}
	return true
}

// tryFlush is Flush as far as it goes without waiting. The rest goes by itself.
func (s *stream) tryFlush() {
	if s.try != nil && s.kept.Load() && s.writing.TryLock() {
		s.flushWhatGoes()
		s.writing.Unlock()
	}
}

// flushWhatGoes is tryFlush for who writes already.
func (s *stream) flushWhatGoes() {
	n, err := s.try.write(s.out.buf)
	s.out.drop(n)
	s.wrote(err)
	if s.kept.Load() { // the rest waits for whoever reads, and not for more to send
		s.armed.Store(true)
		s.timer.Reset(0)
	}
}

// wrote notes how a write went. Its caller holds the lock for writing.
func (s *stream) wrote(err error) {
	if err != nil && s.err == nil {
		s.err = s.failed(err)
		s.out.buf = nil // the stream is torn
	}
	kept := len(s.out.buf) > 0
	if kept != s.kept.Load() {
		s.kept.Store(kept)
	}
	if kept {
		s.arm()
	}
}
