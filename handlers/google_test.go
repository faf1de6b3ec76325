package handlers_test

import (
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity/identitytest"
)

func TestAGoogleIDTokenIsAnsweredWithItsClaims(t *testing.T) {
	s := newSite(t)
	var claims map[string]any
	s.do("GET", "/api/google/tokeninfo", "", "Authorization", "Bearer "+s.google.GoogleToken("117", nil)).
		want(200, "").decode(&claims)
	if claims["sub"] != "117" || claims["aud"] != identitytest.ClientID || claims["email"] != "117@example.com" {
		t.Errorf("got %v", claims)
	}
	s.do("GET", "/api/google/tokeninfo", "").want(401, "unauthenticated")
	for name, token := range map[string]string{
		"a Firebase token": s.aliceToken(),
		"another client's": s.google.GoogleToken("117", map[string]any{"aud": "evil"}),
		"another issuer's": s.google.GoogleToken("117", map[string]any{"iss": "https://evil.example"}),
	} {
		t.Run(name, func(t *testing.T) {
			s.do("GET", "/api/google/tokeninfo", "", "Authorization", "Bearer "+token).want(401, "invalid_token")
		})
	}
	expired := s.google.GoogleToken("117", map[string]any{"exp": 1_700_000_000})
	s.do("GET", "/api/google/tokeninfo", "", "Authorization", "Bearer "+expired).want(401, "token_expired")
}

func TestAGoogleIDTokenOpensNothingElse(t *testing.T) {
	s := newSite(t)
	google := []string{"Authorization", "Bearer " + s.google.GoogleToken("alice", nil)}
	s.do("GET", "/api/profile", "", google...).want(401, "invalid_token")
	s.do("GET", "/internal/api/users", "", google...).want(401, "unauthenticated")
}

func TestWithoutAClientIDThereIsNoTokenInfo(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.Google = nil })
	s.do("GET", "/api/google/tokeninfo", "", "Authorization", "Bearer "+s.google.GoogleToken("117", nil)).want(404, "not_found")
}

func TestGooglesKeysOutOfReachAreNotTheCallersFault(t *testing.T) {
	s := newSite(t)
	s.google.OAuthCerts.Fail(identitytest.Status(503))
	a := s.do("GET", "/api/google/tokeninfo", "", "Authorization", "Bearer "+s.google.GoogleToken("117", nil)).want(503, "unavailable")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
