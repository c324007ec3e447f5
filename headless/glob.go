package headless

// glob is a pattern over a whole text in which '*' stands for any run of characters, also none.
type glob struct {
	text string
	// question says what a '?' stands for. Match patterns take it literally; in include_globs and exclude_globs
	// Firefox lets it stand for exactly one character (MatchGlob.cpp), Chromium for one or none (base/strings/pattern.h).
	question question
}

type question int

const (
	literalQuestion question = iota
	oneCharacter
	atMostOneCharacter
)

func (g glob) String() string { return g.text }

// match reports whether the glob covers all of text. It takes time in the product of the two lengths, whatever the
// glob: a manifest cannot make it backtrack.
func (g glob) match(text string) bool {
	pattern := []rune(g.text)
	// at[i] is true when the first i characters of the glob can cover the text read so far.
	at := make([]bool, len(pattern)+1)
	at[0] = true
	g.skipEmpty(pattern, at)
	next := make([]bool, len(at))
	for _, c := range text {
		clear(next)
		for i, p := range pattern {
			if !at[i] {
				continue
			}
			switch {
			case p == '*':
				next[i] = true
			case p == c, p == '?' && g.question != literalQuestion:
				next[i+1] = true
			}
		}
		g.skipEmpty(pattern, next)
		at, next = next, at
	}
	return at[len(pattern)]
}

// skipEmpty moves past what may stand for nothing.
func (g glob) skipEmpty(pattern []rune, at []bool) {
	for i, p := range pattern {
		if at[i] && (p == '*' || p == '?' && g.question == atMostOneCharacter) {
			at[i+1] = true
		}
	}
}
