package handlers

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.com/latchkey/identity"
)

// Limit is how many requests a caller may make: PerSecond on average, and up to Burst at once.
// The zero value means no limit.
//
// Each instance counts only its own requests. A caller whose requests Cloud Run spreads over n
// instances can make up to n times as many.
type Limit struct {
	PerSecond float64
	Burst     int
}

// maxCallers is how many callers a limiter remembers. With both limits on, that takes at most
// about 25 MB.
const maxCallers = 50_000

// limiter has a token bucket for each caller. When the young map is full, it replaces the old
// one, whose callers are forgotten unless they have made a request in the meantime. A forgotten
// caller starts over with a full bucket. An attacker can't exploit that: a caller is forgotten only
// after requests from tens of thousands of others.
type limiter[K comparable] struct {
	limit      Limit
	mu         sync.Mutex
	young, old map[K]*rate.Limiter
}

func newLimiter[K comparable](limit Limit) *limiter[K] {
	return &limiter[K]{limit: limit, young: make(map[K]*rate.Limiter)}
}

// take counts a request against the caller's limit. It returns 0 if the request may proceed.
// Otherwise it returns how long the caller has to wait, and the request isn't counted.
func (l *limiter[K]) take(caller K, now time.Time) time.Duration {
	if l.limit == (Limit{}) {
		return 0
	}
	reservation := l.bucket(caller).ReserveN(now, 1)
	if !reservation.OK() { // the burst is 0, so no request may ever proceed
		return time.Second
	}
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now) // otherwise a client that keeps retrying would never get through
	}
	return delay
}

func (l *limiter[K]) bucket(caller K) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.young[caller]
	if ok {
		return b
	}
	if b, ok = l.old[caller]; !ok {
		b = rate.NewLimiter(rate.Limit(l.limit.PerSecond), l.limit.Burst)
	}
	if len(l.young) >= maxCallers/2 {
		l.young, l.old = make(map[K]*rate.Limiter), l.young
	}
	l.young[caller] = b
	return b
}

// limitAddresses responds with 429 to an address that makes too many requests. It runs before
// authentication, so that rejecting guessed tokens costs as little as possible. Static files and
// health checks don't count: they are cheap, and a page loads many files.
func (s *server) limitAddresses(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/health/") {
			next.ServeHTTP(w, r)
			return
		}
		if wait := s.byAddress.take(clientNetwork(r.Context()), time.Now()); wait > 0 {
			setRetryAfter(w, wait)
			s.writeError(w, r, errRateLimited)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitAccount returns errRateLimited if the user makes too many requests, from any number of
// addresses.
func (s *server) limitAccount(w http.ResponseWriter, user *identity.User) error {
	wait := s.byAccount.take(user.UID, time.Now())
	if wait == 0 {
		return nil
	}
	setRetryAfter(w, wait)
	return errRateLimited
}

// setRetryAfter rounds up, because the header takes whole seconds.
func setRetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}
