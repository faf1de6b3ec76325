package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxCachedTokens bounds the tokens remembered: at about 2 KB each, 20 MB when full.
const maxCachedTokens = 10_000

// tokenKey stands for a token in memory, so that a dump of the memory holds no token that could be used.
type tokenKey [sha256.Size]byte

func keyOf(token string) tokenKey { return sha256.Sum256([]byte(token)) }

// tokenCache remembers verified tokens until they expire. Only tokens that passed verification get in, so nobody can
// fill it with junk. It is two maps: when the young one is full it becomes the old one, and the old one is dropped.
// That forgets the least used about as well as a linked list would, and costs one lookup more.
type tokenCache struct {
	mu         sync.Mutex
	size       int // of one generation
	young, old map[tokenKey]cached
}

// cached is what is known of one token.
type cached struct {
	user    *User
	current *User     // the user as the last look-up said, nil if there was none
	checked time.Time // when that look-up began
}

func newTokenCache(size int) *tokenCache {
	return &tokenCache{size: size / 2, young: make(map[tokenKey]cached)}
}

// get returns a copy of the user whose token was verified before and has not expired.
func (c *tokenCache) get(key tokenKey, now time.Time) (*User, bool) {
	e, ok := c.find(key, now)
	if !ok {
		return nil, false
	}
	u := *e.user
	return &u, true
}

// live returns a copy of the user as the last look-up for this token said, and when that was.
func (c *tokenCache) live(key tokenKey, now time.Time) (*User, time.Time, bool) {
	e, ok := c.find(key, now)
	if !ok || e.current == nil {
		return nil, time.Time{}, false
	}
	u := *e.current
	return &u, e.checked, true
}

func (c *tokenCache) find(key tokenKey, now time.Time) (cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.young[key]
	if !ok {
		if e, ok = c.old[key]; ok {
			c.store(key, e)
		}
	}
	return e, ok && now.Before(e.user.ExpiresAt)
}

// put remembers a verified token.
func (c *tokenCache) put(key tokenKey, u *User) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := *u
	c.store(key, cached{user: &kept})
}

// putLive remembers what a look-up said about a token that put remembered.
func (c *tokenCache) putLive(key tokenKey, current *User, checked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.young[key]
	if !ok {
		return
	}
	kept := *current
	e.current, e.checked = &kept, checked
	c.young[key] = e
}

// store writes to the young generation and turns the generations over when it is full. The caller holds the lock.
func (c *tokenCache) store(key tokenKey, e cached) {
	if len(c.young) >= c.size {
		c.young, c.old = make(map[tokenKey]cached), c.young
	}
	c.young[key] = e
}
