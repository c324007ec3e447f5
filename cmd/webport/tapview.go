package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/webport/webport/native/tap"
	"golang.org/x/term"
)

// tapView shows what a tap records.
type tapView struct {
	out     io.Writer
	asJSON  bool
	colour  bool
	width   func() int // columns of the terminal, 0 where there is none
	err     error      // of the first write that failed
	running int        // how many apps had not ended when the tap did
	starts  map[int]*tally
}

// tally is what one start of the app has sent and received.
type tally struct {
	toApp, fromApp int
	begun          *tap.Record
}

func newTapView(out io.Writer, asJSON bool) *tapView {
	v := &tapView{out: out, asJSON: asJSON, starts: map[int]*tally{}, width: func() int { return 0 }}
	if terminal := terminalOf(out); terminal != nil {
		v.colour = !asJSON && hasColour(terminal)
		v.width = func() int {
			columns, _, err := term.GetSize(int(terminal.Fd()))
			if err != nil {
				return 0
			}
			return columns
		}
	}
	return v
}

func (v *tapView) write(text string) error {
	if v.err == nil {
		if _, err := io.WriteString(v.out, text); err != nil {
			v.err = fmt.Errorf("print what is recorded: %w", err)
		}
	}
	return v.err
}

// note prints a line for people.
func (v *tapView) note(format string, args ...any) {
	if !v.asJSON {
		_ = v.write(visible(fmt.Sprintf(format, args...)) + "\n") // the error is kept
	}
}

// installed says what was changed.
func (v *tapView) installed(t *tap.Tap, o *tapOptions) {
	for _, r := range t.Mended {
		v.note("%s, as an earlier tap had left it", restoredLine(r))
	}
	instead := "a shim that starts " + t.Manifests[0].Path
	if o.replay != "" {
		instead = "a shim that plays " + o.replay
	}
	v.note("Browsers now start %s when an extension connects to %s.", instead, t.App)
	for _, m := range t.Manifests {
		v.note("  changed    %s (%s)", m.File, strings.Join(m.Browsers, ", "))
	}
	for _, u := range t.Unfit {
		v.note("  not tapped %s: %v", u.File, u.Err)
	}
	v.note("  recordings %s", t.Recordings)
	v.note("Ctrl-C ends it and puts the original back. After a crash: webport tap %s --off", t.App)
	if len(o.redact) == 0 {
		v.note("Messages are recorded whole, passwords too: see --redact.")
	}
	v.note("")
}

// removed says what was put back.
func (v *tapView) removed(t *tap.Tap, restored []tap.Restored) {
	v.note("")
	for _, r := range restored {
		v.note("%s", restoredLine(r))
	}
	if v.running > 0 {
		v.note("%s still being recorded, to the end of the app, in %s", plural(v.running, "start")+is(v.running), t.Recordings)
	}
}

