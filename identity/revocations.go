package identity

import (
	"sync"
	"time"
)

const (
	// maxRevocations bounds the users on a revocationList.
	maxRevocations = 10_000
	// tokenLife is how long a token can be used after its time of issue: an hour, plus the five
	// minutes of leeway that the SDK allows at either end.
	tokenLife = time.Hour + 10*time.Minute
)

// revocationList records the users whose sessions this instance knows were revoked. Their
// tokens aren't rejected outright, because a disabled user may be enabled again, but they need
// a user lookup.
type revocationList struct {
	mu    sync.RWMutex
	users map[string]time.Time // when each user's sessions were revoked, by UID
	all   time.Time            // for every user; set when the list is full, to lose no revocation
}

func newRevocationList() *revocationList {
	return &revocationList{users: make(map[string]time.Time)}
}

// add records that the user's tokens issued until now need a lookup.
func (l *revocationList) add(uid string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.users) >= maxRevocations {
		l.prune(now)
	}
	l.users[uid] = now
}

// prune removes the entries whose tokens have all expired. If none have, one entry for every
// user replaces them. The caller holds the lock.
func (l *revocationList) prune(now time.Time) {
	for uid, revokedAt := range l.users {
		if now.Sub(revokedAt) > tokenLife {
			delete(l.users, uid)
		}
	}
	if len(l.users) >= maxRevocations {
		l.all = now
		clear(l.users)
	}
}

// covers reports whether the user's token needs a lookup. Tokens issued in the second of the
// revocation do, because their time of issue has no fractions of a second.
func (l *revocationList) covers(u *User) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	revokedAt := l.users[u.UID]
	if l.all.After(revokedAt) {
		revokedAt = l.all
	}
	return !revokedAt.IsZero() && !u.IssuedAt.After(revokedAt)
}
