package identity

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// keysFresh is how long keys are used before they are fetched again.
	keysFresh = time.Hour
	// keysUsable is how long keys may be used while they cannot be fetched again.
	keysUsable = 24 * time.Hour
	// keysPause is the minimum time between two fetches, so that tokens with made-up key IDs
	// don't flood the endpoint.
	keysPause = 10 * time.Second
	// maxKeySet bounds the size of a key set, in bytes. Google's are about 1 KB.
	maxKeySet = 64 << 10
	// minRSABits and maxRSABits bound the size of an RSA key.
	minRSABits, maxRSABits = 2048, 8192
)

// keySet fetches and caches an issuer's public keys (a JSON Web Key Set). An unknown key ID
// makes it fetch the set again, which is how it follows key rotation. During an outage it uses
// the keys it has.
//
// The caches of coreos/go-oidc and MicahParks/jwkset don't keep these bounds:
// docs/design-notes.md says where they fail.
type keySet struct {
	name   string // for error texts
	url    string
	client *http.Client
	now    func() time.Time

	mu        sync.Mutex
	keys      map[string]crypto.PublicKey // by key ID
	fetched   time.Time                   // when keys was fetched
	attempted time.Time                   // when the last fetch ended
	err       error                       // of the last fetch
	fetching  chan struct{}               // closed when the current fetch ends; nil without one
}

// get returns the key with the ID. No caller waits past its own deadline or [defaultTimeout],
// whichever comes first. Errors are [ErrInvalidToken] if there is no such key, and
// [ErrUnavailable].
func (k *keySet) get(ctx context.Context, keyID string) (crypto.PublicKey, error) {
	key, wait := k.lookup(keyID)
	if wait != nil {
		ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
		defer cancel()
		select {
		case <-wait:
			key, _ = k.lookup(keyID)
		case <-ctx.Done():
		}
	}
	if key != nil {
		return key, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.fetching != nil:
		return nil, unavailable("the keys of " + k.name + " didn't arrive in time")
	case k.err != nil:
		return nil, fail(ErrUnavailable, "fetch the keys of "+k.name, k.err)
	}
	return nil, invalid("it is signed with an unknown key")
}

// lookup returns the cached key, or nil. If the keys should be fetched again, it starts a fetch
// and returns a channel that is closed when the fetch ends.
func (k *keySet) lookup(keyID string) (key crypto.PublicKey, wait <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := k.now().Sub(k.fetched)
	if age < keysUsable {
		key = k.keys[keyID]
	}
	if key != nil && age < keysFresh || k.now().Sub(k.attempted) < keysPause {
		return key, nil
	}
	if k.fetching == nil {
		k.fetching = make(chan struct{})
		go k.fetch(k.fetching)
	}
	return key, k.fetching
}

// fetch fetches the keys once and closes done. Its deadline doesn't depend on any request's,
// because several requests may wait for it.
func (k *keySet) fetch(done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), defaultTimeout)
	defer cancel()
	keys, err := k.download(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.attempted, k.err = k.now(), err
	if err == nil {
		k.keys, k.fetched = keys, k.attempted
	}
	k.fetching = nil
	close(done)
}

func (k *keySet) download(ctx context.Context) (map[string]crypto.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, fmt.Errorf("request keys: %w", err)
	}
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("request keys: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("request keys: status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeySet))
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return parseKeys(body)
}

// parseKeys returns the usable keys of a JSON Web Key Set. It returns an error if there are
// none, so that a bad response doesn't replace good keys. It parses the keys one by one,
// because jose.JSONWebKeySet rejects a whole set for one malformed key.
func parseKeys(body []byte) (map[string]crypto.PublicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("parse keys: %w", err)
	}
	keys := make(map[string]crypto.PublicKey)
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(raw) == nil && usable(key) {
			keys[key.KeyID] = key.Key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("parse keys: the set has no usable key")
	}
	return keys, nil
}

// usable reports whether a key may verify signatures. go-jose checks that an EC key is a point
// on its curve, but not the size of an RSA key.
func usable(key jose.JSONWebKey) bool {
	if public, ok := key.Key.(*rsa.PublicKey); ok {
		bits := public.N.BitLen()
		return bits >= minRSABits && bits <= maxRSABits
	}
	return key.IsPublic()
}
