package headless

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Contexts names the places where scripts run:
//
//	background    an extension's background
//	popup         an extension's popup
//	page 1        the page of an extension in tab 1
//	content 1     an extension's content scripts in tab 1
//	web 1         the own scripts of the web page in tab 1
//	content 1.2   those in the second iframe that tab 1 had
//
// Where there are several extensions a name ends in @ and the extension's: background@my-extension. The word after @ is
// made of the extension's name, or is its id where two names are alike.
func (b *Browser) Contexts() []string {
	var names []string
	for _, r := range b.allRunning() {
		if r.sleeping() {
			names = append(names, r.backgroundName())
		}
	}
	return append(names, namesOf(b.shown())...)
}

func (r *running) backgroundName() string {
	return r.browser.name("background", nil, 0, r.extension.ID)
}

// shown lists the scopes that can be named: backgrounds first, then those in tabs.
func (b *Browser) shown() []*scope {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*scope
	for _, s := range b.scopes {
		if !s.hidden {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(x, y *scope) int {
		xTab, xFrame := x.place()
		yTab, yFrame := y.place()
		return cmp.Or(cmp.Compare(xTab, yTab), cmp.Compare(xFrame, yFrame))
	})
	return all
}

func (s *scope) place() (tab, frame int) {
	switch {
	case s.page == nil:
		return 0, 0
	case s.page.frame.tab == nil:
		return 0, s.page.frame.number
	}
	return s.page.frame.tab.number, s.page.frame.number
}

// Eval evaluates code in the context as a browser's console does: await may stand at the top, a promise is awaited, and
// the result is the text that a console shows. Of a context's name @ and what follows may be left out, or shortened,
// while it means one context; blanks in it do not count. A background that was stopped for idleness is started again.
// The error for an unknown name lists those that there are.
func (b *Browser) Eval(ctx context.Context, name, code string) (string, error) {
	for _, r := range b.allRunning() {
		if r.sleeping() && strings.HasPrefix(plainName(r.backgroundName()), plainName(name)) {
			r.driver.do(func() error { r.wake(); return nil })
		}
	}
	s, err := b.find(name)
	if err != nil {
		return "", fmt.Errorf("evaluate: %w", err)
	}
	return s.js.Eval(ctx, code)
}

func (b *Browser) find(name string) (*scope, error) {
	wanted := plainName(name)
	var found []*scope
	for _, s := range b.shown() {
		switch own := plainName(s.name); {
		case own == wanted:
			return s, nil
		case strings.HasPrefix(own, wanted+"@"), strings.Contains(wanted, "@") && strings.HasPrefix(own, wanted):
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("%q may be %s", name, strings.Join(namesOf(found), " or "))
	}
	names := b.Contexts()
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no context %q: no script runs anywhere", name)
	}
	return nil, fmt.Errorf("there is no context %q: there are %s", name, strings.Join(names, ", "))
}

func plainName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), "")) }

func namesOf(scopes []*scope) []string {
	var names []string
	for _, s := range scopes {
		names = append(names, s.name)
	}
	return names
}
