//go:build race

package jshost_test

// underRace is set where the engine runs some forty times slower.
const underRace = true
