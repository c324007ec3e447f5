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

// patience is how long messages may be kept back in the hope of more, and how long nobody need read before the port does.
// Neither ever takes twice as long.
const patience = time.Millisecond

// stream carries messages over two streams of bytes: what both ends of native messaging have in common. It has the
// methods of webport.StreamConn that are the same for both.
type stream struct {
	in       frameReader
	r        io.Reader
	pipe     *pipeReader   // r, if a read of it can be interrupted
	untended chan struct{} // nil if none can
	more     atomic.Bool   // a whole message stands in in

	// What tick looks at, to see whether anybody reads.
	waiting atomic.Bool // somebody waits for bytes
	read    atomic.Bool // next has returned since the last tick
	armed   atomic.Bool // tick is to come
	timer   *time.Timer
	stopped atomic.Bool

	flushing atomic.Bool // by tick
	kept     atomic.Bool // out has something
	sent     atomic.Bool // something of it has gone since the last tick

	writing sync.Mutex // guards following
	out     frameWriter
	try     *tryWriter // of out's stream; nil if what goes at once cannot be known
	err     error      // of the first write that failed, as failed has it

	failed func(error) error // called once, by who holds the lock for writing
}

// newStream reads frames of at most limit bytes from r and writes to w. Its failed must be set, and it must be stopped.
func newStream(r io.Reader, limit int64, w io.Writer) *stream {
	s := &stream{r: r, out: frameWriter{w: w}}
	s.in = frameReader{r: readFunc(s.readBytes), limit: limit}
	s.try = newTryWriter(w)
	if s.pipe = newPipeReader(r); s.pipe != nil {
		s.untended = make(chan struct{}, 1)
		s.pipe.waits = s.waits
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
	body, err := s.in.next()
	set(&s.more, s.in.ready())
	set(&s.read, true)
	s.arm()
	if err != nil && s.pipe != nil && errors.Is(err, os.ErrDeadlineExceeded) && !s.stopped.Load() {
		s.pipe.resume()
		if s.stopped.Load() {
			return nil, err
		}
		return nil, nil
	}
	return body, err
}

// set stores v only where it is another: a store costs as much as a lock.
func set(b *atomic.Bool, v bool) {
	if b.Load() != v {
		b.Store(v)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(b []byte) (int, error) { return f(b) }

// readBytes is where in reads.
func (s *stream) readBytes(b []byte) (n int, err error) {
	if s.pipe != nil {
		n, err = s.pipe.Read(b)
	} else {
		s.waits()
		n, err = s.r.Read(b)
	}
	set(&s.waiting, false)
	return n, err
}

// waits is called before a read that may wait. Whoever is there answers first.
func (s *stream) waits() {
	s.waiting.Store(true)
	s.tryFlush()
}

// Interrupt implements webport.StreamConn.
func (s *stream) Interrupt() {
	if s.pipe != nil {
		s.pipe.interrupt()
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
	if read := s.read.Swap(false); !s.waiting.Load() {
		if read {
			s.arm()
		} else {
			select {
			case s.untended <- struct{}{}:
			default:
			}
		}
	}
	if s.sent.Swap(false) && s.kept.Load() {
		s.arm() // what is kept now may well go as that went
		return
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
	if s.try == nil || headerSize+len(m) > pipeSize || !s.writing.TryLock() {
		return false
	}
	defer s.writing.Unlock()
	if !s.out.fits(m) {
		s.flushWhatGoes()
	}
	if s.err != nil || !s.out.fits(m) {
		return false
	}
	s.out.add(m) // which fits, and so is only kept
	if s.more.Load() {
		s.wrote(nil)
	} else {
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
	rest := s.kept.Load()
	set(&s.sent, !rest)
	if rest { // it waits for whoever reads, and not for more to send
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
	set(&s.kept, kept)
	if kept {
		s.arm()
	}
}
