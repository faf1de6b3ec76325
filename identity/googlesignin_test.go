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

func TestAGoogleTokenIsItsClaims(t *testing.T) {
	v, google, _ := newGoogle(t)
	for _, issuer := range []string{"https://accounts.google.com", "accounts.google.com"} {
		claims, err := v.Verify(t.Context(), google.GoogleToken("117", map[string]any{"iss": issuer}))
		if err != nil {
			t.Fatal(err)
		}
		if claims["sub"] != "117" || claims["email"] != "117@example.com" || claims["aud"] != identitytest.ClientID {
			t.Errorf("got %v", claims)
		}
	}
	if got := google.OAuthCerts.Calls(); got != 1 {
		t.Errorf("got %d fetches of the keys, want 1", got)
	}
}

func TestForgedGoogleTokensAreRefused(t *testing.T) {
	v, google, _ := newGoogle(t)
	iap := identitytest.NewIAP(t)
	claim := func(name string, value any) string { return google.GoogleToken("117", map[string]any{name: value}) }
	good := claim("", nil)
	payload := strings.Split(good, ".")[1]
	head := func(name string, value any) string {
		return google.Mint(with(google.Header(), name, value), map[string]any{"aud": identitytest.ClientID})
	}
	unsigned := identitytest.Encode(map[string]any{"alg": "none", "typ": "JWT"}) + "." + payload + "."
	for name, token := range map[string]string{
		"a Firebase token":     google.Token(identitytest.Claims{UID: "117"}),
		"an IAP assertion":     iap.Sign(iap.Header(), iap.Claims("eve@example.com", map[string]any{"aud": identitytest.ClientID})),
		"alg none":             unsigned,
		"alg HS256":            head("alg", "HS256"),
		"alg ES256":            head("alg", "ES256"),
		"critical extension":   head("crit", []string{"b64"}),
		"unknown key id":       head("kid", "other"),
		"key too small":        head("kid", "retired"),
		"no signature":         good[:strings.LastIndex(good, ".")+1],
		"another's signature":  good[:len(good)-8] + "AAAAAAAA",
		"another client":       claim("aud", "evil.apps.googleusercontent.com"),
		"client's prefix":      claim("aud", identitytest.ClientID+".evil"),
		"audience array":       claim("aud", []string{identitytest.ClientID}),
		"another issuer":       claim("iss", "https://accounts.google.com.evil.example"),
		"no issuer":            claim("iss", nil),
		"no subject":           claim("sub", nil),
		"no iat":               claim("iat", nil),
		"issued in the future": claim("iat", time.Now().Add(time.Hour).Unix()),
		"garbage":              "a.b.c",
	} {
		claims, err := v.Verify(t.Context(), token)
		if claims != nil {
			t.Errorf("%s: got %v", name, claims)
		}
		t.Run(name, func(t *testing.T) { wantError(t, err, identity.ErrInvalidToken) })
	}
}

func TestAGoogleTokenExpires(t *testing.T) {
	v, google, c := newGoogle(t)
	token := google.GoogleToken("117", nil)
	c.move(time.Hour + time.Second)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("within the skew: %v", err)
	}
	c.move(time.Minute)
	_, err := v.Verify(t.Context(), token)
	wantError(t, err, identity.ErrTokenExpired)
}

func TestWithoutGooglesKeysNothingIsSaidAboutTheToken(t *testing.T) {
	v, google, _ := newGoogle(t)
	google.OAuthCerts.Fail(identitytest.Status(500))
	_, err := v.Verify(t.Context(), google.GoogleToken("117", nil))
	wantError(t, err, identity.ErrUnavailable)
}

func TestAGoogleVerifierNeedsAClientID(t *testing.T) {
	for _, ids := range [][]string{nil, {""}, {"a", ""}} {
		if _, err := identity.NewGoogleVerifier(identity.GoogleOptions{ClientIDs: ids}); err == nil {
			t.Errorf("%q: got no error", ids)
		}
	}
}
