package identity

import (
	"context"
	"time"

	"firebase.google.com/go/v4/auth"
)

// defaultTimeout is the deadline for everything one verification does: late enough for a slow answer of Google's,
// early enough to answer 503 within two seconds when none comes.
const defaultTimeout = 1800 * time.Millisecond

// TokenClient is what the verifier needs of the Admin SDK: *auth.Client, or *auth.TenantClient for one tenant.
type TokenClient interface {
	VerifyIDToken(ctx context.Context, idToken string) (*auth.Token, error)
	GetUser(ctx context.Context, uid string) (*auth.UserRecord, error)
}

// Options of a Verifier. The zero value is right for production without tenants.
type Options struct {
	// ProjectID is the project whose tokens are accepted; only Warm needs it.
	ProjectID string
	// TenantID is the one tenant whose tokens are accepted. If empty, tokens of every tenant are refused.
	TenantID string
	// RevocationMaxAge is how old an answer about revocation VerifyRecent may use. Zero means that it asks each time.
	RevocationMaxAge time.Duration
	// Timeout bounds every verification, including what it asks of Google. Zero means 1.8 s.
	Timeout time.Duration
	// Now is the clock that ages the cache; nil means time.Now. The SDK judges a token's expiry by its own clock.
	Now func() time.Time
}

// Verifier turns ID tokens into users. It is safe for concurrent use.
//
// Three methods, three prices:
//   - Verify costs no network call: a revoked session passes until its token expires, for up to an hour.
//   - VerifyRecent costs a user look-up per token and RevocationMaxAge.
//   - VerifyLive costs a user look-up per call.
//
// In emulator mode (FIREBASE_AUTH_EMULATOR_HOST) the SDK checks no signature, and asks the emulator about the user
// whenever it verifies: never set that variable in production.
type Verifier struct {
	client TokenClient
	opts   Options
	tokens *tokenCache
	marks  *marks
	gate   chan struct{}
}

// NewVerifier returns a Verifier of the tokens of the client's project.
func NewVerifier(client TokenClient, opts Options) *Verifier {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Verifier{
		client: client,
		opts:   opts,
		tokens: newTokenCache(maxCachedTokens),
		marks:  newMarks(),
		gate:   make(chan struct{}, maxInSDK),
	}
}

// Verify returns the user whose ID token this is, or ErrInvalidToken, ErrTokenExpired or ErrUnavailable. It does not
// find out that a session was revoked elsewhere, but returns ErrTokenRevoked for those it knows of (see
// [Verifier.Forget]).
func (v *Verifier) Verify(ctx context.Context, token string) (*User, error) {
	u, err := v.verify(ctx, token)
	if err != nil {
		return nil, err
	}
	if v.marks.covers(u) {
		return v.VerifyLive(ctx, token)
	}
	return u, nil
}

// VerifyLive is Verify, and asks whether the session still stands: ErrTokenRevoked if it was revoked or the user
// disabled or deleted. The email address and the roles of the user it returns are today's, not those of the token.
func (v *Verifier) VerifyLive(ctx context.Context, token string) (*User, error) {
	ctx, cancel := context.WithTimeout(ctx, v.opts.Timeout)
	defer cancel()

	u, err := v.verify(ctx, token)
	if err != nil {
		return nil, err
	}
	return v.live(ctx, token, u)
}

// VerifyRecent is VerifyLive, but is content with an answer about this token that is at most RevocationMaxAge old.
func (v *Verifier) VerifyRecent(ctx context.Context, token string) (*User, error) {
	now := v.opts.Now()
	u, checked, ok := v.tokens.live(keyOf(token), now)
	if ok && now.Sub(checked) < v.opts.RevocationMaxAge && !v.marks.covers(u) {
		return u, nil
	}
	return v.VerifyLive(ctx, token)
}

// Forget makes the verifier distrust what it remembers of the user: tokens issued until now are looked up again
// whenever they come, also by Verify, until they have expired. Call it after revoking a user's sessions, or disabling
// or deleting the user. Other instances learn of it from their own look-ups.
func (v *Verifier) Forget(uid string) {
	v.marks.set(uid, v.opts.Now())
}

// verify checks a token without regard to revocation. What it verified before it remembers, so that tokens in use
// outlive an outage of the endpoint that serves the keys (R13).
func (v *Verifier) verify(ctx context.Context, token string) (*User, error) {
	key := keyOf(token)
	if u, ok := v.tokens.get(key, v.opts.Now()); ok {
		return u, nil
	}
	decoded, err := v.verifyInSDK(ctx, token)
	if err != nil {
		return nil, err
	}
	// The SDK's project-wide client accepts the tokens of every tenant (R6).
	if decoded.Firebase.Tenant != v.opts.TenantID {
		return nil, invalid("it belongs to another tenant")
	}
	u := newUser(decoded)
	v.tokens.put(key, u)
	return u, nil
}

// live looks the user up and judges the session by the answer.
func (v *Verifier) live(ctx context.Context, token string, u *User) (*User, error) {
	asked := v.opts.Now()
	record, err := v.client.GetUser(ctx, u.UID)
	if err == nil {
		err = standing(u, record)
	} else {
		err = classify("look up the user", err)
	}
	if err != nil {
		return nil, v.remember(u, err)
	}
	current := *u
	current.Email, current.EmailVerified = record.Email, record.EmailVerified
	current.Roles = roles(record.CustomClaims)
	v.tokens.putLive(keyOf(token), &current, asked)
	return &current, nil
}

// standing says whether the session of a verified token still stands. The SDK compares the time of issue alone, so a
// token that was refreshed in the second of the revocation passes; the sign-in it stems from is older (R8).
func standing(u *User, record *auth.UserRecord) error {
	validSince := time.UnixMilli(record.TokensValidAfterMillis)
	switch {
	case record.Disabled:
		return &failure{kind: ErrTokenRevoked, cause: "the user is disabled"}
	case record.TokensValidAfterMillis == 0:
		return nil // nothing was ever revoked
	case u.IssuedAt.Before(validSince):
		return &failure{kind: ErrTokenRevoked, cause: "it was issued before the sessions were revoked"}
	case u.AuthTime.Before(validSince):
		return &failure{kind: ErrTokenRevoked, cause: "its sign-in is older than the revocation of the sessions"}
	}
	return nil
}
