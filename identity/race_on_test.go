//go:build race

package identity_test

// raceDetector reports whether the race detector is on. It makes code about ten times slower,
// so tests that measure time skip.
const raceDetector = true
