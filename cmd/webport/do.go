package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/webport/webport/headless"
)

// tab returns the tab that a command names, or the active one.
func (s *session) tab(c *command) (*headless.Tab, error) {
	if c.tab > 0 {
		return s.browser.Tab(c.tab)
	}
	if t := s.browser.Active(); t != nil {
		return t, nil
	}
	return nil, errors.New("no tab is open: use open URL")
}

func doClick(_ context.Context, s *session, c *command) error {
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return t.Click(c.text)
}

func doAction(_ context.Context, s *session, c *command) error {
	if c.tab == 0 {
		return s.browser.Action(nil)
	}
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return s.browser.Action(t)
}

func doOpen(_ context.Context, s *session, c *command) error {
	return s.open(c.text)
}

func doClose(_ context.Context, s *session, c *command) error {
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return t.Close()
}

func doNavigate(_ context.Context, s *session, c *command) error {
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return t.Navigate(c.text)
}

func doBack(_ context.Context, s *session, c *command) error {
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return t.Back()
}

func doFrame(_ context.Context, s *session, c *command) error {
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return t.AddFrame(c.text)
}

func doReload(_ context.Context, s *session, c *command) error {
	if c.tab == 0 {
		return s.browser.Reload()
	}
	t, err := s.tab(c)
	if err != nil {
		return err
	}
	return t.Reload()
}

func doEval(ctx context.Context, s *session, c *command) error {
	where, code := s.cutContext(c.text)
	if code == "" {
		return fmt.Errorf("no code for %s: use %s", where, c.verb.usage())
	}
	result, err := s.browser.Eval(ctx, where, code)
	if err != nil {
		text, at, stack := s.thrown(err)
		if at != "" {
			text += "  (" + at + ")"
		}
		if stack != "" {
			text += "\n" + stack
		}
		return errors.New(text)
	}
	s.printer.add(event{Event: eventResult, Context: where, Text: result})
	return nil
}

// cutContext divides CONTEXT CODE: the longest name of a context that there
// is, or else the first word, with the tab behind it where one is.
func (s *session) cutContext(text string) (where, code string) {
	for _, name := range s.browser.Contexts() {
		rest, found := strings.CutPrefix(text, name)
		if found && len(name) > len(where) && (rest == "" || strings.ContainsAny(rest[:1], " \t")) {
			where, code = name, strings.TrimSpace(rest)
		}
	}
	if where != "" {
		return where, code
	}
	where, code = cutWord(text)
	if tab, rest := cutWord(code); strings.IndexFunc(tab, func(r rune) bool { return r < '0' || r > '9' }) < 0 {
		where, code = where+" "+tab, rest
	}
	if code == "" {
		code = "undefined" // the error is about the context, which does not exist
	}
	return where, code
}

func doExpect(ctx context.Context, s *session, c *command) error {
	waiting, cancel := context.WithTimeout(ctx, expectTime)
	defer cancel()
	if s.printer.expect(waiting, c.text) || ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("%q was not printed within %v", c.text, expectTime)
}

func doWait(ctx context.Context, s *session, c *command) error {
	if c.wait == 0 {
		ctx, cancel := context.WithTimeout(ctx, expectTime)
		defer cancel()
		if err := s.browser.Wait(ctx); err != nil {
			return fmt.Errorf("scripts are still busy after %v: %w", expectTime, err)
		}
		return nil
	}
	select {
	case <-time.After(c.wait):
	case <-ctx.Done():
	}
	return nil
}

func doHelp(_ context.Context, s *session, _ *command) error {
	var b strings.Builder
	b.WriteString(commandHelp(""))
	b.WriteString("\nTabs:")
	tabs := s.browser.Tabs()
	for _, t := range tabs {
		fmt.Fprintf(&b, "\n  %-4d %s", t.Number(), t.URL())
	}
	if len(tabs) == 0 {
		b.WriteString(" none")
	}
	fmt.Fprintf(&b, "\nContexts: %s", strings.Join(s.browser.Contexts(), ", "))
	s.printer.add(event{Event: eventNote, Text: b.String()})
	return nil
}

// commandHelp lists the commands, one a line.
func commandHelp(indent string) string {
	var b strings.Builder
	for _, v := range verbs() {
		fmt.Fprintf(&b, "%s  %-22s %s\n", indent, v.usage(), v.help)
	}
	return b.String()
}
