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
			t.Fatalf("after %d others, a token in use is forgotten", i)
		}
		if got := len(c.young) + len(c.old); got > 100 {
			t.Fatalf("got %d tokens, want at most 100", got)
		}
	}
	if _, ok := c.get(keyOf("0"), now); ok {
		t.Error("a token that nobody used is still there")
	}
}

func TestCacheForgetsExpiredTokensAndSharesNoUser(t *testing.T) {
	now := time.Now()
	c := newTokenCache(10)
	c.put(keyOf("1"), &User{UID: "alice", ExpiresAt: now.Add(time.Second)})
	got, ok := c.get(keyOf("1"), now)
	if !ok {
		t.Fatal("a good token is not there")
	}
	got.UID = "mallory"
	if again, _ := c.get(keyOf("1"), now); again.UID != "alice" {
		t.Errorf("got %q after another request changed its own user", again.UID)
	}
	if _, ok := c.get(keyOf("1"), now.Add(time.Second)); ok {
		t.Error("an expired token is still there")
	}
}

func TestNoMarkIsLostWhenThereAreTooMany(t *testing.T) {
	m, now := newMarks(), time.Now()
	for i := range maxMarks + 10 {
		m.set(fmt.Sprint(i), now)
	}
	if len(m.at) > maxMarks {
		t.Errorf("got %d marks, want at most %d", len(m.at), maxMarks)
	}
	for i := range maxMarks + 10 {
		if !m.covers(&User{UID: fmt.Sprint(i), IssuedAt: now}) {
			t.Fatalf("the mark of user %d is lost", i)
		}
	}
	if m.covers(&User{UID: "1", IssuedAt: now.Add(time.Second)}) {
		t.Error("a token issued after the mark is covered")
	}
}

func TestOldMarksMakeRoom(t *testing.T) {
	m, then := newMarks(), time.Now()
	for i := range maxMarks {
		m.set(fmt.Sprint(i), then)
	}
	m.set("new", then.Add(tokenLife+time.Second))
	if len(m.at) != 1 || !m.all.IsZero() {
		t.Errorf("got %d marks and %v for all, want one and none", len(m.at), m.all)
	}
}
