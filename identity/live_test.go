package identity_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// reuseChecks makes CheckSession rely on revocation checks for an hour.
func reuseChecks(o *identity.Options) { o.RevocationMaxAge = time.Hour }

func TestR7EndedSessionsAreRevoked(t *testing.T) {
	issued := time.Now().Add(-time.Minute)
	for name, end := range map[string]func(*identitytest.Server){
		"revoked": func(g *identitytest.Server) {
			g.SetUser(identitytest.User{UID: "alice", ValidSince: time.Now()})
		},
		"disabled": func(g *identitytest.Server) {
			g.SetUser(identitytest.User{UID: "alice", Disabled: true})
		},
		"deleted": func(g *identitytest.Server) { g.RemoveUser("alice") },
	} {
		t.Run(name, func(t *testing.T) {
			v, google := newVerifier(t, reuseChecks)
			token := google.Token(identitytest.Claims{UID: "alice", IssuedAt: issued})
			if _, err := verifyRecent(t.Context(), v, token); err != nil {
				t.Fatalf("before: %v", err)
			}
			end(google)
			_, err := verifyLive(t.Context(), v, token)
			wantError(t, err, identity.ErrTokenRevoked)
			// From now on no request may rely on the earlier check either.
			_, err = verifyRecent(t.Context(), v, token)
			wantError(t, err, identity.ErrTokenRevoked)
			google.Lookup.Fail(identitytest.Status(500))
			_, err = verifyRecent(t.Context(), v, token)
			wantError(t, err, identity.ErrUnavailable)
		})
	}
}

func TestR8NewTokenOfOldSignInIsRevoked(t *testing.T) {
	v, google := newVerifier(t)
	revoked := time.Now().Add(-time.Minute).Truncate(time.Second)
	google.SetUser(identitytest.User{UID: "alice", ValidSince: revoked})
	for name, c := range map[string]struct {
		auth time.Time
		want error
	}{
		"signed in one second before":   {revoked.Add(-time.Second), identity.ErrTokenRevoked},
		"signed in in the same second":  {revoked, nil},
		"signed in one second after it": {revoked.Add(time.Second), nil},
	} {
		t.Run(name, func(t *testing.T) {
			// The token was issued in the second of the revocation, which the SDK accepts.
			_, err := verifyLive(t.Context(), v, google.Token(identitytest.Claims{
				UID: "alice", IssuedAt: revoked, AuthTime: c.auth,
			}))
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	old := google.Token(identitytest.Claims{
		UID: "alice", IssuedAt: revoked.Add(-time.Second), AuthTime: revoked.Add(time.Second),
	})
	_, err := verifyLive(t.Context(), v, old)
	wantError(t, err, identity.ErrTokenRevoked)
	undated := google.Token(identitytest.Claims{Extra: map[string]any{"auth_time": nil}})
	_, err = verifyLive(t.Context(), v, undated)
	wantError(t, err, identity.ErrTokenRevoked)
	google.SetUser(identitytest.User{UID: "alice"})
	if _, err := verifyLive(t.Context(), v, undated); err != nil {
		t.Errorf("user whose sessions were never revoked: %v", err)
	}
}

func TestUserHasCurrentRolesAndEmail(t *testing.T) {
	v, google := newVerifier(t, reuseChecks)
	google.SetUser(identitytest.User{
		UID: "alice", Email: "new@example.com", EmailVerified: true,
		CustomClaims: `{"roles":["editor", 7, ""]}`,
	})
	token := google.Token(identitytest.Claims{
		UID: "alice", Email: "old@example.com", Extra: map[string]any{"roles": []string{"admin"}},
	})
	for range 2 { // the second time from the cache
		u, err := verifyRecent(t.Context(), v, token)
		if err != nil {
			t.Fatal(err)
		}
		if u.Email != "new@example.com" || !u.EmailVerified ||
			!slices.Equal(u.Roles, []string{"editor"}) {
			t.Errorf("got %+v, want the record's email address and roles", u)
		}
		if u.Claims["email"] != "old@example.com" {
			t.Errorf("got the claims %v, want the token's", u.Claims)
		}
	}
}

func TestRevocationCheckIsReusedForRevocationMaxAge(t *testing.T) {
	now := time.Now()
	v, google := newVerifier(t, func(o *identity.Options) {
		o.RevocationMaxAge = time.Minute
		o.Now = func() time.Time { return now }
	})
	token := google.Token(identitytest.Claims{UID: "alice", IssuedAt: now.Add(-time.Minute)})
	verify := func(wantLookups int, want error) {
		t.Helper()
		if _, err := verifyRecent(t.Context(), v, token); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if got := google.Lookup.Calls(); got != wantLookups {
			t.Errorf("got %d lookups, want %d", got, wantLookups)
		}
	}
	verify(1, nil)
	google.SetUser(identitytest.User{UID: "alice", Disabled: true})
	verify(1, nil)
	now = now.Add(59 * time.Second)
	verify(1, nil)
	now = now.Add(time.Second)
	verify(2, identity.ErrTokenRevoked)
	verify(3, identity.ErrTokenRevoked)
}

func TestForgottenUserIsLookedUpImmediately(t *testing.T) {
	v, google := newVerifier(t, reuseChecks)
	token := google.Token(identitytest.Claims{UID: "alice"})
	if _, err := verifyRecent(t.Context(), v, token); err != nil {
		t.Fatal(err)
	}
	google.SetUser(identitytest.User{UID: "alice", Disabled: true})
	if _, err := verifyRecent(t.Context(), v, token); err != nil {
		t.Fatalf("before Forget: got %v, want the earlier check to be reused", err)
	}
	v.Forget("alice")
	_, err := verifyRecent(t.Context(), v, token)
	wantError(t, err, identity.ErrTokenRevoked)

	google.SetUser(identitytest.User{UID: "alice"})
	if _, err := verifyRecent(t.Context(), v, token); err != nil {
		t.Errorf("enabled again: got %v", err)
	}
}
