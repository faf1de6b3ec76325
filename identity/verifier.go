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
	// RevocationMaxAge is how long CheckSession relies on an earlier check, unless it is asked
	// for a live one. Zero means it checks every time.
	RevocationMaxAge time.Duration
	// Timeout bounds each call of Verify and of CheckSession, including its calls to Google.
	// Zero means 1.8 s.
	Timeout time.Duration
	// Client fetches the keys that expired tokens are verified with. Nil means a new http.Client.
	Client *http.Client
	// Now is the clock for the cache. Nil means time.Now. The SDK checks a token's expiry with
	// its own clock.
	Now func() time.Time
}

// Verifier turns Firebase ID tokens into users. It is safe for concurrent use.
//
// That takes two steps. [Verifier.Verify] checks the token, which is cheap.
// [Verifier.CheckSession] checks that its session wasn't revoked, which takes a user lookup. In
// between, a caller can reject the request without the cost of a lookup.
//
// In emulator mode (FIREBASE_AUTH_EMULATOR_HOST) the SDK doesn't check signatures, and Verify
// makes a user lookup, too, when it sees a token for the first time. Never set that variable in
// production.
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

// Verify returns the user of an ID token that [BearerToken] returned. It checks the token's
// signature and claims, but not whether its session was revoked: call CheckSession next. The
// user has no email address and no roles yet.
//
// It makes no network call unless Google's keys have to be fetched. Tokens verified before come
// from a cache, so they keep working while the keys cannot be fetched.
//
// Errors are [ErrInvalidToken], [ErrTokenExpired] and [ErrUnavailable], and in emulator mode
// also [ErrTokenRevoked].
func (v *Verifier) Verify(ctx context.Context, token string) (*User, error) {
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
	u.token = key
	v.tokens.put(key, u)
	return u, nil
}

// CheckSession checks that the session of a user that Verify returned wasn't revoked. It returns
// the user with their current email address and roles.
//
// If live is false, it relies on its last check of the user's token if that is less than
// RevocationMaxAge old. Otherwise it looks the user up.
//
// Errors are [ErrTokenRevoked], which includes disabled and deleted users, and [ErrUnavailable].
func (v *Verifier) CheckSession(ctx context.Context, u *User, live bool) (*User, error) {
	now := v.opts.Now()
	last, checkedAt, ok := v.tokens.live(u.token, now)
	recent := ok && now.Sub(checkedAt) < v.opts.RevocationMaxAge && !v.revoked.covers(last)
	if recent && !live {
		return last, nil
	}
	return v.lookUp(ctx, u)
}

// Forget makes CheckSession look up the user for every token that was issued until now. Call it
// after revoking the user's sessions, or disabling or deleting the user. Other instances notice
// when they next check.
func (v *Verifier) Forget(uid string) {
	v.revoked.add(uid, v.opts.Now())
}

// lookUp looks up the user and checks that the session wasn't revoked. It returns the user with
// the email address and roles of the record.
func (v *Verifier) lookUp(ctx context.Context, u *User) (*User, error) {
	ctx, cancel := context.WithTimeout(ctx, v.opts.Timeout)
	defer cancel()

	checkedAt := v.opts.Now()
	record, err := v.client.GetUser(ctx, u.UID)
	if err == nil {
		err = checkRecord(u, record)
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
	v.tokens.putLive(u.token, &current, checkedAt)
	return &current, nil
}

// checkRecord returns ErrTokenRevoked if the user is disabled or the token's session was
// revoked.
//
// The SDK's own check only compares the time of issue, so it accepts a token that was refreshed
// in the second of the revocation. The sign-in behind that token is older.
func checkRecord(u *User, record *auth.UserRecord) error {
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
