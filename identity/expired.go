package identity

import (
	"context"
	"errors"
	"os"

	"github.com/go-jose/go-jose/v4"
)

// idTokenKeysURL serves the keys with which Google signs Firebase ID tokens. It is the jwks_uri of
// https://securetoken.google.com/PROJECT/.well-known/openid-configuration. The SDK reads the same
// keys in another format, and keeps them to itself.
const idTokenKeysURL = "https://www.googleapis.com/service_accounts/v1/jwk/" +
	"securetoken@system.gserviceaccount.com"

// newExpiredTokens returns a verifier of the tokens that the SDK rejects as expired. It is nil in
// emulator mode, where tokens have no signature.
func newExpiredTokens(opts Options) *jwsVerifier {
	if os.Getenv("FIREBASE_AUTH_EMULATOR_HOST") != "" {
		return nil
	}
	return newJWSVerifier(jwsConfig{
		algorithm: jose.RS256,
		issuers:   []string{"https://securetoken.google.com/" + opts.ProjectID},
		audiences: []string{opts.ProjectID},
		keysName:  "Firebase",
		keysURL:   idTokenKeysURL,
		client:    opts.Client,
		now:       opts.Now,
	})
}

// checkExpired verifies a token that the SDK rejected as expired. The SDK checks the expiry before
// the signature, so the token may be forged. The error is ErrTokenExpired for a token of this
// project and tenant, and ErrInvalidToken for a forged one. A token that expired so long ago that
// Google no longer publishes its key is ErrInvalidToken, too. The error is ErrUnavailable if the
// keys can't be fetched.
func (v *Verifier) checkExpired(ctx context.Context, token string) error {
	if v.expired == nil {
		return ErrTokenExpired
	}
	var claims struct {
		Firebase struct {
			Tenant string `json:"tenant"`
		} `json:"firebase"`
	}
	err := v.expired.verify(ctx, token, &claims)
	if err != nil && !errors.Is(err, ErrTokenExpired) {
		return err
	}
	if claims.Firebase.Tenant != v.opts.TenantID {
		return invalid("it belongs to another tenant")
	}
	return ErrTokenExpired
}
