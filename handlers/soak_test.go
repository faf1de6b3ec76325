package handlers_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestR22 is meant for the race detector. .ci/run runs it for a minute:
//
//	SOAK=60s go test -race -run TestR22 ./handlers
//
// Every request must succeed. Only if other programs take the CPU away, deadlines pass and some
// requests may get a 503.
func TestR22LoadFrom80UsersCausesNoRaceAndLeaksNoGoroutine(t *testing.T) {
	v := newSiteWithClock(t, time.Now).serve()
	m := &measured{}
	soak := timeFrom(t, "SOAK", 2*time.Second)
	latest := measureLateness()
	duringLoad(v.users(clients), soak, func(u *testUser) {
		time.Sleep(rand.N(2 * time.Second))
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
			if status, _ := v.call(m, u, "GET", "/api/profile", ""); status == 200 {
				v.call(m, u, "PATCH", "/api/profile", `{"bio":"hello","newsletter":true}`)
			}
		}
	})
	late := latest()
	expected := m.statuses[200] + m.statuses[204]
	if late > maxLateness {
		expected += m.statuses[503]
	}
	if expected < len(m.times) || m.statuses[200] == 0 {
		t.Errorf("got %s, want success", m)
	}
	wantNoGoroutinesLeft(t)
	t.Logf("%s, slowest %v; goroutines waited for a CPU for up to %v", m, m.slowest, late)
}

// maxLateness is how late a goroutine may wake up on a machine with enough CPU for the load. A
// request passes through dozens of goroutines, and each may be that late.
const maxLateness = 100 * time.Millisecond

// measureLateness measures how late a sleeping goroutine wakes up at most, until latest is called.
func measureLateness() (latest func() time.Duration) {
	const interval = 10 * time.Millisecond
	stop, worst := make(chan struct{}), make(chan time.Duration)
	go func() {
		var late time.Duration
		for {
			start := time.Now()
			select {
			case <-time.After(interval):
				late = max(late, time.Since(start)-interval)
			case <-stop:
				worst <- late
				return
			}
		}
	}()
	return func() time.Duration { close(stop); return <-worst }
}
