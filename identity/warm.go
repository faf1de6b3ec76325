package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Warm makes the SDK fetch Google's keys, so that a service is ready with them and the first user does not wait (R16).
// The SDK has no call for that, but it fetches them to check any signature: so it gets a token with acceptable claims
// and a junk signature, and is expected to refuse it. While it holds keys that are fresh, Warm costs no network call.
//
// The error is [ErrUnavailable] if the keys cannot be had.
func (v *Verifier) Warm(ctx context.Context) error {
	token, err := v.junkToken()
	if err != nil {
		return err
	}
	_, err = v.verifyInSDK(ctx, token)
	if errors.Is(err, ErrUnavailable) {
		return fmt.Errorf("warm up the keys: %w", err)
	}
	return nil
}

// junkToken is a token of the project with a signature that nobody made.
func (v *Verifier) junkToken() (string, error) {
	if v.opts.ProjectID == "" {
		return "", errors.New("make the warm-up token: Options.ProjectID is not set")
	}
	now := time.Now().Unix() // the SDK compares with its own clock
	header, err := json.Marshal(map[string]any{"alg": "RS256", "kid": "warm-up"})
	if err != nil {
		return "", fmt.Errorf("make the warm-up token: %w", err)
	}
	claims, err := json.Marshal(map[string]any{
		"iss": "https://securetoken.google.com/" + v.opts.ProjectID, "aud": v.opts.ProjectID,
		"sub": "warm-up", "iat": now, "exp": now + 60, "auth_time": now,
	})
	if err != nil {
		return "", fmt.Errorf("make the warm-up token: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(header) + "." + encode(claims) + "." + encode([]byte("junk")), nil
}
