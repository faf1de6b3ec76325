package identity

import (
	"fmt"
	"testing"
	"time"
)

func TestCacheStaysBoundedAndKeepsWhatIsUsed(t *testing.T) {
	now := time.Now()
	c := newTokenCache(100)
	u := &User{UID: "alice", ExpiresAt: now.Add(time.Hour)}
	used := keyOf("used")
	c.put(used, u)
	for i := range 10_000 {
		c.put(keyOf(fmt.Sprint(i)), u)
		if _, ok := c.get(used, now); !ok {
			t.Fatalf("after %d other tokens, a token in use is gone", i)
		}
		if got := len(c.young) + len(c.old); got > 100 {
			t.Fatalf("got %d tokens, want at most 100", got)
		}
	}
	if _, ok := c.get(keyOf("0"), now); ok {
		t.Error("an unused token is still cached")
	}
}

func TestCacheDropsExpiredTokensAndReturnsCopies(t *testing.T) {
	now := time.Now()
	c := newTokenCache(10)
	c.put(keyOf("1"), &User{UID: "alice", ExpiresAt: now.Add(time.Second)})
	got, ok := c.get(keyOf("1"), now)
	if !ok {
		t.Fatal("a valid token is missing")
	}
	got.UID = "mallory"
	if again, _ := c.get(keyOf("1"), now); again.UID != "alice" {
		t.Errorf("got %q after the caller changed its copy", again.UID)
	}
	if _, ok := c.get(keyOf("1"), now.Add(time.Second)); ok {
		t.Error("an expired token is still cached")
	}
}

func TestFullRevocationListLosesNoUser(t *testing.T) {
	l, now := newRevocationList(), time.Now()
	for i := range maxRevocations + 10 {
		l.add(fmt.Sprint(i), now)
	}
	if len(l.users) > maxRevocations {
		t.Errorf("got %d users, want at most %d", len(l.users), maxRevocations)
	}
	for i := range maxRevocations + 10 {
		if !l.covers(&User{UID: fmt.Sprint(i), IssuedAt: now}) {
			t.Fatalf("user %d is not covered", i)
		}
	}
	if l.covers(&User{UID: "1", IssuedAt: now.Add(time.Second)}) {
		t.Error("a token issued after the revocation is covered")
	}
}

func TestExpiredRevocationsAreRemoved(t *testing.T) {
	l, then := newRevocationList(), time.Now()
	for i := range maxRevocations {
		l.add(fmt.Sprint(i), then)
	}
	l.add("new", then.Add(tokenLife+time.Second))
	if len(l.users) != 1 || !l.all.IsZero() {
		t.Errorf("got %d users and %v for all users, want 1 and zero", len(l.users), l.all)
	}
}
