package identity_test

import (
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity"
)

// TestR4TokenOfTheWrongShapeIsRejectedWithin20Microseconds measures the fastest of many tries,
// which other programs on the same machine don't affect.
func TestR4TokenOfTheWrongShapeIsRejectedWithin20Microseconds(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("it measures time; the race detector and -short leave it out")
	}
	for name, token := range map[string]string{
		"8 KiB without dots":   strings.Repeat("a", 8<<10),
		"8 KiB of dots":        strings.Repeat(".", 8<<10),
		"8 KiB and four dots":  "a.b.c.d." + strings.Repeat("e", 8<<10-8),
		"one megabyte":         strings.Repeat("a", 1<<20),
		"one megabyte of dots": strings.Repeat(".", 1<<20),
	} {
		h := header("Bearer " + token)
		fastest := time.Hour
		for range 1000 {
			start := time.Now()
			if _, err := identity.BearerToken(h, nil); err == nil {
				t.Fatalf("%s: accepted", name)
			}
			fastest = min(fastest, time.Since(start))
		}
		if fastest > 20*time.Microsecond {
			t.Errorf("%s: rejected after %v, want at most 20 µs", name, fastest)
		}
	}
}