func is(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

func restoredLine(r tap.Restored) string {
	if r.Left != "" {
		return "left as it is: " + r.File + ", because " + r.Left
	}
	return "put back: " + r.File
}

// show prints one record.
func (v *tapView) show(l tap.Line) error {
	if v.asJSON {
		if l.Text == nil {
			return v.write(fmt.Sprintf("{\"start\":%d,\"time\":%q,\"event\":%q}\n", l.Start, l.Record.Time.Format(timeLayout), l.Record.Event))
		}
		return v.write(fmt.Sprintf("{\"start\":%d,%s\n", l.Start, l.Text[1:]))
	}
	count := v.starts[l.Start]
	if count == nil {
		count = &tally{}
		v.starts[l.Start] = count
	}
	what, style, text := v.describe(l, count)
	line := fmt.Sprintf("%s  #%-3d %-10s ", l.Record.Time.Local().Format("15:04:05.000"), l.Start, what)
	if width := v.width(); width > 0 && (what == stderrWord || l.Record.From != "") {
		text = shorten(text, max(width-len(line), 20)) // the whole is in the file
	}
	return v.write(paint(v.colour, dim, line[:len("15:04:05.000")]) + paint(v.colour, style, line[len("15:04:05.000"):]+text) + "\n")
}

const timeLayout = "2006-01-02T15:04:05.999999999Z07:00"

const stderrWord = "stderr"

// describe says what a record is: a word, a style, and the rest.
func (v *tapView) describe(l tap.Line, count *tally) (what, style, text string) {
	r := l.Record
	arrow := "app <-"
	style = noStyle
	if r.From == tap.FromApp {
		arrow, style = "app ->", green
	}
	switch r.Event {
	case tap.Start:
		count.begun = r
		return "start", bold, visible(strings.Join(append([]string{r.Path}, r.Args...), " "))
	case tap.Message:
		if r.From == tap.FromApp {
			count.fromApp++
		} else {
			count.toApp++
		}
		return arrow, style, fmt.Sprintf("%7s  %s", sizeText(r.Size), bodyText(r))
	case tap.Bytes:
		text := fmt.Sprintf("%7s  no message: %s", sizeText(r.Size), quotedText(r))
		if r.Reason != "" {
			text += " (" + r.Reason + ")"
		}
		return arrow, red, visible(text)
	case tap.Stderr:
		return stderrWord, yellow, visible(string(r.Body()))
	case tap.End:
		text := "end"
		if r.Reason != "" {
			text += ": " + r.Reason
		}
		return arrow, dim, visible(text)
	case tap.Gone:
		return "gone", red, "the shim was killed, and the app with it, as browsers do to an app that stays: " + count.text()
	}
	style = bold
	switch {
	case r.Reason != "":
		return "exit", red, visible("the app could not be started: " + r.Reason)
	case r.Signal != "":
		text, style = "by "+r.Signal, red
	case r.Status != nil:
		text = fmt.Sprintf("with status %d", *r.Status)
		if *r.Status != 0 {
			style = red
		}
	}
	if count.begun != nil {
		text += fmt.Sprintf(" after %.3g s", r.Time.Sub(count.begun.Time).Seconds())
	}
	return "exit", style, text + ", " + count.text() + ": " + visible(l.Recording)
}

func (t *tally) text() string {
	return plural(t.toApp, "message") + " to the app, " + fmt.Sprint(t.fromApp) + " from it"
}

func sizeText(n int) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 10<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// shownMost bounds what is shown of a message: all of it is in the file.
const shownMost = 2000

func bodyText(r *tap.Record) string {
	body := r.Body()
	switch {
	case r.Withheld:
		return "(withheld: no JSON, and fields are redacted)"
	case r.Base64 != nil:
		return "no UTF-8: " + quotedText(r)
	case len(body) == 0:
		return "(empty, which is no JSON)"
	}
	return visible(shorten(string(bytes.ToValidUTF8(body[:min(len(body), 4*shownMost)], nil)), shownMost))
}

func quotedText(r *tap.Record) string {
	if r.Withheld {
		return "(withheld, because fields are redacted)"
	}
	body := r.Body()
	return fmt.Sprintf("%q", body[:min(len(body), 80)])
}

// shorten cuts text to so many characters, the last of which says so.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// newRecordingsTopic is "webport help recordings".
func newRecordingsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "recordings",
		Short: "The files that tap writes",
		Long: `"webport tap" writes one file for each start of the app, readable by its owner
alone: NAME-DATE-TIME-PROCESS.jsonl, one JSON object a line, each written before
what it tells of is passed on. With --json tap prints the same lines, with the
number of the start in front (start). Fields that say nothing are left out.

  time     when, RFC 3339, on every line
  event    what, on every line: one of those below

  start    the first line: format ("webport-tap"), version (1), app (its name),
           path (of its executable), args (as the browser gave them), dir (where
           it was started), process (the id of the shim), redact (the fields)
  message  a whole frame: from (browser or app), size (of its body in bytes, as
           it was on the wire), and the body: message (the JSON value, byte for
           byte), or text (JSON with line breaks or space around it, or no JSON),
           or base64 (no UTF-8). redacted says how many values were replaced by
           "[redacted]"; with withheld the body is left out
  bytes    what is no frame: from, size, base64 or withheld, and reason. What
           belongs together may be on several lines
  stderr   a line of the app's standard error: text
  end      a direction has ended: from; with reason, not by its end of file
  exit     the last line: status, or signal, or reason where the app could not be
           started. It is missing where the shim was killed; then --json prints
           the event gone, which is in no file`,
	}
}
