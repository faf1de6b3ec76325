package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// iapKeysURL serves the public keys of Identity-Aware Proxy as a JSON Web Key Set.
	iapKeysURL = "https://www.gstatic.com/iap/verify/public_key-jwk"
	// keysFresh is how long keys are used without asking again.
	keysFresh = time.Hour
	// keysUsable is how long they are used at most, if they cannot be fetched again.
	keysUsable = 24 * time.Hour
	// keysPause is the least time between two fetches, so that assertions with made-up key ids cause no flood of them.
	keysPause = 10 * time.Second
	// maxKeys bounds the key set that is read, in bytes; Google's is 1 KB.
	maxKeys = 64 << 10
)

// iapKeys fetches the keys and keeps them. A key that it does not know makes it fetch again, so that it follows Google's
// rotation; an outage leaves it with the keys it has.
type iapKeys struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	keys     map[string]*ecdsa.PublicKey
	fetched  time.Time     // when keys came
	tried    time.Time     // when the last attempt ended
	err      error         // of the last attempt
	fetching chan struct{} // closed when the attempt that runs is over; nil if none does
}

func newIAPKeys(url string, client *http.Client, now func() time.Time) *iapKeys {
	return &iapKeys{url: url, client: client, now: now}
}

// get returns the key with this id. Every caller waits until its own deadline, whoever started the fetch.
func (k *iapKeys) get(ctx context.Context, kid string) (*ecdsa.PublicKey, error) {
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
		return nil, &failure{kind: ErrUnavailable, cause: "the keys of Identity-Aware Proxy did not come in time"}
	case k.err != nil:
		return nil, fail(ErrUnavailable, "fetch the keys of Identity-Aware Proxy", k.err)
	}
	return nil, invalid("it is signed with an unknown key")
}

// known returns the key if there is one, and a fetch to wait for if there should be a newer answer. It starts the fetch.
func (k *iapKeys) known(kid string) (*ecdsa.PublicKey, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := k.now().Sub(k.fetched)
	var key *ecdsa.PublicKey
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
func (k *iapKeys) fetch(over chan struct{}) {
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

func (k *iapKeys) ask(ctx context.Context) (map[string]*ecdsa.PublicKey, error) {
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
	return parseKeys(body)
}

// parseKeys reads a JSON Web Key Set and takes the P-256 keys out of it. A set without any is an error, so that a wrong
// answer does not replace good keys.
func parseKeys(body []byte) (map[string]*ecdsa.PublicKey, error) {
	var set struct {
		Keys []struct{ Kid, Kty, Crv, X, Y string }
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("parse keys: %w", err)
	}
	keys := make(map[string]*ecdsa.PublicKey)
	for _, jwk := range set.Keys {
		if jwk.Kty != "EC" || jwk.Crv != "P-256" {
			continue
		}
		x, errX := base64.RawURLEncoding.DecodeString(jwk.X)
		y, errY := base64.RawURLEncoding.DecodeString(jwk.Y)
		if errX != nil || errY != nil || len(x) != 32 || len(y) != 32 {
			continue
		}
		point := append(append([]byte{4}, x...), y...) // 4: uncompressed
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		if err == nil { // the point is on the curve
			keys[jwk.Kid] = key
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("parse keys: none in %d bytes", len(body))
	}
	return keys, nil
}
