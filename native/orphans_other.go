//go:build !linux

package native

// marked returns nothing: only Linux shows the environment of other processes to everybody.
func marked(string) []Process { return nil }
