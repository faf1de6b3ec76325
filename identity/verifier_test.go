package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// newVerifier returns a Verifier on the real Admin SDK, and the stand-in for Google that it
// calls. The user alice exists.
func newVerifier(
	t *testing.T, change ...func(*identity.Options),
) (*identity.Verifier, *identitytest.Server) {
	t.Helper()
	google := identitytest.New(t)
	google.SetUser(identitytest.User{UID: "alice"})
	opts := identity.Options{ProjectID: identitytest.ProjectID, Client: google.Client()}
	for _, c := range change {
		c(&opts)
	}
	return identity.NewVerifier(google.AuthClient(t), opts), google
}

// verifyLive does what a request for a change does: it verifies the token and checks its session.
func verifyLive(
	ctx context.Context, v *identity.Verifier, token string,
) (*identity.User, error) {
	u, err := v.Verify(ctx, token)
	if err != nil {
		return nil, err
	}
	return v.CheckSession(ctx, u, true)
}

// verifyRecent does what a request for reading does: the check of the session may be an earlier
// one.
func verifyRecent(
	ctx context.Context, v *identity.Verifier, token string,
) (*identity.User, error) {
	u, err := v.Verify(ctx, token)
	if err != nil {
		return nil, err
	}
	return v.CheckSession(ctx, u, false)
}

// wantError fails the test unless err is want.
func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestValidTokenIdentifiesItsUser(t *testing.T) {
	v, google := newVerifier(t)
	google.SetUser(identitytest.User{
		UID: "alice", Email: "alice@example.com", EmailVerified: true,
		CustomClaims: `{"roles":["admin"]}`,
	})
	now := time.Now().Truncate(time.Second)
	u, err := verifyLive(t.Context(), v, google.Token(identitytest.Claims{
		UID: "alice", Email: "alice@example.com", EmailVerified: true, Provider: "google.com",
		IssuedAt: now, AuthTime: now.Add(-time.Hour),
		Extra: map[string]any{"roles": []string{"admin"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	if u.UID != "alice" || u.Email != "alice@example.com" || !u.EmailVerified ||
		u.SignInProvider != "google.com" {
		t.Errorf("got %+v", u)
	}
	if !u.HasRole("admin") || u.HasRole("owner") {
		t.Errorf("got roles %v, want only admin", u.Roles)
	}
	if !u.IssuedAt.Equal(now) || !u.ExpiresAt.Equal(now.Add(time.Hour)) ||
		!u.AuthTime.Equal(now.Add(-time.Hour)) {
		t.Errorf("got times %v %v %v", u.IssuedAt, u.ExpiresAt, u.AuthTime)
	}
	if u.Claims["sub"] != "alice" || u.Claims["aud"] != identitytest.ProjectID {
		t.Errorf("got claims %v, want the registered ones among them", u.Claims)
	}
}
