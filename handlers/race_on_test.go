//go:build race

package handlers_test

// slowdown is how much longer the time limits of requirements are with the race detector, which
// makes code about ten times slower. Without it, they are exact.
const slowdown = 5
