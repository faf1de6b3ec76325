package identity_test

import (
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity"
)

// TestR4TokenOfTheWrongShapeIsRefusedWithin20Microseconds takes the fastest of many tries, which another program on the
// same machine does not change.
func TestR4TokenOfTheWrongShapeIsRefusedWithin20Microseconds(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector takes its time")
	}
	for name, token := range map[string]string{
		"8 KiB without dots":  strings.Repeat("a", 8<<10),
		"8 KiB of dots":       strings.Repeat(".", 8<<10),
		"8 KiB and four dots": "a.b.c.d." + strings.Repeat("e", 8<<10-8),
		"a megabyte":          strings.Repeat("a", 1<<20),
		"a megabyte of dots":  strings.Repeat(".", 1<<20),
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
			t.Errorf("%s: refused after %v, want at most 20 µs", name, fastest)
		}
	}
}
