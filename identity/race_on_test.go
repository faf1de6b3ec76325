//go:build race

package identity_test

// raceDetector makes everything some ten times slower, so what is timed is not timed with it.
const raceDetector = true
