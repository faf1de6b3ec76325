package identity

import (
	"context"
	"errors"
	"net/http"
	"time"

	"firebase.google.com/go/v4/auth"
)

// defaultTimeout bounds every call to Google. It leaves room for a slow response, and for a 503
// within two seconds if there is none.
const defaultTimeout = 1800 * time.Millisecond

// TokenClient is the part of the Admin SDK that Verifier uses. [auth.Client] implements it, and
// [auth.TenantClient] for one tenant.
type TokenClient interface {
	VerifyIDToken(ctx context.Context, idToken string) (*auth.Token, error)
	GetUser(ctx context.Context, uid string) (*auth.UserRecord, error)
}

// Options configures a [Verifier]. The zero value suits production without tenants.
type Options struct {
	// ProjectID is the project whose tokens are accepted. Warm and expired tokens need it.
	ProjectID string
	// TenantID is the tenant whose tokens are accepted. If empty, tokens of any tenant are
	// rejected.
	TenantID string
	// RevocationMaxAge is how long VerifyRecent relies on a revocation check. Zero means it
	// checks every time.
	RevocationMaxAge time.Duration
	// Timeout bounds every verification, including its calls to Google. Zero means 1.8 s.
	Timeout time.Duration
	// Client fetches the keys that expired tokens are verified with. Nil means a new http.Client.
	Client *http.Client
	// Now is the clock for the cache. Nil means time.Now. The SDK checks a token's expiry with
	// its own clock.
	Now func() time.Time
}

// Verifier turns Firebase ID tokens into users. It is safe for concurrent use.
//
// The token's signature and claims are verified without a network call, unless Google's keys
// have to be fetched. Checking whether the session was revoked takes a user lookup. VerifyLive
// makes one on every call. VerifyRecent makes at most one per token in each RevocationMaxAge,
// unless [Verifier.Forget] was called.
//
// In emulator mode (FIREBASE_AUTH_EMULATOR_HOST) the SDK doesn't check signatures, and makes a
// user lookup for every verification. Never set that variable in production.
type Verifier struct {
	client  TokenClient
	opts    Options
	tokens  *tokenCache
	revoked *revocationList
	slots   chan struct{} // one element for each verification inside the SDK
	expired *jwsVerifier  // see checkExpired
}

// NewVerifier returns a verifier of the ID tokens of the client's project.
func NewVerifier(client TokenClient, opts Options) *Verifier {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Verifier{
		client:  client,
		opts:    opts,
		tokens:  newTokenCache(maxCachedTokens),
		revoked: newRevocationList(),
		slots:   make(chan struct{}, maxInSDK),
		expired: newExpiredTokens(opts),
	}
}

// VerifyLive returns the user of an ID token that [BearerToken] returned, after checking that
// the session wasn't revoked. The user's email address and roles are the current ones, not the
// token's.
//
// Errors are [ErrInvalidToken], [ErrTokenExpired], [ErrTokenRevoked], which includes disabled
// and deleted users, and [ErrUnavailable].
func (v *Verifier) VerifyLive(ctx context.Context, token string) (*User, error) {
	ctx, cancel := context.WithTimeout(ctx, v.opts.Timeout)
	defer cancel()

	u, err := v.verifyToken(ctx, token)
	if err != nil {
		return nil, err
	}
	return v.lookUp(ctx, token, u)
}

// VerifyRecent is like VerifyLive, but relies on the last check of this token if it is less
// than RevocationMaxAge old.
func (v *Verifier) VerifyRecent(ctx context.Context, token string) (*User, error) {
	now := v.opts.Now()
	u, checkedAt, ok := v.tokens.live(keyOf(token), now)
	if ok && now.Sub(checkedAt) < v.opts.RevocationMaxAge && !v.revoked.covers(u) {
		return u, nil
	}
	return v.VerifyLive(ctx, token)
}

// Forget makes VerifyRecent check every token of the user that was issued until now. Call it
// after revoking the user's sessions, or disabling or deleting the user. Other instances notice
// when they next check.
func (v *Verifier) Forget(uid string) {
	v.revoked.add(uid, v.opts.Now())
}

// verifyToken checks a token's signature and claims, but not whether its session was revoked.
// Tokens verified before come from the cache, so they keep working while Google's keys cannot
// be fetched.
func (v *Verifier) verifyToken(ctx context.Context, token string) (*User, error) {
	key := keyOf(token)
	if u, ok := v.tokens.get(key, v.opts.Now()); ok {
		return u, nil
	}
	decoded, err := v.verifyInSDK(ctx, token)
	if err != nil {
		return nil, err
	}
	// The SDK's client for the whole project accepts tokens of every tenant.
	if decoded.Firebase.Tenant != v.opts.TenantID {
		return nil, invalid("it belongs to another tenant")
	}
	u := newUser(decoded)
	v.tokens.put(key, u)
	return u, nil
}

// lookUp looks up the user of a verified token and checks that the session wasn't revoked. It
// returns the user with the email address and roles of the record.
func (v *Verifier) lookUp(ctx context.Context, token string, u *User) (*User, error) {
	checkedAt := v.opts.Now()
	record, err := v.client.GetUser(ctx, u.UID)
	if err == nil {
		err = checkSession(u, record)
	} else {
		err = classify("look up the user", err)
	}
	if errors.Is(err, ErrTokenRevoked) {
		v.Forget(u.UID)
	}
	if err != nil {
		return nil, err
	}
	current := *u
	current.Email, current.EmailVerified = record.Email, record.EmailVerified
	current.Roles = roles(record.CustomClaims)
	v.tokens.putLive(keyOf(token), &current, checkedAt)
	return &current, nil
}

// checkSession returns ErrTokenRevoked if the user is disabled or the token's session was
// revoked.
//
// The SDK's own check only compares the time of issue, so it accepts a token that was refreshed
// in the second of the revocation. The sign-in behind that token is older.
func checkSession(u *User, record *auth.UserRecord) error {
	validSince := time.UnixMilli(record.TokensValidAfterMillis)
	switch {
	case record.Disabled:
		return revoked("the user is disabled")
	case record.TokensValidAfterMillis == 0:
		return nil // the user's sessions were never revoked
	case u.IssuedAt.Before(validSince):
		return revoked("it was issued before the sessions were revoked")
	case u.AuthTime.Before(validSince):
		return revoked("its sign-in was before the sessions were revoked")
	}
	return nil
}
