package headless

import (
	"errors"
	"sync"
)

// driver does what happens to one tab or to one extension, one thing after the other, on a goroutine of its own:
// scripts ask for it and go on, callers from Go wait for it.
type driver struct {
	mu     sync.Mutex // guards following
	queue  []func()
	posts  uint64 // how many there were, to see whether anything happens
	ending bool   // nothing more is taken

	wake chan struct{}
	done chan struct{} // closed when the goroutine is gone
}

var errClosed = errors.New("it is closed")

func newDriver() *driver {
	d := &driver{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go d.run()
	return d
}

func (d *driver) run() {
	defer close(d.done)
	for range d.wake {
		for {
			d.mu.Lock()
			if len(d.queue) == 0 {
				ending := d.ending
				d.mu.Unlock()
				if ending {
					return
				}
				break
			}
			job := d.queue[0]
			d.queue[0], d.queue = nil, d.queue[1:]
			d.mu.Unlock()
			job()
		}
	}
}

// post queues a job and never blocks. It reports false when the driver ends: the job will not be done.
func (d *driver) post(job func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending {
		return false
	}
	d.queue = append(d.queue, job)
	d.posts++
	d.signal()
	return true
}

func (d *driver) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// do queues a job and waits until it is done. Neither a job nor a task of a loop may call it.
func (d *driver) do(job func() error) error {
	result := make(chan error, 1)
	if !d.post(func() { result <- job() }) {
		return errClosed
	}
	return <-result
}

// end takes no more jobs; those queued are done. A job may call it; stop waits too.
func (d *driver) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ending = true
	d.signal()
}

func (d *driver) stop() {
	d.end()
	<-d.done
}

// posted is how many jobs were ever queued.
func (d *driver) posted() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.posts
}
