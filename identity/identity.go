// Package identity determines who is calling.
//
// It verifies Firebase ID tokens with the Admin SDK, checks whether a session was revoked and
// how recent its sign-in is, and reads and changes accounts. The SDK's gaps and surprises are
// handled here, so that handlers only see a [User] or one of a few errors:
//
//	token, err := identity.BearerToken(r.Header, r.URL.Query())
//	user, err := verifier.Verify(ctx, token)            // whose token is it?
//	user, err = verifier.CheckSession(ctx, user, false) // was the session revoked?
//
// The last argument decides how current the second check is: with false, it may be seconds old.
//
// It also verifies two other kinds of tokens: the assertions of Identity-Aware Proxy for staff
// ([IAPVerifier]) and ID tokens of Google Sign-In ([GoogleVerifier]).
//
// A user's ID comes only from a verified token. Never look up a caller by email address: it can
// change, and it may not be verified.
package identity

import (
	"context"
	"slices"
	"time"
)

// User is the verified caller of a request.
type User struct {
	// UID permanently identifies the user in this project. Use it as the key of the user's
	// records.
	UID string
	// Email is the user's current email address, empty for those who have none.
	Email string
	// EmailVerified reports whether the user has proved that they own Email. Don't rely on Email
	// otherwise.
	EmailVerified bool
	// IssuedAt and ExpiresAt are the token's. A token is valid for an hour.
	IssuedAt, ExpiresAt time.Time
	// AuthTime is when the user last signed in. Refreshing a token doesn't change it. It is
	// zero if the token doesn't say.
	AuthTime time.Time
	// SignInProvider is "password", "google.com", "phone", "custom", "anonymous" and so on.
	SignInProvider string
	// Roles are the user's current roles: the strings in the custom claim "roles".
	Roles []string
	// Claims are all claims of the token, standard and custom. Requests share the map: don't
	// modify it.
	Claims map[string]any

	token tokenKey // the token's place in the cache
}

// HasRole reports whether the user has the role.
func (u *User) HasRole(role string) bool {
	return slices.Contains(u.Roles, role)
}

// SignedInWithin reports whether the user signed in at most d before now. It returns false if
// the time of the sign-in is unknown or in the future.
func (u *User) SignedInWithin(d time.Duration, now time.Time) bool {
	if u.AuthTime.IsZero() || u.AuthTime.After(now) {
		return false
	}
	return now.Sub(u.AuthTime) <= d
}

// userKey is the context key of the verified user.
type userKey struct{}

// WithUser returns a context that carries the verified user.
func WithUser(ctx context.Context, u *User) context.Context {
	return context.WithValue(ctx, userKey{}, u)
}

// UserFrom returns the verified user in a request's context. It returns false on routes that
// don't authenticate.
func UserFrom(ctx context.Context) (*User, bool) {
	u, ok := ctx.Value(userKey{}).(*User)
	return u, ok && u != nil
}
