package engine

import (
	"container/heap"
	"time"
)

// timer is one pending setTimeout or one round of a setInterval. Its callback
// stays in JavaScript, under id.
type timer struct {
	realm *Realm
	id    int
	when  time.Duration // on the loop's clock
	order uint64        // of creation, decides between equal times
	index int           // in the queue
}

// timerQueue holds the timers of a loop, the next one first.
type timerQueue struct {
	heap  timerHeap
	order uint64
}

func (q *timerQueue) add(t *timer) {
	q.order++
	t.order = q.order
	heap.Push(&q.heap, t)
}

func (q *timerQueue) remove(t *timer) {
	if t.index >= 0 {
		heap.Remove(&q.heap, t.index)
	}
}

// wait returns how long until the first timer is due, and whether there is one.
func (q *timerQueue) wait(now time.Duration) (time.Duration, bool) {
	if len(q.heap) == 0 {
		return 0, false
	}
	return q.heap[0].when - now, true
}

// due takes the first timer if it is due at now and was created no later than
// the one numbered last.
func (q *timerQueue) due(now time.Duration, last uint64) *timer {
	if len(q.heap) == 0 || q.heap[0].when > now || q.heap[0].order > last {
		return nil
	}
	return heap.Pop(&q.heap).(*timer)
}

// runTimers runs the timers that are due. One that these create waits for the
// tasks queued meanwhile, however short its delay.
func (l *Loop) runTimers() {
	if len(l.timers.heap) == 0 || l.holding {
		return
	}
	now, last := l.now(), l.timers.order
	for !l.closed.Load() {
		t := l.timers.due(now, last)
		if t == nil {
			return
		}
		delete(t.realm.timers, t.id)
		t.realm.fire(t.id)
	}
}

type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].when != h[j].when {
		return h[i].when < h[j].when
	}
	return h[i].order < h[j].order
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}
