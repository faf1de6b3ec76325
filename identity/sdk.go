package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firebase.google.com/go/v4/auth"
)

// maxInSDK bounds the verifications inside the SDK, and with them the goroutines that can wait for its lock.
const maxInSDK = 64

// verifyInSDK calls the SDK so that no caller waits past its own deadline.
//
// The SDK fetches Google's keys with the context of whichever request comes first after they have expired, under a lock
// that ignores contexts: one slow fetch holds up everybody, and a client that hangs up fails the fetch for all. So the
// call runs in a goroutine of its own, which keeps the caller's deadline and not its cancellation, and each caller
// waits for it only as long as it may (R14, R15).
func (v *Verifier) verifyInSDK(ctx context.Context, token string) (*auth.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, v.opts.Timeout)
	defer cancel()
	select {
	case v.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, &failure{kind: ErrUnavailable, cause: "no verification could begin in time"}
	}
	type answer struct {
		token *auth.Token
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-v.gate }()
		deadline, _ := ctx.Deadline()
		ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
		defer cancel()
		decoded, err := recovering(ctx, v.client, token)
		done <- answer{decoded, err}
	}()
	select {
	case a := <-done:
		return a.token, a.err
	case <-ctx.Done():
		return nil, &failure{kind: ErrUnavailable, cause: "the verification did not end in time"}
	}
}

// recovering verifies a token and classifies the error. A panic in a goroutine ends the program, whatever the HTTP
// server recovers from, so none may leave here.
func recovering(ctx context.Context, client TokenClient, token string) (_ *auth.Token, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &failure{kind: ErrInvalidToken, cause: scrub(fmt.Sprintf("the SDK panicked on it: %v", p))}
		}
	}()
	decoded, err := client.VerifyIDToken(ctx, token)
	if err != nil {
		return nil, classify("verify the token", err)
	}
	return decoded, nil
}

// classify says what an error of the SDK means for the caller. It must see the SDK's own error: the Is functions use a
// type assertion, not errors.As, and are false for anything wrapped.
//
// Whatever is not known to be about the token or the user is the service's failure (R10): a look-up that ran into its
// deadline, for one, is a plain context.DeadlineExceeded.
func classify(doing string, err error) error {
	switch {
	case auth.IsCertificateFetchFailed(err):
		return fail(ErrUnavailable, "fetch Google's keys", err)
	case auth.IsIDTokenExpired(err):
		return fail(ErrTokenExpired, doing, err)
	case auth.IsIDTokenRevoked(err), auth.IsUserDisabled(err), auth.IsUserNotFound(err):
		// The SDK does not count a deleted user's token as invalid (R7).
		return fail(ErrTokenRevoked, doing, err)
	case auth.IsIDTokenInvalid(err), auth.IsTenantIDMismatch(err):
		return fail(ErrInvalidToken, doing, err)
	}
	return fail(ErrUnavailable, doing, err)
}

// remember marks the user of a session that turned out to have ended, and hands the error on.
func (v *Verifier) remember(u *User, err error) error {
	if errors.Is(err, ErrTokenRevoked) {
		v.Forget(u.UID)
	}
	return err
}

// newUser reads a verified token.
func newUser(t *auth.Token) *User {
	u := &User{
		UID:            t.UID,
		IssuedAt:       time.Unix(t.IssuedAt, 0).UTC(),
		ExpiresAt:      time.Unix(t.Expires, 0).UTC(),
		SignInProvider: t.Firebase.SignInProvider,
		Roles:          roles(t.Claims),
		Claims:         t.Claims,
	}
	if t.AuthTime != 0 {
		u.AuthTime = time.Unix(t.AuthTime, 0).UTC()
	}
	u.Email, _ = t.Claims["email"].(string)
	u.EmailVerified, _ = t.Claims["email_verified"].(bool)
	// The SDK takes the registered claims out of the map; people who look at their session want to see them.
	u.Claims["iss"], u.Claims["aud"], u.Claims["sub"] = t.Issuer, t.Audience, t.Subject
	u.Claims["iat"], u.Claims["exp"] = t.IssuedAt, t.Expires
	return u
}

// roles reads the custom claim "roles": strings, and nothing else, in an array.
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
