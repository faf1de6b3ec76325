package identitytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// IAPAudience is the audience of this package's assertions.
const IAPAudience = "/projects/1234567890/locations/europe-west1/services/latchkey"

// IAP is a fake Identity-Aware Proxy. It signs assertions and serves its public keys.
type IAP struct {
	// KeysURL is where it serves the keys.
	KeysURL string
	// Keys is the endpoint at KeysURL.
	Keys Endpoint

	mu  sync.Mutex
	kid string
	key *ecdsa.PrivateKey
}

// NewIAP starts an IAP. It stops when the test ends.
func NewIAP(tb testing.TB) *IAP {
	tb.Helper()
	p := &IAP{}
	closed := make(chan struct{})
	p.Keys.closed = closed
	p.Rotate("iap-1")
	server := httptest.NewUnstartedServer(p.Keys.wrap(p.serveKeys))
	server.Config.ErrorLog = discardLog
	server.Start()
	p.KeysURL = server.URL
	tb.Cleanup(func() {
		close(closed)
		server.CloseClientConnections()
		server.Close()
	})
	return p
}

// Rotate replaces the key and its id.
func (p *IAP) Rotate(kid string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(fmt.Sprintf("generate a key: %v", err))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kid, p.key = kid, key
}

// Header returns the header of a valid assertion.
func (p *IAP) Header() map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	return map[string]any{"alg": "ES256", "typ": "JWT", "kid": p.kid}
}

// Claims returns the claims of a valid assertion for the email address. changes adds and
// replaces claims; nil removes one.
func (p *IAP) Claims(email string, changes map[string]any) map[string]any {
	now := time.Now().Unix()
	claims := map[string]any{
		"iss": "https://cloud.google.com/iap", "aud": IAPAudience,
		"sub": "accounts.google.com:" + email, "email": email, "iat": now, "exp": now + 600,
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

// Sign returns an assertion with any header and claims.
func (p *IAP) Sign(header, claims map[string]any) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	signed := Encode(header) + "." + Encode(claims)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, digest[:])
	if err != nil {
		panic(fmt.Sprintf("sign: %v", err))
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// Assertion returns a valid assertion for the email address, for the header
// X-Goog-IAP-JWT-Assertion.
func (p *IAP) Assertion(email string) string {
	return p.Sign(p.Header(), p.Claims(email, nil))
}

// serveKeys responds as www.gstatic.com does. The set also has a malformed key, and the signing
// key without an ID, which no verifier may use.
func (p *IAP) serveKeys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		panic(fmt.Sprintf("encode a key: %v", err))
	}
	encode := base64.RawURLEncoding.EncodeToString
	x, y := encode(point[1:33]), encode(point[33:])
	writeJSON(w, map[string]any{"keys": []map[string]any{
		{"kty": "EC", "crv": "P-256", "kid": "retired", "x": "AA", "y": "AA"},
		{"kty": "EC", "crv": "P-256", "x": x, "y": y},
		{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": p.kid, "x": x, "y": y},
	}})
}
