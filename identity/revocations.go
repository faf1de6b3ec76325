package identity

import (
	"sync"
	"time"
)

const (
	// maxMarks bounds the users marked at the same time.
	maxMarks = 10_000
	// tokenLife is how long a token can be used after it was issued: an hour, and the five minutes of the SDK's leeway
	// at either end.
	tokenLife = time.Hour + 10*time.Minute
)

// marks remembers whose sessions this instance knows to have ended: tokens of the user issued until the mark are looked
// up before they are believed. It does not refuse them outright, because a user may be enabled again.
type marks struct {
	mu  sync.RWMutex
	at  map[string]time.Time
	all time.Time // for everybody; set when the map is full, since no mark may be lost
}

func newMarks() *marks { return &marks{at: make(map[string]time.Time)} }

// set marks the user's tokens issued until now.
func (m *marks) set(uid string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.at) >= maxMarks {
		m.prune(now)
	}
	m.at[uid] = now
}

// prune drops the marks whose tokens have all expired. If they are all needed, one mark for everybody replaces them.
// The caller holds the lock.
func (m *marks) prune(now time.Time) {
	for uid, at := range m.at {
		if now.Sub(at) > tokenLife {
			delete(m.at, uid)
		}
	}
	if len(m.at) >= maxMarks {
		m.all = now
		clear(m.at)
	}
}

// covers says whether a mark asks for this user's token to be looked up. A token of the same second may be older.
func (m *marks) covers(u *User) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	at := m.at[u.UID]
	if m.all.After(at) {
		at = m.all
	}
	return !at.IsZero() && !u.IssuedAt.After(at)
}
