// Package identity answers one question: who is calling?
//
// It verifies Firebase ID tokens with the Admin SDK, finds out whether a session was revoked, whether a sign-in is
// recent enough for a sensitive change, and does what the Admin SDK can do for accounts. What the SDK leaves open or
// does unexpectedly is handled here, so that handlers see a [User] or one of a handful of errors:
//
//	token, err := identity.BearerToken(r.Header, r.URL.Query())
//	user, err := verifier.Verify(ctx, token)      // signature, issuer, audience, expiry: no network on most calls
//	user, err := verifier.VerifyLive(ctx, token)  // and asks whether the session still stands: one look-up
//
// The uid comes from the verified token only. An email address is something a user has, not who the user is: never
// look anything up by it on behalf of a caller.
package identity

import (
	"context"
	"slices"
	"time"
)

// User is the verified caller of a request.
type User struct {
	// UID identifies the user in this project for ever. Key records by it.
	UID string
	// Email may be empty: people who sign in by phone or anonymously have none.
	Email string
	// EmailVerified must be true before Email may mean anything.
	EmailVerified bool
	// IssuedAt and ExpiresAt are the token's; a token lives for an hour.
	IssuedAt, ExpiresAt time.Time
	// AuthTime is when the user last signed in, and zero if the token does not say. Refreshing a token keeps it.
	AuthTime time.Time
	// SignInProvider is "password", "google.com", "phone", "custom", "anonymous" and so on.
	SignInProvider string
	// Roles are the strings of the custom claim "roles".
	Roles []string
	// Claims are all claims of the token, standard and custom. The map is shared between requests: do not change it.
	Claims map[string]any
}

// HasRole says whether the user's custom claims carry the role.
func (u *User) HasRole(role string) bool {
	return slices.Contains(u.Roles, role)
}

// SignedInWithin says whether the user proved who they are, with a password, a provider or a code, at most d before
// now. A token that does not say when, or names a time that is still to come, proves nothing.
func (u *User) SignedInWithin(d time.Duration, now time.Time) bool {
	if u.AuthTime.IsZero() || u.AuthTime.After(now) {
		return false
	}
	return now.Sub(u.AuthTime) <= d
}

// userKey is the private context key of the verified user.
type userKey struct{}

// WithUser returns a context that carries the verified caller.
func WithUser(ctx context.Context, u *User) context.Context {
	return context.WithValue(ctx, userKey{}, u)
}

// UserFrom returns the caller that the authentication middleware verified, or false on a route without it.
func UserFrom(ctx context.Context) (*User, bool) {
	u, ok := ctx.Value(userKey{}).(*User)
	return u, ok && u != nil
}
