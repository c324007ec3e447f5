//go:build !race

package jshost_test

const underRace = false
