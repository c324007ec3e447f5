package tap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Gone is the event that [Tap.Follow] makes of a recording without an Exit whose shim is no more: it was killed.
const Gone = "gone"

// pollInterval is how often recordings are looked at. Polling works on every file system.
const pollInterval = 50 * time.Millisecond

// Line is a record as it is written.
type Line struct {
	Recording string // the file
	Start     int    // which start of the app since Install, from 1
	Record    *Record
	Text      []byte // the line of the file, without its end; nil for Gone
}

// follower tells of recordings as they are written.
type follower struct {
	dir, prefix string
	known       map[string]bool
	open        []*followed
	starts      int
}

// followed is a recording that is being written.
type followed struct {
	name    string
	file    *os.File
	start   int
	pending []byte // of a line that is not whole yet
	first   *Record
	ended   bool
}

// newFollower returns a follower of the recordings of app in dir, without those that are there already.
func newFollower(dir, app string) (*follower, error) {
	f := &follower{dir: dir, prefix: app + "-", known: map[string]bool{}}
	names, err := f.names()
	for _, name := range names {
		f.known[name] = true
	}
	return f, err
}

// Follow calls handle with each record of the app's starts since Install, those of one start in their order, until ctx
// ends and all that was written by then was handled, or handle returns an error. It returns that, or why the directory
// cannot be read. It is called once.
func (t *Tap) Follow(ctx context.Context, handle func(Line) error) error {
	return t.follower.follow(ctx, handle)
}

// Running is how many of the starts that Follow has told of have not ended, once it has returned.
func (t *Tap) Running() int { return len(t.follower.open) }

func (f *follower) follow(ctx context.Context, handle func(Line) error) error {
	defer func() {
		for _, r := range f.open {
			r.file.Close()
		}
	}()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		last := ctx.Err() != nil
		if err := f.poll(handle); err != nil || last {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

func (f *follower) names() ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), f.prefix) && strings.HasSuffix(e.Name(), ".jsonl") {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (f *follower) poll(handle func(Line) error) error {
	names, err := f.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if f.known[name] {
			continue
		}
		f.known[name] = true
		file, err := os.Open(filepath.Join(f.dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		f.starts++
		f.open = append(f.open, &followed{name: file.Name(), file: file, start: f.starts})
	}
	going := f.open[:0]
	for _, r := range f.open {
		if err := r.poll(handle); err != nil {
			return err
		}
		if r.ended {
			r.file.Close()
			continue
		}
		going = append(going, r)
	}
	f.open = going
	return nil
}

// poll handles what was written since.
func (r *followed) poll(handle func(Line) error) error {
	gone := r.first != nil && !alive(r.first.Process) // asked before the rest is read
	written, err := io.ReadAll(r.file)
	if err != nil {
		return err
	}
	r.pending = append(r.pending, written...)
	for !r.ended {
		text, rest, whole := bytes.Cut(r.pending, []byte("\n"))
		if !whole {
			break
		}
		r.pending = rest
		record, err := parse(text, r.first == nil)
		if err != nil {
			r.ended = true // it is no recording
			return nil
		}
		if r.first == nil {
			r.first = record
		}
		r.ended = record.Event == Exit
		if err := handle(Line{r.name, r.start, record, text}); err != nil {
			return err
		}
	}
	if gone && !r.ended {
		r.ended = true
		return handle(Line{r.name, r.start, &Record{Time: time.Now(), Event: Gone}, nil})
	}
	return nil
}
