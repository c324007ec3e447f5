package conformance

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// step is a line of -- steps --.
type step struct {
	line string // as it was written
	verb string
	tab  int           // the number of the tab it is about
	what string        // the URL, selector, text, code, or which extension
	in   string        // the context of eval
	wait time.Duration // of wait
}

// verbs says what each verb is followed by.
var verbs = map[string]string{
	"open": "URL", "navigate": "TAB URL", "back": "TAB", "forward": "TAB", "reload": "TAB", "close": "TAB", "crash": "TAB",
	"click": "TAB SELECTOR", "action": "[other]", "eval": "CONTEXT: CODE", "reload-extension": "[other]",
	"uninstall": "[other]",
	"disable":   "[other]", "enable": "[other]", "collect": "", "wait": "DURATION", "until": "TEXT",
}

// parseStep reads a line.
func parseStep(line string) (step, error) {
	verb, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	s := step{line: line, verb: verb, what: rest}
	follows, known := verbs[verb]
	usage := fmt.Errorf("write %s %s", verb, follows)
	var err error
	switch {
	case !known:
		return s, fmt.Errorf("there is no verb %q", verb)
	case follows == "[other]":
		if rest != "" && rest != otherExtension {
			return s, usage
		}
		return s, nil
	case (rest == "") != (follows == ""):
		return s, usage
	case rest == "":
		return s, nil
	case verb == "wait":
		if s.wait, err = time.ParseDuration(rest); err != nil {
			return s, usage
		}
		return s, nil
	case verb == "eval":
		var found bool
		if s.in, s.what, found = strings.Cut(rest, ": "); !found {
			return s, usage
		}
		return s, nil
	case !strings.HasPrefix(follows, "TAB"):
		return s, nil
	}
	number, rest, _ := strings.Cut(rest, " ")
	if s.tab, err = strconv.Atoi(number); err != nil || s.tab < 1 {
		return s, usage
	}
	s.what = strings.TrimSpace(rest)
	if (s.what == "") != (follows == "TAB") {
		return s, usage
	}
	return s, nil
}

// stage is a browser in which a scenario is played: webport's or a real one.
type stage interface {
	// install loads the extensions in directories, by their labels, and returns when their backgrounds have started.
	install(ctx context.Context, dirs map[string]string) error
	url(extension, path string) string
	open(ctx context.Context, url string) (tab, error)
	eval(ctx context.Context, in, code string) error
	action(ctx context.Context, extension string) error
	reload(ctx context.Context, extension string) error
	setEnabled(ctx context.Context, extension string, enabled bool) error
	uninstall(ctx context.Context, extension string) error
	// settle waits until what waits for its turn has had it, as far as the browser can tell: timers and native apps
	// do not count.
	settle(ctx context.Context) error
	// collect collects garbage everywhere.
	collect(ctx context.Context) error
}

// tab is a tab of a stage.
type tab interface {
	navigate(ctx context.Context, url string) error
	traverse(ctx context.Context, by int) error
	reload(ctx context.Context) error
	close(ctx context.Context) error
	crash(ctx context.Context) error
	click(ctx context.Context, selector string) error
}

// Nothing happens any more where no line came for quietTime, after a step on a whole extension for longQuiet; what goes
// on for longer than noisyTime is left alone. until gives up after untilTime.
const (
	quietTime = 250 * time.Millisecond
	longQuiet = time.Second
	noisyTime = 10 * time.Second
	untilTime = 30 * time.Second
)

// play has a stage carry out the steps of the scenario. What scripts write goes to the log.
func (s *Scenario) play(ctx context.Context, on stage, dirs map[string]string, log *log) error {
	log.step("start")
	if err := on.install(ctx, dirs); err != nil {
		return err
	}
	if err := rest(ctx, on, log, quietTime); err != nil {
		return err
	}
	p := player{stage: on, log: log}
	for _, st := range s.steps {
		if st.verb != "until" { // which only lets the step before it go on
			log.step(st.line)
		}
		if err := p.do(ctx, st); err != nil {
			return fmt.Errorf("step %q: %w", st.line, err)
		}
		if err := rest(ctx, on, log, st.quiet()); err != nil {
			return fmt.Errorf("after step %q: %w", st.line, err)
		}
	}
	return nil
}

// quiet is how long it is quiet after the step where nothing happens any more.
func (st step) quiet() time.Duration {
	switch st.verb {
	case "reload-extension", "disable", "enable", "uninstall":
		return longQuiet
	}
	return quietTime
}

// rest waits until nothing happens any more.
func rest(ctx context.Context, on stage, log *log, quiet time.Duration) error {
	for end := time.Now().Add(noisyTime); time.Now().Before(end); {
		if err := on.settle(ctx); err != nil {
			return err
		}
		before := log.count()
		if err := sleep(ctx, quiet); err != nil {
			return err
		}
		if err := on.settle(ctx); err != nil {
			return err
		}
		if log.count() == before {
			return nil
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// player carries out steps.
type player struct {
	stage
	log  *log
	tabs []tab // in the order of opening
}

func (p *player) do(ctx context.Context, st step) error {
	extension := st.what
	if extension == "" {
		extension = ownExtension
	}
	switch st.verb {
	case "open":
		t, err := p.open(ctx, p.address(st.what))
		p.tabs = append(p.tabs, t)
		return err
	case "collect":
		return p.collect(ctx)
	case "eval":
		return p.eval(ctx, st.in, st.what)
	case "action":
		return p.action(ctx, extension)
	case "reload-extension":
		return p.stage.reload(ctx, extension)
	case "disable", "enable":
		return p.setEnabled(ctx, extension, st.verb == "enable")
	case "uninstall":
		return p.uninstall(ctx, extension)
	case "wait":
		return sleep(ctx, st.wait)
	case "until":
		return p.until(ctx, st.what)
	}
	if st.tab > len(p.tabs) {
		return fmt.Errorf("%d tabs were opened", len(p.tabs))
	}
	t := p.tabs[st.tab-1]
	switch st.verb {
	case "navigate":
		return t.navigate(ctx, p.address(st.what))
	case "back":
		return t.traverse(ctx, -1)
	case "forward":
		return t.traverse(ctx, 1)
	case "reload":
		return t.reload(ctx)
	case "close":
		return t.close(ctx)
	case "crash":
		return t.crash(ctx)
	default:
		return t.click(ctx, st.what)
	}
}

// address is the URL that a step means.
func (p *player) address(url string) string {
	for _, label := range extensionLabels {
		if path, ok := strings.CutPrefix(url, label+":"); ok {
			return p.url(label, path)
		}
	}
	return url
}

// until waits for a line that the last step has brought, or will bring.
func (p *player) until(ctx context.Context, text string) error {
	for end := time.Now().Add(untilTime); ; {
		if slices.ContainsFunc(p.log.recent(), func(line string) bool { return strings.Contains(line, text) }) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("no line with it came in %v", untilTime)
		}
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
}
