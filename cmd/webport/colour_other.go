//go:build !windows

package main

import "os"

// enableColour reports whether the terminal shows colours.
func enableColour(*os.File) bool { return true }
