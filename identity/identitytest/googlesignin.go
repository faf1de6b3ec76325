package identitytest

import (
	"encoding/base64"
	"maps"
	"math/big"
	"net/http"
	"time"
)

// ClientID is the OAuth client ID of this package's Google ID tokens.
const ClientID = "1234567890-abc.apps.googleusercontent.com"

// GoogleToken mints an ID token of Google Sign-In for the subject. changes adds and replaces
// claims; nil removes one.
func (s *Server) GoogleToken(subject string, changes map[string]any) string {
	now := time.Now().Unix()
	claims := map[string]any{
		"iss": "https://accounts.google.com", "aud": ClientID, "azp": ClientID, "sub": subject,
		"email": subject + "@example.com", "email_verified": true,
		"iat": now, "exp": now + 3600,
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return s.Mint(s.Header(), claims)
}

// Client returns an HTTP client that sends every request to this server.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.transport()} }

// jwks responds with the public key as www.googleapis.com does. The set also has a key that is too
// small.
func (s *Server) jwks(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	kid := s.kid
	s.mu.Unlock()
	encode := base64.RawURLEncoding.EncodeToString
	public := signingKey().PublicKey
	writeJSON(w, map[string]any{"keys": []map[string]any{
		{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "retired", "n": "AQAB", "e": "AQAB"},
		{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
			"n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes()),
		},
	}})
}
