package handlers

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// live answers GET /health/live: the process is there. It asks nobody else: an outage of Firestore is no reason to
// restart this process.
func (s *server) live(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "live"})
}

// isReady answers GET /health/ready: 200 when an authenticated request would find what it needs.
func (s *server) isReady(w http.ResponseWriter, r *http.Request) {
	if err := s.ready.get(r.Context()); err != nil {
		s.writeAPIError(w, r, &Error{Status: http.StatusServiceUnavailable, Code: "unavailable",
			Message: "Not ready yet.", Cause: err})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

func (s *server) checkDependencies(ctx context.Context) error {
	if err := s.verifier.Warm(ctx); err != nil {
		return err
	}
	return s.profiles.Ping(ctx)
}

// readiness remembers the last check for maxAge, because probes come from many places and a check costs a read.
type readiness struct {
	check  func(context.Context) error
	maxAge time.Duration

	mu      sync.Mutex
	checked time.Time
	err     error
}

func (c *readiness) get(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.checked.IsZero() || time.Since(c.checked) > c.maxAge {
		// The result outlives this request, so the caller hanging up must not decide it.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		c.err = c.check(ctx)
		c.checked = time.Now()
	}
	return c.err
}
