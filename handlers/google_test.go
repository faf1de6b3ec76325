package handlers_test

import (
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity/identitytest"
)

func TestTokenInfoReturnsTheClaimsOfAGoogleIDToken(t *testing.T) {
	s := newSite(t)
	tokenInfo := func(token string) *response {
		return s.do("GET", "/api/google/tokeninfo", "", bearer(token)...)
	}
	var claims map[string]any
	tokenInfo(s.google.GoogleToken("117", nil)).want(200, "").decode(&claims)
	if claims["sub"] != "117" || claims["aud"] != identitytest.ClientID ||
		claims["email"] != "117@example.com" {
		t.Errorf("got %v", claims)
	}
	s.do("GET", "/api/google/tokeninfo", "").want(401, "unauthenticated")
	with := func(name string, value any) string {
		return s.google.GoogleToken("117", map[string]any{name: value})
	}
	for name, token := range map[string]string{
		"a Firebase token": s.aliceToken(),
		"another client's": with("aud", "evil"),
		"another issuer's": with("iss", "https://evil.example"),
	} {
		t.Run(name, func(t *testing.T) { tokenInfo(token).want(401, "invalid_token") })
	}
	tokenInfo(with("exp", 1_700_000_000)).want(401, "token_expired")
}

func TestNoOtherCallAcceptsAGoogleIDToken(t *testing.T) {
	s := newSite(t)
	google := bearer(s.google.GoogleToken("alice", nil))
	s.do("GET", "/api/profile", "", google...).want(401, "invalid_token")
	s.do("GET", "/internal/api/users", "", google...).want(401, "unauthenticated")
}

func TestTokenInfoIsNotMountedWithoutAClientID(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.Google = nil })
	token := bearer(s.google.GoogleToken("117", nil))
	s.do("GET", "/api/google/tokeninfo", "", token...).want(404, "not_found")
}

func TestTokenInfoWithoutGooglesKeysIs503(t *testing.T) {
	s := newSite(t)
	s.google.OAuthCerts.Fail(identitytest.Status(503))
	token := bearer(s.google.GoogleToken("117", nil))
	res := s.do("GET", "/api/google/tokeninfo", "", token...).want(503, "unavailable")
	if res.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
