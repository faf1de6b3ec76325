package identitytoolkit

import "time"

const (
	maxFailures    = 25 // high enough that no one reaches it by accident
	failureWindow  = 5 * time.Minute
	maxFailureKeys = 10_000
)

// failureLimiter counts wrong passwords by email address, and wrong codes by text message. It
// exists only in memory, so a restart resets it.
type failureLimiter map[string]failureCount

// failureCount is the number of failures in the window that began at since.
type failureCount struct {
	count int
	since time.Time
}

// tooMany reports whether the key is locked until its window ends.
func (l failureLimiter) tooMany(key string, now time.Time) bool {
	f := l[key]
	return f.count >= maxFailures && now.Sub(f.since) < failureWindow
}

func (l failureLimiter) add(key string, now time.Time) {
	f := l[key]
	if now.Sub(f.since) >= failureWindow {
		f = failureCount{since: now}
	}
	f.count++
	if len(l) >= maxFailureKeys {
		clear(l) // bounded memory matters more here than exact counts
	}
	l[key] = f
}

func (l failureLimiter) reset(key string) { delete(l, key) }
