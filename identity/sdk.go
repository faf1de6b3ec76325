package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firebase.google.com/go/v4/auth"
)

// maxInSDK bounds the number of concurrent verifications in the SDK, and so the number of
// goroutines that can wait for its lock.
const maxInSDK = 64

// verifyInSDK verifies a token with the SDK, but no caller waits past its own deadline.
//
// The SDK fetches Google's keys with the context of the first request that needs them, and
// holds a lock that ignores contexts. One slow fetch delays every caller, and a client that
// hangs up fails the fetch for all. So the call runs in its own goroutine, which keeps the
// caller's deadline but not its cancellation, and each caller stops waiting at its own
// deadline.
func (v *Verifier) verifyInSDK(ctx context.Context, token string) (*auth.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, v.opts.Timeout)
	defer cancel()
	select {
	case v.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, unavailable("too many verifications are waiting")
	}
	type result struct {
		token *auth.Token
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-v.slots }()
		deadline, _ := ctx.Deadline()
		ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
		defer cancel()
		decoded, err := verifyIDToken(ctx, v.client, token)
		done <- result{decoded, err}
	}()
	select {
	case r := <-done:
		if errors.Is(r.err, ErrTokenExpired) {
			return nil, v.checkExpired(ctx, token)
		}
		return r.token, r.err
	case <-ctx.Done():
		return nil, unavailable("the verification took too long")
	}
}

// verifyIDToken verifies a token with the SDK. It turns a panic of the SDK into an error: in a
// goroutine of our own, a panic would end the program.
func verifyIDToken(
	ctx context.Context, client TokenClient, token string,
) (_ *auth.Token, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = invalid(scrub(fmt.Sprintf("the SDK panicked: %v", p)))
		}
	}()
	decoded, err := client.VerifyIDToken(ctx, token)
	if err != nil {
		return nil, classify("verify the token", err)
	}
	return decoded, nil
}

// classify turns an error of the SDK into one of this package's. It needs the SDK's own error:
// the Is functions use a type assertion instead of errors.As, so they return false for wrapped
// errors.
//
// An error that isn't known to be about the token or the user is ErrUnavailable. For example, a
// lookup that reaches its deadline returns a plain context.DeadlineExceeded.
func classify(action string, err error) error {
	switch {
	case auth.IsCertificateFetchFailed(err):
		return fail(ErrUnavailable, "fetch Google's keys", err)
	case auth.IsIDTokenExpired(err):
		return fail(ErrTokenExpired, action, err)
	case auth.IsIDTokenRevoked(err), auth.IsUserDisabled(err), auth.IsUserNotFound(err):
		// IsIDTokenInvalid is false for the token of a deleted user.
		return fail(ErrTokenRevoked, action, err)
	case auth.IsIDTokenInvalid(err), auth.IsTenantIDMismatch(err):
		return fail(ErrInvalidToken, action, err)
	}
	return fail(ErrUnavailable, action, err)
}

// newUser returns the user of a verified token. The user's email address and roles come from
// their record (see Verifier.CheckSession), because those in a token can be an hour old.
func newUser(t *auth.Token) *User {
	u := &User{
		UID:            t.UID,
		IssuedAt:       time.Unix(t.IssuedAt, 0).UTC(),
		ExpiresAt:      time.Unix(t.Expires, 0).UTC(),
		SignInProvider: t.Firebase.SignInProvider,
		Claims:         t.Claims,
	}
	if t.AuthTime != 0 {
		u.AuthTime = time.Unix(t.AuthTime, 0).UTC()
	}
	// The SDK removes the registered claims from the map, but the session panel shows them.
	u.Claims["iss"], u.Claims["aud"], u.Claims["sub"] = t.Issuer, t.Audience, t.Subject
	u.Claims["iat"], u.Claims["exp"] = t.IssuedAt, t.Expires
	return u
}

// roles returns the strings in the custom claim "roles". It ignores anything else.
func roles(claims map[string]any) []string {
	list, _ := claims["roles"].([]any)
	found := make([]string, 0, len(list))
	for _, v := range list {
		if role, ok := v.(string); ok && role != "" {
			found = append(found, role)
		}
	}
	return found
}
