package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/webport/webport"
	"github.com/webport/webport/headless"
	"github.com/webport/webport/jshost"
	"github.com/webport/webport/native"
)

const (
	// expectTime is how long expect waits.
	expectTime = 5 * time.Second
	// settleTime bounds how long the effects of a command are waited for, where scripts never come to rest.
	settleTime = time.Second
	// endTime bounds the same at the end of piped commands, and quietTime is how long nothing must have been printed.
	endTime, quietTime = 5 * time.Second, 300 * time.Millisecond
)

// session is a browser with its extensions, and what shows what happens there.
type session struct {
	browser    *headless.Browser
	printer    *printer
	extensions []*headless.Extension
	files      fileNames
	threw      atomic.Int64   // how many errors of scripts nobody caught
	tabs       map[int]string // the URLs that were shown, by number
	opened     int            // the highest number
	end        func() error   // closes the browser, once; whoever calls it later waits too
}

// startSession starts the extensions. The error says which did not load.
func startSession(ctx context.Context, o *runOptions, extensions []*headless.Extension, p *printer) (*session, error) {
	s := &session{printer: p, extensions: extensions, files: newFileNames(extensions, o), tabs: map[int]string{}}
	for _, e := range extensions {
		s.printer.add(event{Event: eventExtension, Extension: e.ID, Name: &e.Name, Text: describe(e)})
		for _, warning := range e.Manifest.Warnings {
			s.printer.notef("warning: %s", warning)
		}
	}
	browser, err := newBrowser(ctx, headless.Options{
		Dialect: o.dialect, Extensions: extensions, BFCache: o.bfcache,
		Native: o.launcher(p), Serve: o.pages.serve,
		Trace: p.addTrace, Console: s.console, Uncaught: s.uncaught,
	})
	if err != nil {
		p.nameBy((*webport.EndpointInfo).String)
		return nil, &statusError{statusFailed, err}
	}
	p.nameBy(browser.ContextName)
	s.browser = browser
	s.end = sync.OnceValue(browser.Close)
	return s, nil
}

