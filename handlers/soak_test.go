package handlers_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestR22EightyPeopleLeaveNoRaceAndNoGoroutine is meant for the race detector, which .ci/run turns on. For a minute:
//
//	SOAK=60s go test -race -run TestR22 ./handlers
func TestR22EightyPeopleLeaveNoRaceAndNoGoroutine(t *testing.T) {
	v := newSite(t).serve()
	m := &measured{}
	duringLoad(v.people(clients), timeFrom(t, "SOAK", 2*time.Second), func(p *person) {
		switch rand.IntN(6) {
		case 0:
			v.call(m, p, "GET", "/", "")
		case 1:
			v.call(m, p, "GET", "/api/account", "")
		case 2:
			v.call(m, p, "GET", "/api/session", "")
		case 3:
			v.call(m, p, "GET", "/health/ready", "")
		default:
			v.call(m, p, "GET", "/api/profile", "")
			v.call(m, p, "PATCH", "/api/profile", `{"bio":"hello","newsletter":true}`)
		}
	})
	for status := range m.statuses {
		if status != 200 && status != 204 && status != 503 { // 503: two cores and the race detector, and a deadline passed
			t.Errorf("got %s, want success", m)
		}
	}
	if m.statuses[200] == 0 {
		t.Errorf("got %s, want success", m)
	}
	noneLeftOver(t)
	t.Logf("%s, slowest %v", m, m.slowest)
}
