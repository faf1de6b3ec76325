package handlers_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestR22 is meant for the race detector, which .ci/run turns on. To run it for a minute:
//
//	SOAK=60s go test -race -run TestR22 ./handlers
func TestR22LoadFrom80UsersCausesNoRaceAndLeaksNoGoroutine(t *testing.T) {
	v := newSite(t).serve()
	m := &measured{}
	soak := timeFrom(t, "SOAK", 2*time.Second)
	duringLoad(v.users(clients), soak, func(u *testUser) {
		switch rand.IntN(6) {
		case 0:
			v.call(m, u, "GET", "/", "")
		case 1:
			v.call(m, u, "GET", "/api/account", "")
		case 2:
			v.call(m, u, "GET", "/api/session", "")
		case 3:
			v.call(m, u, "GET", "/health/ready", "")
		default:
			v.call(m, u, "GET", "/api/profile", "")
			v.call(m, u, "PATCH", "/api/profile", `{"bio":"hello","newsletter":true}`)
		}
	})
	for status := range m.statuses {
		// On a slow machine with the race detector, a deadline may pass: 503.
		if status != 200 && status != 204 && status != 503 {
			t.Errorf("got %s, want success", m)
		}
	}
	if m.statuses[200] == 0 {
		t.Errorf("got %s, want success", m)
	}
	wantNoGoroutinesLeft(t)
	t.Logf("%s, slowest %v", m, m.slowest)
}
