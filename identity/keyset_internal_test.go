package identity

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

func TestShortRSAKeysAreNotUsed(t *testing.T) {
	for _, c := range []struct {
		bits   int
		usable bool
	}{{1024, false}, {2048, true}} {
		private, err := rsa.GenerateKey(rand.Reader, c.bits)
		if err != nil {
			t.Fatal(err)
		}
		key := jose.JSONWebKey{Key: private.Public(), KeyID: "1"}
		set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
		if err != nil {
			t.Fatal(err)
		}
		if keys, err := parseKeys(set); (err == nil) != c.usable || (len(keys) == 1) != c.usable {
			t.Errorf("%d bits: got %d keys, %v, want usable: %v", c.bits, len(keys), err, c.usable)
		}
	}
}
