package tap

import (
	"encoding/binary"
	"fmt"
)

const (
	headerSize = 4

	// maxFromApp is what browsers accept from an app: they drop the port at one byte more, on the header alone.
	maxFromApp = 1 << 20

	// maxToApp is what Chromium sends to an app. Firefox may send more.
	maxToApp = 64 << 20
)

// splitter finds the frames in one direction of a connection, however it is cut into reads. The zero value with a limit
// is ready.
type splitter struct {
	limit uint32

	// message is called with the body of each frame, and raw with bytes that are no frame: the whole of one that is over
	// the limit, header first and in pieces, and one that was cut. Both may use their argument only until they return.
	message func(body []byte)
	raw     func(bytes []byte, reason string)

	held []byte // of a frame that is not whole yet, its header included
	over int64  // how many bytes of a frame over the limit are still to come
}

// feed takes what was read.
func (s *splitter) feed(chunk []byte) {
	for len(chunk) > 0 {
		switch {
		case s.over > 0:
			n := min(int64(len(chunk)), s.over)
			s.raw(chunk[:n], "")
			s.over -= n
			chunk = chunk[n:]
		case len(s.held) > 0:
			chunk = s.complete(chunk)
		default:
			chunk = s.take(chunk)
		}
	}
}

// take takes the frame at the beginning of chunk, without a copy where it is whole, and returns the rest.
func (s *splitter) take(chunk []byte) []byte {
	if len(chunk) < headerSize {
		s.held = append(s.held[:0], chunk...)
		return nil
	}
	size := binary.NativeEndian.Uint32(chunk)
	if size > s.limit {
		n := int(min(int64(len(chunk)), headerSize+int64(size)))
		s.tooLarge(chunk[:n], size)
		return chunk[n:]
	}
	whole := headerSize + int(size)
	if len(chunk) < whole {
		s.held = append(s.held[:0], chunk...)
		return nil
	}
	s.message(chunk[headerSize:whole])
	return chunk[whole:]
}

// complete adds to the frame that is held what it lacks, and returns the rest of chunk.
func (s *splitter) complete(chunk []byte) []byte {
	if n := headerSize - len(s.held); n > 0 {
		n = min(n, len(chunk))
		s.held = append(s.held, chunk[:n]...)
		chunk = chunk[n:]
		if len(s.held) < headerSize {
			return chunk
		}
	}
	size := binary.NativeEndian.Uint32(s.held)
	if size > s.limit {
		s.tooLarge(s.held, size)
		s.held = s.held[:0]
		return chunk
	}
	n := min(headerSize+int(size)-len(s.held), len(chunk))
	s.held = append(s.held, chunk[:n]...)
	if len(s.held) == headerSize+int(size) {
		s.message(s.held[headerSize:])
		s.release()
	}
	return chunk[n:]
}

// release makes the buffer free for the next frame, and drops one that was large.
func (s *splitter) release() {
	const keep = 256 << 10
	if cap(s.held) > keep {
		s.held = nil
	}
	s.held = s.held[:0]
}

// tooLarge reports what has come of a frame over the limit: its header, and perhaps more.
func (s *splitter) tooLarge(come []byte, size uint32) {
	s.over = headerSize + int64(size) - int64(len(come))
	s.raw(come, fmt.Sprintf("a length of %d bytes, where browsers take at most %d", size, s.limit))
}

// end reports what is left of a frame that was cut by the end.
func (s *splitter) end() {
	if len(s.held) == 0 {
		return
	}
	reason := fmt.Sprintf("the stream ended after %d of the %d bytes of a length", len(s.held), headerSize)
	if len(s.held) >= headerSize {
		reason = fmt.Sprintf("the stream ended after %d of the %d bytes of a message",
			len(s.held)-headerSize, binary.NativeEndian.Uint32(s.held))
	}
	s.raw(s.held, reason)
	s.held = nil
}
