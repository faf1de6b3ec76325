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

// Claims describe an ID token. The zero value is alice, who signed in by password just now.
type Claims struct {
	UID           string
	Email         string
	EmailVerified bool
	Provider      string        // of the sign-in; "password" if empty
	Tenant        string        // "firebase.tenant"
	IssuedAt      time.Time     // now if zero
	Lifetime      time.Duration // an hour if zero
	AuthTime      time.Time     // IssuedAt if zero
	// Extra adds claims and overrides any of the above; nil takes a claim away.
	Extra map[string]any
}

// Token mints an ID token as Google would.
func (s *Server) Token(c Claims) string {
	return s.Mint(s.Header(), c.Map())
}

// Header is the header of a good token, for tests that want to spoil it.
func (s *Server) Header() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"alg": "RS256", "typ": "JWT", "kid": s.kid}
}

// Map is the payload of the token.
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
		"iss": "https://securetoken.google.com/" + ProjectID, "aud": ProjectID, "sub": c.UID, "user_id": c.UID,
		"iat": c.IssuedAt.Unix(), "exp": c.IssuedAt.Add(c.Lifetime).Unix(), "auth_time": c.AuthTime.Unix(),
		"firebase": firebase,
	}
	if c.Email != "" {
		claims["email"], claims["email_verified"] = c.Email, c.EmailVerified
	}
	maps.Copy(claims, c.Extra)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

// Mint signs any header and any claims with RS256 and Google's (that is, this process's) key.
func (s *Server) Mint(header, claims map[string]any) string {
	signed := Encode(header) + "." + Encode(claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(signed)))
}

// Encode makes a part of a token.
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

// signingKey is made once per process: it takes a tenth of a second.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(fmt.Sprintf("make a key: %v", err))
	}
	return key
})

// certificatePEM is a certificate of the signing key; the SDK takes the key out and looks at nothing else.
var certificatePEM = sync.OnceValue(func() string {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signingKey().Public(), signingKey())
	if err != nil {
		panic(fmt.Sprintf("make a certificate: %v", err))
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
})

// certificates answers as www.googleapis.com does: key id → certificate, and how long to keep them.
func (s *Server) certificates(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	kid, maxAge := s.kid, s.maxAge
	s.mu.Unlock()
	w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d, must-revalidate", int(maxAge.Seconds())))
	writeJSON(w, map[string]string{kid: certificatePEM()})
}
