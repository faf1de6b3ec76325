package handlers

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// live handles GET /health/live. It doesn't check Firestore or Google's keys, because restarting
// this process wouldn't end an outage there.
func (s *server) live(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "live"})
}

// ready handles GET /health/ready: 200 if the server can handle authenticated requests.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.readiness.get(r.Context()); err != nil {
		s.writeAPIError(w, r, &Error{Status: http.StatusServiceUnavailable, Code: "unavailable",
			Message: "The server isn't ready yet. Try again in a few seconds.", Cause: err})
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

// readiness caches the result of the last check for maxAge. Probes are frequent, and each check
// reads from Firestore.
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
		// Other requests use the result, so the check goes on if this client disconnects.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		c.err = c.check(ctx)
		c.checked = time.Now()
	}
	return c.err
}
