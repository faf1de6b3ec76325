package handlers

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

func TestR54LimitersForAMillionCallersTakeAtMost32MiB(t *testing.T) {
	limit := Limit{PerSecond: 1, Burst: 10}
	byAddress, byAccount := newLimiter[netip.Addr](limit), newLimiter[string](limit)
	before := heapInUse()
	now := time.Now()
	for i := range 1_000_000 {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:], uint64(i))
		byAddress.take(netip.AddrFrom16(b), now)
		byAccount.take(fmt.Sprintf("%0128d", i), now) // the maximum length of a uid
	}
	const limitBytes = 32 << 20
	got := heapInUse() - before
	if got > limitBytes {
		t.Errorf("got %d MiB, want at most %d", got>>20, limitBytes>>20)
	}
	t.Logf("%.1f MiB", float64(got)/(1<<20))
	runtime.KeepAlive(byAddress)
	runtime.KeepAlive(byAccount)
}

// heapInUse is in bytes.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestR54LimitsRefillAndRejectedRequestsDoNotCount(t *testing.T) {
	l := newLimiter[string](Limit{PerSecond: 2, Burst: 3})
	now := time.Now()
	for i := range 3 {
		if wait := l.take("ada", now); wait != 0 {
			t.Fatalf("request %d of the burst: told to wait %v", i, wait)
		}
	}
	for range 100 {
		if wait := l.take("ada", now); wait != 500*time.Millisecond {
			t.Fatalf("after the burst: told to wait %v, want 500ms", wait)
		}
	}
	if wait := l.take("grace", now); wait != 0 {
		t.Errorf("another caller: told to wait %v", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := l.take("ada", now); wait != 0 {
		t.Errorf("after waiting as told: told to wait %v", wait)
	}
}

func TestR54ActiveCallersAreRemembered(t *testing.T) {
	l := newLimiter[int](Limit{PerSecond: 0.001, Burst: 1})
	now := time.Now()
	l.take(-1, now)
	for i := range 3 * maxCallers {
		l.take(i, now)
		if i%1000 == 0 && l.take(-1, now) == 0 {
			t.Fatalf("after %d other callers, an active one was forgotten", i)
		}
	}
}
