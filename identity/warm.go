package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Warm makes the SDK fetch Google's keys, so that the first request doesn't wait for them. The
// error is [ErrUnavailable] if they cannot be fetched.
//
// The SDK has no call for this, but fetches the keys to check any signature. So Warm verifies a
// token with valid claims and a junk signature, which the SDK rejects. It makes no network call
// while the SDK's keys are fresh.
func (v *Verifier) Warm(ctx context.Context) error {
	token, err := v.junkToken()
	if err != nil {
		return fmt.Errorf("make a warm-up token: %w", err)
	}
	_, err = v.verifyInSDK(ctx, token)
	if errors.Is(err, ErrUnavailable) {
		return fmt.Errorf("warm up the keys: %w", err)
	}
	return nil
}

// junkToken returns a token of the project with an invalid signature.
func (v *Verifier) junkToken() (string, error) {
	if v.opts.ProjectID == "" {
		return "", errors.New("Options.ProjectID is not set")
	}
	now := time.Now().Unix() // not Options.Now: the SDK compares with its own clock
	header, err := json.Marshal(map[string]any{"alg": "RS256", "kid": "warm-up"})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{
		"iss": "https://securetoken.google.com/" + v.opts.ProjectID, "aud": v.opts.ProjectID,
		"sub": "warm-up", "iat": now, "exp": now + 60, "auth_time": now,
	})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(header) + "." + encode(claims) + "." + encode([]byte("junk")), nil
}
