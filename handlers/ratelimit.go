package handlers

import (
	"math"
	"net/http"
	"net/netip"
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

// times returns a limit that is n times as high.
func (l Limit) times(n int) Limit {
	return Limit{PerSecond: l.PerSecond * float64(n), Burst: l.Burst * n}
}

// siteShare bounds an IPv6 /48: all its addresses together have this many times the limit of one
// address. That leaves room for a site with many networks. Without this bound, an attacker with a
// /48 would have 65,536 limits.
const siteShare = 16

// maxCallers is how many callers a limiter remembers. An IPv6 address takes two places, one for
// each of its networks. With both limits on, that takes at most about 20 MB.
const maxCallers = 50_000

// limiter has a token bucket for each caller. When the young map is full, it replaces the old
// one, whose callers are forgotten unless they have made a request in the meantime. A forgotten
// caller starts over with a full bucket. An attacker can't exploit that: a caller is forgotten only
// after requests from tens of thousands of others.
type limiter[K comparable] struct {
	limitOf    func(K) Limit
	mu         sync.Mutex
	young, old map[K]*rate.Limiter
}

func newLimiter[K comparable](limitOf func(K) Limit) *limiter[K] {
	return &limiter[K]{limitOf: limitOf, young: make(map[K]*rate.Limiter)}
}

// take counts a request against the limits of all the callers. It returns 0 if the request may
// proceed. Otherwise it returns how long to wait, and the request isn't counted at all, or a client
// that keeps retrying would never get through.
func (l *limiter[K]) take(now time.Time, callers ...K) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken []*rate.Reservation
	for _, caller := range callers {
		limit := l.limitOf(caller)
		if limit == (Limit{}) {
			continue
		}
		reservation := l.bucket(caller, limit).ReserveN(now, 1)
		taken = append(taken, reservation)
		wait := time.Second
		if reservation.OK() { // unless the burst is 0, which allows no request at any time
			wait = reservation.DelayFrom(now)
		}
		if wait > 0 {
			for _, reservation := range taken {
				reservation.CancelAt(now)
			}
			return wait
		}
	}
	return 0
}

// bucket returns the caller's token bucket. The caller holds the lock.
func (l *limiter[K]) bucket(caller K, limit Limit) *rate.Limiter {
	b, ok := l.young[caller]
	if ok {
		return b
	}
	if b, ok = l.old[caller]; !ok {
		b = rate.NewLimiter(rate.Limit(limit.PerSecond), limit.Burst)
	}
	if len(l.young) >= maxCallers/2 {
		l.young, l.old = make(map[K]*rate.Limiter), l.young
	}
	l.young[caller] = b
	return b
}

// newAddressLimiter returns a limiter of the networks that networksOf returns.
func newAddressLimiter(limit Limit) *limiter[netip.Prefix] {
	return newLimiter(func(network netip.Prefix) Limit {
		if network.Bits() == siteBits {
			return limit.times(siteShare)
		}
		return limit
	})
}

// newAccountLimiter returns a limiter of users, by UID.
func newAccountLimiter(limit Limit) *limiter[string] {
	return newLimiter(func(string) Limit { return limit })
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
		networks := networksOf(s.cfg.clientAddress(r))
		if wait := s.byAddress.take(time.Now(), networks...); wait > 0 {
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
	wait := s.byAccount.take(time.Now(), user.UID)
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
