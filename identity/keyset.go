package identity

import (
	"context"
	"crypto"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// keysFresh is how long keys are used without asking again.
	keysFresh = time.Hour
	// keysUsable is how long they are used at most, if they cannot be fetched again.
	keysUsable = 24 * time.Hour
	// keysPause is the least time between two fetches, so that assertions with made-up key ids cause no flood of them.
	keysPause = 10 * time.Second
	// maxKeys bounds the key set that is read, in bytes; Google's is 1 KB.
	maxKeys = 64 << 10
)

// keySet fetches the public keys of an issuer, a JSON Web Key Set, and keeps them. A key that it does not know makes it
// fetch again, so that it follows Google's rotation; an outage leaves it with the keys it has.
type keySet struct {
	owner  string // for error texts
	url    string
	parse  func(jwk) crypto.PublicKey // nil for a key that is of no use here
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	keys     map[string]crypto.PublicKey
	fetched  time.Time     // when keys came
	tried    time.Time     // when the last attempt ended
	err      error         // of the last attempt
	fetching chan struct{} // closed when the attempt that runs is over; nil if none does
}

// get returns the key with this id. Every caller waits until its own deadline, whoever started the fetch.
func (k *keySet) get(ctx context.Context, kid string) (crypto.PublicKey, error) {
	key, wait := k.known(kid)
	if wait != nil {
		ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
		defer cancel()
		select {
		case <-wait:
			key, _ = k.known(kid)
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
		return nil, &failure{kind: ErrUnavailable, cause: "the keys of " + k.owner + " did not come in time"}
	case k.err != nil:
		return nil, fail(ErrUnavailable, "fetch the keys of "+k.owner, k.err)
	}
	return nil, invalid("it is signed with an unknown key")
}

// known returns the key if there is one, and a fetch to wait for if there should be a newer answer. It starts the fetch.
func (k *keySet) known(kid string) (crypto.PublicKey, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := k.now().Sub(k.fetched)
	var key crypto.PublicKey
	if age < keysUsable {
		key = k.keys[kid]
	}
	if key != nil && age < keysFresh || k.now().Sub(k.tried) < keysPause {
		return key, nil
	}
	if k.fetching == nil {
		k.fetching = make(chan struct{})
		go k.fetch(k.fetching)
	}
	return key, k.fetching
}

// fetch asks for the keys once, under a deadline that belongs to no request.
func (k *keySet) fetch(over chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), defaultTimeout)
	defer cancel()
	keys, err := k.ask(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tried, k.err = k.now(), err
	if err == nil {
		k.keys, k.fetched = keys, k.tried
	}
	k.fetching = nil
	close(over)
}

func (k *keySet) ask(ctx context.Context) (map[string]crypto.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for keys: %w", err)
	}
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask for keys: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask for keys: status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys))
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return k.read(body)
}

// jwk is the part of a JSON Web Key that is used here.
type jwk struct {
	Kid, Kty string
	Crv      string
	X, Y     string // of a point on the curve
	N, E     string // modulus and exponent
}

// read takes the usable keys out of a JSON Web Key Set. A set without any is an error, so that a wrong answer does not
// replace good keys.
func (k *keySet) read(body []byte) (map[string]crypto.PublicKey, error) {
	var set struct{ Keys []jwk }
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("parse keys: %w", err)
	}
	keys := make(map[string]crypto.PublicKey)
	for _, key := range set.Keys {
		if public := k.parse(key); public != nil {
			keys[key.Kid] = public
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("parse keys: none in %d bytes", len(body))
	}
	return keys, nil
}
