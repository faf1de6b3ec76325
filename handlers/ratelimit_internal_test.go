package handlers

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

func TestR54LimitersOfAMillionCallersStayBelow32MiB(t *testing.T) {
	limit := Limit{PerSecond: 1, Burst: 10}
	byAddress, byAccount := newLimiter[netip.Addr](limit), newLimiter[string](limit)
	before := heap()
	now := time.Now()
	for i := range 1_000_000 {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:], uint64(i))
		byAddress.wait(netip.AddrFrom16(b), now)
		byAccount.wait(fmt.Sprintf("%0128d", i), now) // the longest uid there can be
	}
	const most = 32 << 20
	got := heap() - before
	if got > most {
		t.Errorf("got %d MiB, want at most %d", got>>20, most>>20)
	}
	t.Logf("%.1f MiB", float64(got)/(1<<20))
	runtime.KeepAlive(byAddress)
	runtime.KeepAlive(byAccount)
}

// heap is what is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestR54ABucketRefillsAndRefusalsCostNothing(t *testing.T) {
	l := newLimiter[string](Limit{PerSecond: 2, Burst: 3})
	now := time.Now()
	for i := range 3 {
		if wait := l.wait("ada", now); wait != 0 {
			t.Fatalf("request %d of the burst: told to wait %v", i, wait)
		}
	}
	for range 100 {
		if wait := l.wait("ada", now); wait != 500*time.Millisecond {
			t.Fatalf("after the burst: told to wait %v, want 500ms", wait)
		}
	}
	if wait := l.wait("grace", now); wait != 0 {
		t.Errorf("somebody else: told to wait %v", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := l.wait("ada", now); wait != 0 {
		t.Errorf("after waiting as told: told to wait %v", wait)
	}
}

func TestR54CallersWhoStayAreRemembered(t *testing.T) {
	l := newLimiter[int](Limit{PerSecond: 0.001, Burst: 1})
	now := time.Now()
	l.wait(-1, now)
	for i := range 3 * maxCallers {
		l.wait(i, now)
		if i%1000 == 0 && l.wait(-1, now) == 0 {
			t.Fatalf("after %d other callers, one who kept calling had a full bucket", i)
		}
	}
}
