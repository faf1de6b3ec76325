package identity_test

import (
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func TestEmulatorModeAcceptsUnsignedTokensAndLooksUpUsers(t *testing.T) {
	google := identitytest.New(t)
	google.SetUser(identitytest.User{UID: "alice"})
	v := identity.NewVerifier(google.EmulatorClient(t), identity.Options{
		ProjectID: identitytest.ProjectID, Timeout: 300 * time.Millisecond,
	})
	if err := v.Warm(t.Context()); err != nil {
		t.Errorf("warm: %v", err)
	}
	header := identitytest.Encode(map[string]any{"alg": "none", "typ": "JWT"})
	issued := time.Now().Add(-time.Minute)
	unsigned := func(uid string) string {
		claims := identitytest.Claims{UID: uid, IssuedAt: issued}.Map()
		return header + "." + identitytest.Encode(claims) + "."
	}
	if u, err := verifyLive(t.Context(), v, unsigned("alice")); err != nil || u.UID != "alice" {
		t.Errorf("got %+v, %v", u, err)
	}
	google.SetUser(identitytest.User{UID: "bob", Disabled: true})
	google.SetUser(identitytest.User{UID: "carol", ValidSince: time.Now()})
	for _, uid := range []string{"unknown", "bob", "carol"} {
		_, err := verifyLive(t.Context(), v, unsigned(uid))
		wantError(t, err, identity.ErrTokenRevoked)
	}
	issued = issued.Add(-2 * time.Hour)
	_, err := verifyLive(t.Context(), v, unsigned("alice"))
	wantError(t, err, identity.ErrTokenExpired)
	issued = time.Now()
	google.Lookup.Fail(identitytest.Silent)
	_, err = verifyLive(t.Context(), v, unsigned("dave"))
	wantError(t, err, identity.ErrUnavailable)
	wantError(t, v.Warm(t.Context()), identity.ErrUnavailable)
	if got := google.Certs.Calls() + google.Keys.Calls(); got != 0 {
		t.Errorf("got %d fetches of keys in emulator mode, want none", got)
	}
}
