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
	for name, address := range map[string]func(i int) netip.Addr{
		"IPv4": func(i int) netip.Addr { return netip.AddrFrom4([4]byte(bytesOf(i)[4:])) },
		"IPv6, each in its own /48": func(i int) netip.Addr {
			return netip.AddrFrom16([16]byte(append(bytesOf(i<<16), bytesOf(i)...)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			byAddress, byAccount := newAddressLimiter(limit), newAccountLimiter(limit)
			before := heapInUse()
			now := time.Now()
			for i := range 1_000_000 {
				byAddress.take(now, networksOf(address(i))...)
				byAccount.take(now, fmt.Sprintf("%0128d", i)) // the maximum length of a uid
			}
			const limitBytes = 32 << 20
			got := heapInUse() - before
			if got > limitBytes {
				t.Errorf("got %d MiB, want at most %d", got>>20, limitBytes>>20)
			}
			t.Logf("%.1f MiB", float64(got)/(1<<20))
			runtime.KeepAlive(byAddress)
			runtime.KeepAlive(byAccount)
		})
	}
}

// bytesOf returns the number as eight bytes.
func bytesOf(i int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(i)) }

// heapInUse is in bytes.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestR54LimitsRefillAndRejectedRequestsDoNotCount(t *testing.T) {
	l := newAccountLimiter(Limit{PerSecond: 2, Burst: 3})
	now := time.Now()
	for i := range 3 {
		if wait := l.take(now, "ada"); wait != 0 {
			t.Fatalf("request %d of the burst: told to wait %v", i, wait)
		}
	}
	for range 100 {
		if wait := l.take(now, "ada"); wait != 500*time.Millisecond {
			t.Fatalf("after the burst: told to wait %v, want 500ms", wait)
		}
	}
	if wait := l.take(now, "grace"); wait != 0 {
		t.Errorf("another caller: told to wait %v", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := l.take(now, "ada"); wait != 0 {
		t.Errorf("after waiting as told: told to wait %v", wait)
	}
}

// A /64 may have 3 requests at once, so all networks of its /48 may have 48 together.
func TestRequestsThatOneIPv6NetworkRejectsDoNotCountInTheOther(t *testing.T) {
	l := newAddressLimiter(Limit{PerSecond: 1, Burst: 3})
	now := time.Now()
	take := func(network int) time.Duration {
		address := netip.MustParseAddr(fmt.Sprintf("2001:db8:1:%x::1", network))
		return l.take(now, networksOf(address)...)
	}
	passed := 0
	for range 1000 { // all but 3 are rejected by the /64
		if take(0) == 0 {
			passed++
		}
	}
	for network := range 100 { // the /48 rejects them once it is full
		for range 3 {
			if take(network) == 0 {
				passed++
			}
		}
	}
	if passed != 3*siteShare {
		t.Errorf("%d requests passed, want the %d of a /48", passed, 3*siteShare)
	}
	// After a second, the /48 may have 16 requests. The /64s that it has rejected may have 3 each.
	now = now.Add(time.Second)
	passed = 0
	for network := range 5 {
		for range 10 {
			if take(90+network) == 0 {
				passed++
			}
		}
	}
	if passed != 15 {
		t.Errorf("%d requests passed, want 3 of each /64", passed)
	}
	if take(200) != 0 || take(201) == 0 {
		t.Error("want the 16th request of the /48 to pass, and no 17th")
	}
	if wait := l.take(now, networksOf(netip.MustParseAddr("2001:db8:2::1"))...); wait != 0 {
		t.Errorf("another /48: told to wait %v", wait)
	}
}

func TestR54ActiveCallersAreRemembered(t *testing.T) {
	l := newLimiter(func(int) Limit { return Limit{PerSecond: 0.001, Burst: 1} })
	now := time.Now()
	l.take(now, -1)
	for i := range 3 * maxCallers {
		l.take(now, i)
		if i%1000 == 0 && l.take(now, -1) == 0 {
			t.Fatalf("after %d other callers, an active one was forgotten", i)
		}
	}
}
