package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// googleKeysURL serves the keys with which Google signs the ID tokens of Google Sign-In.
const googleKeysURL = "https://www.googleapis.com/oauth2/v3/certs"

// googleIssuers are the two spellings of Google's issuer.
// https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
var googleIssuers = []string{"https://accounts.google.com", "accounts.google.com"}

// GoogleOptions configures a [GoogleVerifier].
type GoogleOptions struct {
	// ClientIDs are the OAuth client IDs whose tokens are accepted. At least one is required.
	ClientIDs []string
	// Client fetches the keys. Nil means a new http.Client.
	Client *http.Client
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// GoogleVerifier verifies ID tokens of Google Sign-In. Such a token identifies a Google
// account, which is neither an end user of this project nor staff, so Verify returns claims
// instead of a [User]. It is safe for concurrent use.
type GoogleVerifier struct {
	tokens *jwsVerifier
}

// NewGoogleVerifier returns a verifier of tokens for the client IDs. Without a client ID it
// returns an error: it would accept a token issued to any other app.
func NewGoogleVerifier(opts GoogleOptions) (*GoogleVerifier, error) {
	if len(opts.ClientIDs) == 0 || slices.Contains(opts.ClientIDs, "") {
		return nil, errors.New("verifying Google Sign-In tokens needs an OAuth client ID")
	}
	return &GoogleVerifier{newJWSVerifier(jwsConfig{
		algorithm: jose.RS256,
		issuers:   googleIssuers,
		audiences: opts.ClientIDs,
		keysName:  "Google Sign-In",
		keysURL:   googleKeysURL,
		client:    opts.Client,
		now:       opts.Now,
	})}, nil
}

// Verify returns the claims of a token that [BearerToken] returned. Errors are
// [ErrInvalidToken], [ErrTokenExpired] and [ErrUnavailable].
func (v *GoogleVerifier) Verify(ctx context.Context, token string) (map[string]any, error) {
	var claims map[string]any
	if err := v.tokens.verify(ctx, token, &claims); err != nil {
		return nil, err
	}
	return claims, nil
}
