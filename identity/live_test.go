package identity_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func TestR7EndedSessionsAreRevoked(t *testing.T) {
	issued := time.Now().Add(-time.Minute)
	for name, end := range map[string]func(*identitytest.Server){
		"revoked":  func(g *identitytest.Server) { g.SetUser(identitytest.User{UID: "alice", ValidSince: time.Now()}) },
		"disabled": func(g *identitytest.Server) { g.SetUser(identitytest.User{UID: "alice", Disabled: true}) },
		"deleted":  func(g *identitytest.Server) { g.RemoveUser("alice") },
	} {
		t.Run(name, func(t *testing.T) {
			v, google := newVerifier(t)
			token := google.Token(identitytest.Claims{UID: "alice", IssuedAt: issued})
			if _, err := v.VerifyLive(t.Context(), token); err != nil {
				t.Fatalf("before: %v", err)
			}
			end(google)
			_, err := v.VerifyLive(t.Context(), token)
			wantError(t, err, identity.ErrTokenRevoked)
			// What one route has learnt, the routes that do not ask must not unlearn.
			_, err = v.Verify(t.Context(), token)
			wantError(t, err, identity.ErrTokenRevoked)
			_, err = v.VerifyRecent(t.Context(), token)
			wantError(t, err, identity.ErrTokenRevoked)
			google.Lookup.Fail(identitytest.Status(500))
			_, err = v.Verify(t.Context(), token)
			wantError(t, err, identity.ErrUnavailable)
		})
	}
}

func TestR8SignInBeforeTheRevocationIsRevokedThoughTheTokenIsNewer(t *testing.T) {
	v, google := newVerifier(t)
	revoked := time.Now().Add(-time.Minute).Truncate(time.Second)
	google.SetUser(identitytest.User{UID: "alice", ValidSince: revoked})
	for name, c := range map[string]struct {
		auth time.Time
		want error
	}{
		"signed in a second before":  {revoked.Add(-time.Second), identity.ErrTokenRevoked},
		"signed in that very second": {revoked, nil},
		"signed in after":            {revoked.Add(time.Second), nil},
	} {
		t.Run(name, func(t *testing.T) {
			// The token itself was issued in the second of the revocation, which the SDK accepts.
			token := google.Token(identitytest.Claims{UID: "alice", IssuedAt: revoked, AuthTime: c.auth})
			_, err := v.VerifyLive(t.Context(), token)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	old := identitytest.Claims{UID: "alice", IssuedAt: revoked.Add(-time.Second), AuthTime: revoked.Add(time.Second)}
	_, err := v.VerifyLive(t.Context(), google.Token(old))
	wantError(t, err, identity.ErrTokenRevoked)
	token := google.Token(identitytest.Claims{Extra: map[string]any{"auth_time": nil}})
	_, err = v.VerifyLive(t.Context(), token)
	wantError(t, err, identity.ErrTokenRevoked)
	google.SetUser(identitytest.User{UID: "alice"})
	if _, err := v.VerifyLive(t.Context(), token); err != nil {
		t.Errorf("a user whose sessions were never revoked: %v", err)
	}
}

func TestLiveUserHasTheRolesAndAddressOfToday(t *testing.T) {
	v, google := newVerifier(t)
	google.SetUser(identitytest.User{
		UID: "alice", Email: "new@example.com", EmailVerified: true, CustomClaims: `{"roles":["editor", 7, ""]}`,
	})
	token := google.Token(identitytest.Claims{
		UID: "alice", Email: "old@example.com", Extra: map[string]any{"roles": []string{"admin"}},
	})
	live, err := v.VerifyLive(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if live.Email != "new@example.com" || !live.EmailVerified || !slices.Equal(live.Roles, []string{"editor"}) {
		t.Errorf("got %+v, want the record's address and roles", live)
	}
	plain, err := v.Verify(t.Context(), token)
	if err != nil || plain.Email != "old@example.com" || !plain.HasRole("admin") {
		t.Errorf("got %+v, %v, want what the token says", plain, err)
	}
}

func TestRecentAnswersAreUsedAsLongAsAllowed(t *testing.T) {
	now := time.Now()
	v, google := newVerifier(t, func(o *identity.Options) {
		o.RevocationMaxAge = time.Minute
		o.Now = func() time.Time { return now }
	})
	token := google.Token(identitytest.Claims{UID: "alice", IssuedAt: now.Add(-time.Minute)})
	ask := func(wantLookups int, want error) {
		t.Helper()
		if _, err := v.VerifyRecent(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if got := google.Lookup.Calls(); got != wantLookups {
			t.Errorf("got %d look-ups, want %d", got, wantLookups)
		}
	}
	ask(1, nil)
	google.SetUser(identitytest.User{UID: "alice", Disabled: true})
	ask(1, nil)
	now = now.Add(59 * time.Second)
	ask(1, nil)
	now = now.Add(time.Second)
	ask(2, identity.ErrTokenRevoked)
	ask(3, identity.ErrTokenRevoked)
}

func TestForgottenUserIsLookedUpAtOnce(t *testing.T) {
	v, google := newVerifier(t, func(o *identity.Options) { o.RevocationMaxAge = time.Hour })
	token := google.Token(identitytest.Claims{UID: "alice"})
	for _, verify := range []func() (*identity.User, error){
		func() (*identity.User, error) { return v.Verify(t.Context(), token) },
		func() (*identity.User, error) { return v.VerifyRecent(t.Context(), token) },
	} {
		if _, err := verify(); err != nil {
			t.Fatal(err)
		}
	}
	google.SetUser(identitytest.User{UID: "alice", Disabled: true})
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Fatalf("Verify asked before it was told to: %v", err)
	}
	v.Forget("alice")
	_, err := v.Verify(t.Context(), token)
	wantError(t, err, identity.ErrTokenRevoked)
	_, err = v.VerifyRecent(t.Context(), token)
	wantError(t, err, identity.ErrTokenRevoked)

	google.SetUser(identitytest.User{UID: "alice"})
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("enabled again: got %v", err)
	}
}