// newBrowser is headless.New, unless ctx ends first: a background that runs
// away holds New up, and is left behind then with the process about to end.
func newBrowser(ctx context.Context, o headless.Options) (*headless.Browser, error) {
	type result struct {
		browser *headless.Browser
		err     error
	}
	started := make(chan result, 1)
	go func() {
		b, err := headless.New(o)
		started <- result{b, err}
	}()
	select {
	case r := <-started:
		return r.browser, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// describe is what a user wants to know of an extension that was loaded.
func describe(e *headless.Extension) string {
	return fmt.Sprintf("%s %s  (MV%d as in %s, id %s)", e.Name, e.Manifest.ExtensionVersion, e.Manifest.Version, dialectTitle(e.Dialect), e.ID)
}

func dialectTitle(d webport.Dialect) string {
	name := d.String()
	return strings.ToUpper(name[:1]) + name[1:]
}

// launcher starts native apps as the browser does. What they write to their
// standard error is shown.
func (o *runOptions) launcher(p *printer) func(context.Context, webport.Sender, string) (webport.Conn, error) {
	launcher := &native.Launcher{
		Dialect: o.dialect, Dirs: o.nativeDirs,
		Stderr: func(application, line string) {
			p.add(event{Event: eventNative, Context: application, Text: line})
		},
		Skipped: func(application string, err error) {
			p.add(event{Event: eventNative, Context: application, Text: err.Error()})
		},
	}
	return func(ctx context.Context, caller webport.Sender, application string) (webport.Conn, error) {
		conn, err := launcher.Launch(ctx, caller, application)
		if errors.Is(err, webport.ErrNativeNotFound) && len(o.nativeDirs) == 0 {
			err = fmt.Errorf("%w\nname the directory of its native manifest with --native DIR", err)
		}
		return conn, err
	}
}

func (s *session) console(m headless.Message) {
	s.printer.add(event{Event: eventConsole, Context: m.Context, Extension: m.Extension, Level: m.Level, Text: m.Text})
}

func (s *session) uncaught(where string, err error) {
	s.threw.Add(1)
	e := event{Event: eventUncaught, Context: where}
	e.Text, e.At, e.Stack = s.thrown(err)
	s.printer.add(e)
}

// thrown takes the error of a script apart.
func (s *session) thrown(err error) (text, at, stack string) {
	script, ok := errors.AsType[*jshost.ScriptError](err)
	if !ok {
		return s.files.rewrite(err.Error()), "", ""
	}
	text = s.files.rewrite(script.Text())
	if script.Rejection {
		text += "  (in promise)"
	}
	at = s.files.rewrite(script.Position())
	var frames []string
	for frame := range strings.Lines(s.files.rewrite(script.Stack)) {
		if !strings.Contains(frame, "(native)") {
			frames = append(frames, strings.TrimRight(frame, "\n"))
		}
	}
	if len(frames) == 1 && strings.Contains(frames[0], at) {
		frames = nil // it says no more than at
	}
	return text, at, strings.Join(frames, "\n")
}

// run carries commands out until they end, one after the other, each when the
// one before has had its effects.
func (s *session) run(ctx context.Context, commands commandSource) error {
	for {
		c, err := commands.next(ctx)
		if c == nil || err != nil {
			return err
		}
		if commands.echoes() {
			s.printer.add(event{Event: eventCommand, Text: c.source, At: c.at})
		}
		if c.verb.do == nil {
			return nil // quit
		}
		err = c.verb.do(ctx, s, c)
		s.settle(ctx, settleTime)
		s.showTabs()
		if ctx.Err() != nil {
			return nil
		}
		if err = commands.failed(c, err); err != nil {
			return err
		}
	}
}

// settle waits until nothing happens any more, for the given time at most, and
// until that is printed.
func (s *session) settle(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	_ = s.browser.Wait(ctx) // scripts that never rest are none of the caller's fault
	s.printer.flush()
}

// rest waits until nothing has happened for a while: timers may be about to go off.
func (s *session) rest(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, endTime)
	defer cancel()
	for {
		s.settle(ctx, endTime)
		before := s.printer.count()
		select {
		case <-ctx.Done():
			if !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
				return // a signal
			}
			s.printer.notef("note: ended although scripts are still busy, %v after the last command", endTime)
			return
		case <-time.After(quietTime):
		}
		if s.printer.count() == before {
			return
		}
	}
}

// open opens a tab. Its line comes before those of what happens in it.
func (s *session) open(url string) error {
	number := s.opened + 1
	s.showTab(number, url)
	t, err := s.browser.Open(url)
	if err != nil {
		delete(s.tabs, number)
		s.opened = number - 1
		return err
	}
	if t.Number() == number && sameDocument(url, t.URL()) {
		s.tabs[number] = t.URL() // with the slash that url had not
	}
	return nil
}

func (s *session) showTab(number int, url string) {
	s.tabs[number], s.opened = url, max(s.opened, number)
	s.printer.add(event{Event: eventTab, Tab: number, URL: url})
}

// showTabs tells what has become of tabs since it was last called: a script
// may have opened or closed some.
func (s *session) showTabs() {
	open := map[int]bool{}
	for _, t := range s.browser.Tabs() {
		number, url := t.Number(), t.URL()
		open[number] = true
		if was, known := s.tabs[number]; !known || was != url {
			s.showTab(number, url)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(s.tabs)) {
		if !open[number] {
			s.printer.add(event{Event: eventTab, Tab: number, URL: s.tabs[number], Text: "closed"})
			delete(s.tabs, number)
		}
	}
}

// leave closes the tabs, as closing a window does: scripts hear of it.
func (s *session) leave(ctx context.Context) error {
	var errs []error
	for _, t := range s.browser.Tabs() {
		errs = append(errs, t.Close())
	}
	s.settle(ctx, settleTime)
	return errors.Join(errs...)
}

// close ends the browser, with all its scripts and native apps.
func (s *session) close() error {
	err := s.end()
	s.printer.flush()
	return err
}
