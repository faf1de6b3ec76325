package identitytest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"sync"
	"time"
)

// Claims describes an ID token. The zero value is for alice, who has just signed in with a
// password.
type Claims struct {
	UID           string
	Email         string
	EmailVerified bool
	Provider      string        // "sign_in_provider"; empty means "password"
	Tenant        string        // "tenant"
	IssuedAt      time.Time     // zero means now
	Lifetime      time.Duration // zero means an hour
	AuthTime      time.Time     // zero means IssuedAt
	// Extra adds and replaces claims. Nil removes one.
	Extra map[string]any
}

// Token mints an ID token as Google would.
func (s *Server) Token(c Claims) string {
	return s.Mint(s.Header(), c.Map())
}

// Header returns the header of a valid token.
func (s *Server) Header() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"alg": "RS256", "typ": "JWT", "kid": s.kid}
}

// Map returns the token's payload.
func (c Claims) Map() map[string]any {
	if c.UID == "" {
		c.UID = "alice"
	}
	if c.Provider == "" {
		c.Provider = "password"
	}
	if c.IssuedAt.IsZero() {
		c.IssuedAt = time.Now()
	}
	if c.Lifetime == 0 {
		c.Lifetime = time.Hour
	}
	if c.AuthTime.IsZero() {
		c.AuthTime = c.IssuedAt
	}
	firebase := map[string]any{"sign_in_provider": c.Provider, "identities": map[string]any{}}
	if c.Tenant != "" {
		firebase["tenant"] = c.Tenant
	}
	claims := map[string]any{
		"iss": "https://securetoken.google.com/" + ProjectID, "aud": ProjectID,
		"sub": c.UID, "user_id": c.UID, "auth_time": c.AuthTime.Unix(),
		"iat": c.IssuedAt.Unix(), "exp": c.IssuedAt.Add(c.Lifetime).Unix(),
		"firebase": firebase,
	}
	if c.Email != "" {
		claims["email"], claims["email_verified"] = c.Email, c.EmailVerified
	}
	maps.Copy(claims, c.Extra)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

// Mint returns a token with any header and claims. It signs with RS256 and the key of this
// process.
func (s *Server) Mint(header, claims map[string]any) string {
	signed := Encode(header) + "." + Encode(claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(signed)))
}

// Encode encodes a token part.
func Encode(part map[string]any) string {
	raw, err := json.Marshal(part)
	if err != nil {
		panic(fmt.Sprintf("encode a token part: %v", err))
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func sign(message []byte) []byte {
	digest := sha256.Sum256(message)
	signature, err := rsa.SignPKCS1v15(nil, signingKey(), crypto.SHA256, digest[:])
	if err != nil {
		panic(fmt.Sprintf("sign: %v", err))
	}
	return signature
}

// signingKey returns the RSA key of this process. Generating one takes a tenth of a second.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(fmt.Sprintf("generate a key: %v", err))
	}
	return key
})

// certificatePEM returns a certificate of the signing key. The SDK uses only its public key.
var certificatePEM = sync.OnceValue(func() string {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour),
	}
	key := signingKey()
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(fmt.Sprintf("create a certificate: %v", err))
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
})

// certificates responds as www.googleapis.com does: with certificates by key ID, and for how
// long to cache them.
func (s *Server) certificates(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	kid, maxAge := s.kid, s.maxAge
	s.mu.Unlock()
	cacheControl := fmt.Sprintf("public, max-age=%d, must-revalidate", int(maxAge.Seconds()))
	w.Header().Set("Cache-Control", cacheControl)
	writeJSON(w, map[string]string{kid: certificatePEM()})
}
