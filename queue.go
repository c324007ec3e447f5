package webport

import "encoding/json"

// DefaultMaxQueue is the bound of a queue whose owner names none, in bytes: it
// holds a few messages of the largest size that Chromium lets pass.
const DefaultMaxQueue = 256 << 20

func queueBound(n int) int {
	if n <= 0 {
		return DefaultMaxQueue
	}
	return n
}

// queue is what one port has not received yet, in order.
type queue struct {
	items []item // items[head:] are queued
	head  int
	bytes int // of the messages in items, or with the endpoint's inbox
}

// item is a message, or the mark of a Flush. Where messages go to the endpoint's
// inbox, there are only marks.
type item struct {
	message json.RawMessage
	mark    *mark
}

// mark stands in a queue behind everything that a Flush waits for.
type mark struct {
	missing int           // marks not passed yet
	lost    bool          // a queue went away with what stood before its mark
	done    chan struct{} // closed when missing is 0
}

func (m *mark) pass(lost bool) {
	m.lost = m.lost || lost
	if m.missing--; m.missing == 0 {
		close(m.done)
	}
}

func (q *queue) empty() bool { return q.head == len(q.items) }

func (q *queue) push(it item) {
	q.bytes += len(it.message)
	if q.items == nil {
		q.items = make([]item, 0, 2)
	}
	if q.head > 0 && len(q.items) == cap(q.items) && q.head >= len(q.items)/2 {
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	q.items = append(q.items, it)
}

// pop removes the first message, which must stand there: see settle and flushes.
func (q *queue) pop() json.RawMessage {
	m := q.items[q.head].message
	q.items[q.head] = item{}
	q.head++
	q.bytes -= len(m)
	q.shrink()
	return m
}

// flushes reports whether a mark stands first: only in the queue of a link, whose
// conn keeps back what was popped before.
func (q *queue) flushes() bool { return !q.empty() && q.items[q.head].mark != nil }

// settle passes the marks that have no message before them any more.
func (q *queue) settle() {
	for q.flushes() {
		q.passFirst()
	}
}

// passFirst passes the mark that stands first.
func (q *queue) passFirst() {
	q.items[q.head].mark.pass(false)
	q.items[q.head] = item{}
	q.head++
	q.shrink()
}

// shrink makes an empty queue small again: a port may idle for long.
func (q *queue) shrink() {
	const keep = 64
	if q.head < len(q.items) {
		return
	}
	q.head = 0
	if cap(q.items) > keep {
		q.items = nil
		return
	}
	q.items = q.items[:0]
}

// drop forgets everything; whoever waits in Flush hears that it is lost.
func (q *queue) drop() {
	for _, it := range q.items[q.head:] {
		if it.mark != nil {
			it.mark.pass(true)
		}
	}
	*q = queue{}
}
