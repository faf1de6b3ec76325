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

// Limit is how often one caller may ask: PerSecond in the long run, and Burst at once after a pause. The zero Limit is
// none. An instance knows only what it served itself, so a caller whom Cloud Run spreads over n instances gets up to n
// times as much: the bound is the limit × the maximum number of instances.
type Limit struct {
	PerSecond float64
	Burst     int
}

// maxCallers bounds the callers that a limiter remembers: with both limits on at most some 25 MB, however many call.
const maxCallers = 50_000

// limiter holds a token bucket for each caller. It is two maps, like the cache of verified tokens: when the young one is
// full it becomes the old one, and the old one is dropped. A caller who is forgotten starts with a full bucket, which
// helps nobody: it takes tens of thousands of other callers to be forgotten.
type limiter[K comparable] struct {
	limit      Limit
	mu         sync.Mutex
	young, old map[K]*rate.Limiter
}

func newLimiter[K comparable](limit Limit) *limiter[K] {
	return &limiter[K]{limit: limit, young: make(map[K]*rate.Limiter)}
}

// wait takes one request out of the caller's bucket. It returns 0, or how long to wait if the bucket is empty.
func (l *limiter[K]) wait(caller K, now time.Time) time.Duration {
	if l.limit == (Limit{}) {
		return 0
	}
	r := l.bucket(caller).ReserveN(now, 1)
	if !r.OK() {
		return time.Second
	}
	delay := r.DelayFrom(now)
	if delay > 0 {
		r.CancelAt(now) // a refused request costs nothing, or a stubborn client would never get in again
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

// limitAddresses answers 429 to an address that asks too often. It stands before authentication, so that guessing costs
// the guesser more than us. Static files and health checks are not counted: they cost next to nothing, and a page loads
// many of them.
func (s *server) limitAddresses(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/static/") && !strings.HasPrefix(r.URL.Path, "/health/") {
			if wait := s.byAddress.wait(clientNetwork(r.Context()), time.Now()); wait > 0 {
				setRetryAfter(w, wait)
				s.writeError(w, r, errRateLimited)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// limitAccount returns errRateLimited when the user asks too often, from however many addresses.
func (s *server) limitAccount(w http.ResponseWriter, user *identity.User) error {
	wait := s.byAccount.wait(user.UID, time.Now())
	if wait == 0 {
		return nil
	}
	setRetryAfter(w, wait)
	return errRateLimited
}

var errRateLimited = &Error{Status: http.StatusTooManyRequests, Code: "rate_limited",
	Message: "That was too much at once. Try again in a moment."}

// setRetryAfter rounds up to whole seconds, which is what the header takes.
func setRetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}
