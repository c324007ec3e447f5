package webport

import "fmt"

// Dialect says which browser a [Broker] behaves like, in everything on which
// browsers differ: who hears of a disconnect when a channel has several
// receivers, what a [Sender] shows, how large a message may be, and, in
// scripts, the texts of errors and how values are serialised.
//
// The zero value is Chromium.
type Dialect int

const (
	// Chromium stands for Chromium and the browsers built on it.
	Chromium Dialect = iota
	// Firefox stands for Firefox and the browsers built on it.
	Firefox
)

// String returns the name by which commands and options know the dialect:
// "chromium" or "firefox".
func (d Dialect) String() string {
	switch d {
	case Chromium:
		return "chromium"
	case Firefox:
		return "firefox"
	}
	return fmt.Sprintf("Dialect(%d)", int(d))
}

// ParseDialect returns the dialect that [Dialect.String] calls name, and an
// error that lists the known names if there is none.
func ParseDialect(name string) (Dialect, error) {
	for _, d := range []Dialect{Chromium, Firefox} {
		if d.String() == name {
			return d, nil
		}
	}
	return Chromium, fmt.Errorf("unknown dialect %q: use chromium or firefox", name)
}

// maxMessage is the size in bytes of the largest message that the dialect lets
// two endpoints exchange, or 0 for no limit. Chromium counts the UTF-8 bytes
// of the JSON text and takes exactly 64 MiB; Firefox delivered 256 MiB.
func (d Dialect) maxMessage() int {
	if d == Chromium {
		return 64 << 20
	}
	return 0
}
