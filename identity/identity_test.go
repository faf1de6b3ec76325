package identity_test

import (
	"context"
	"testing"
	"time"

	"example.com/latchkey/identity"
)

func TestR9OnlyARecentSignInCounts(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		auth time.Time
		want bool
	}{
		"just now":      {now, true},
		"4:59 ago":      {now.Add(-5*time.Minute + time.Second), true},
		"5:00 ago":      {now.Add(-5 * time.Minute), true},
		"5:01 ago":      {now.Add(-5*time.Minute - time.Second), false},
		"absent":        {time.Time{}, false},
		"in the future": {now.Add(time.Second), false},
		"Unix epoch":    {time.Unix(0, 0), false},
	} {
		t.Run(name, func(t *testing.T) {
			u := &identity.User{AuthTime: c.auth}
			if got := u.SignedInWithin(5*time.Minute, now); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestContextCarriesTheUser(t *testing.T) {
	if u, ok := identity.UserFrom(context.Background()); ok {
		t.Errorf("got %+v from an empty context", u)
	}
	if u, ok := identity.UserFrom(identity.WithUser(context.Background(), nil)); ok {
		t.Errorf("got %+v for a nil user", u)
	}
	alice := &identity.User{UID: "alice"}
	u, ok := identity.UserFrom(identity.WithUser(context.Background(), alice))
	if !ok || u != alice {
		t.Errorf("got %+v, %v", u, ok)
	}
}
