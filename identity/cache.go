package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxCachedTokens bounds the cache. At about 2 KB per token it takes 20 MB when full.
const maxCachedTokens = 10_000

// tokenKey identifies a token in the cache. It is a hash, so that a memory dump contains no
// usable tokens.
type tokenKey [sha256.Size]byte

func keyOf(token string) tokenKey { return sha256.Sum256([]byte(token)) }

// tokenCache holds verified tokens until they expire. Only tokens that passed verification get
// in, so an attacker cannot fill it with junk.
//
// It consists of two generations: when the young one is full it becomes the old one, and the
// old one is dropped. That evicts the least recently used tokens about as well as a linked list
// would.
type tokenCache struct {
	mu         sync.Mutex
	size       int // of one generation
	young, old map[tokenKey]cacheEntry
}

// cacheEntry is what is known about one token.
type cacheEntry struct {
	user      *User     // as the token says
	live      *User     // as the last user lookup said; nil before the first
	checkedAt time.Time // when that lookup started
}

func newTokenCache(size int) *tokenCache {
	return &tokenCache{size: size / 2, young: make(map[tokenKey]cacheEntry)}
}

// get returns a copy of the token's user, if the token is cached and hasn't expired.
func (c *tokenCache) get(key tokenKey, now time.Time) (*User, bool) {
	e, ok := c.find(key, now)
	if !ok {
		return nil, false
	}
	u := *e.user
	return &u, true
}

// live returns a copy of the user from the last lookup for the token, and when it started.
func (c *tokenCache) live(key tokenKey, now time.Time) (u *User, checkedAt time.Time, ok bool) {
	e, ok := c.find(key, now)
	if !ok || e.live == nil {
		return nil, time.Time{}, false
	}
	live := *e.live
	return &live, e.checkedAt, true
}

func (c *tokenCache) find(key tokenKey, now time.Time) (cacheEntry, bool) {
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

// put caches a verified token.
func (c *tokenCache) put(key tokenKey, u *User) {
	c.mu.Lock()
	defer c.mu.Unlock()
	user := *u
	c.store(key, cacheEntry{user: &user})
}

// putLive caches the result of a user lookup for a token that is in the cache.
func (c *tokenCache) putLive(key tokenKey, u *User, checkedAt time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.young[key]
	if !ok {
		return
	}
	live := *u
	e.live, e.checkedAt = &live, checkedAt
	c.young[key] = e
}

// store adds an entry to the young generation, and starts a new one if it is full. The caller
// holds the lock.
func (c *tokenCache) store(key tokenKey, e cacheEntry) {
	if len(c.young) >= c.size {
		c.young, c.old = make(map[tokenKey]cacheEntry), c.young
	}
	c.young[key] = e
}
