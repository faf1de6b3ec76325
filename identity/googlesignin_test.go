package identity_test

import (
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func newGoogle(t *testing.T) (*identity.GoogleVerifier, *identitytest.Server, *clock) {
	t.Helper()
	google, c := identitytest.New(t), &clock{}
	v, err := identity.NewGoogleVerifier(identity.GoogleOptions{
		ClientIDs: []string{"another.apps.googleusercontent.com", identitytest.ClientID},
		Client:    google.Client(),
		Now:       c.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, google, c
}

func TestValidGoogleTokenReturnsItsClaims(t *testing.T) {
	v, google, _ := newGoogle(t)
	for _, issuer := range []string{"https://accounts.google.com", "accounts.google.com"} {
		token := google.GoogleToken("117", map[string]any{"iss": issuer})
		claims, err := v.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if claims["sub"] != "117" || claims["email"] != "117@example.com" ||
			claims["aud"] != identitytest.ClientID {
			t.Errorf("got %v", claims)
		}
	}
	if got := google.OAuthCerts.Calls(); got != 1 {
		t.Errorf("got %d fetches of the keys, want 1", got)
	}
}

func TestForgedGoogleTokensAreRejected(t *testing.T) {
	v, google, _ := newGoogle(t)
	iap := identitytest.NewIAP(t)
	withClaim := func(name string, value any) string {
		return google.GoogleToken("117", map[string]any{name: value})
	}
	valid := withClaim("", nil)
	payload := strings.Split(valid, ".")[1]
	withHeader := func(name string, value any) string {
		now := time.Now().Unix()
		return google.Mint(with(google.Header(), name, value), map[string]any{
			"iss": "https://accounts.google.com", "aud": identitytest.ClientID, "sub": "117",
			"iat": now, "exp": now + 3600,
		})
	}
	assertion := iap.Claims("eve@example.com", map[string]any{"aud": identitytest.ClientID})
	algNone := identitytest.Encode(map[string]any{"alg": "none", "typ": "JWT"})
	for name, token := range map[string]string{
		"Firebase token":       google.Token(identitytest.Claims{UID: "117"}),
		"IAP assertion":        iap.Sign(iap.Header(), assertion),
		"alg none":             algNone + "." + payload + ".",
		"alg HS256":            withHeader("alg", "HS256"),
		"alg ES256":            withHeader("alg", "ES256"),
		"critical header":      withHeader("crit", []string{"b64"}),
		"unknown key ID":       withHeader("kid", "other"),
		"ID of a small key":    withHeader("kid", "retired"),
		"no signature":         valid[:strings.LastIndex(valid, ".")+1],
		"wrong signature":      valid[:len(valid)-8] + "AAAAAAAA",
		"other client":         withClaim("aud", "evil.apps.googleusercontent.com"),
		"client is a prefix":   withClaim("aud", identitytest.ClientID+".evil"),
		"audience is an array": withClaim("aud", []string{identitytest.ClientID}),
		"other issuer":         withClaim("iss", "https://accounts.google.com.evil.example"),
		"no issuer":            withClaim("iss", nil),
		"no subject":           withClaim("sub", nil),
		"no iat":               withClaim("iat", nil),
		"issued in the future": withClaim("iat", time.Now().Add(time.Hour).Unix()),
		"garbage":              "a.b.c",
	} {
		claims, err := v.Verify(t.Context(), token)
		if claims != nil {
			t.Errorf("%s: got %v", name, claims)
		}
		t.Run(name, func(t *testing.T) { wantError(t, err, identity.ErrInvalidToken) })
	}
}

func TestGoogleTokenExpires(t *testing.T) {
	v, google, c := newGoogle(t)
	token := google.GoogleToken("117", nil)
	c.move(time.Hour + time.Second)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("within the clock skew: %v", err)
	}
	c.move(time.Minute)
	_, err := v.Verify(t.Context(), token)
	wantError(t, err, identity.ErrTokenExpired)
}

func TestMissingGoogleKeysAreUnavailable(t *testing.T) {
	v, google, _ := newGoogle(t)
	google.OAuthCerts.Fail(identitytest.Status(500))
	_, err := v.Verify(t.Context(), google.GoogleToken("117", nil))
	wantError(t, err, identity.ErrUnavailable)
}

func TestGoogleVerifierRequiresClientID(t *testing.T) {
	for _, ids := range [][]string{nil, {""}, {"a", ""}} {
		_, err := identity.NewGoogleVerifier(identity.GoogleOptions{ClientIDs: ids})
		if err == nil {
			t.Errorf("%q: got no error", ids)
		}
	}
}
