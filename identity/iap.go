package identity

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// iapIssuer signs the assertions of Identity-Aware Proxy.
	// https://cloud.google.com/iap/docs/signed-headers-howto
	iapIssuer = "https://cloud.google.com/iap"
	// iapKeysURL serves the public keys of Identity-Aware Proxy.
	iapKeysURL = "https://www.gstatic.com/iap/verify/public_key-jwk"
	// iapHeader carries the assertion. IAP also sends X-Goog-Authenticated-User-*, but those
	// are plain text that any client can send if it reaches the service without IAP: never read
	// them.
	iapHeader = "X-Goog-IAP-JWT-Assertion"
)

// Staff is an internal user whom Identity-Aware Proxy let in. It is a separate type from [User]
// because staff and end users come from different directories: the ID of one means nothing in
// the other.
type Staff struct {
	// Subject permanently identifies the account, like "accounts.google.com:1234567890".
	Subject string
	// Email is the account's address, for display.
	Email string
}

// IAPOptions configures an [IAPVerifier].
type IAPOptions struct {
	// Audiences are the services whose assertions are accepted. At least one is required:
	// /projects/NUMBER/locations/REGION/services/SERVICE for IAP on Cloud Run itself,
	// /projects/NUMBER/global/backendServices/ID behind a load balancer.
	Audiences []string
	// KeysURL is where the public keys are. Empty means Google's.
	KeysURL string
	// Client fetches the keys. Nil means a new http.Client.
	Client *http.Client
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// IAPVerifier verifies the assertions of Identity-Aware Proxy. It is safe for concurrent use.
type IAPVerifier struct {
	tokens *jwsVerifier
}

// NewIAPVerifier returns a verifier of assertions for the audiences. Without an audience it
// returns an error: it would accept the staff of every service behind IAP.
func NewIAPVerifier(opts IAPOptions) (*IAPVerifier, error) {
	if len(opts.Audiences) == 0 || slices.Contains(opts.Audiences, "") {
		return nil, errors.New("IAP needs the audience of this service")
	}
	if opts.KeysURL == "" {
		opts.KeysURL = iapKeysURL
	}
	return &IAPVerifier{newJWSVerifier(jwsConfig{
		algorithm: jose.ES256,
		issuers:   []string{iapIssuer},
		audiences: opts.Audiences,
		keysName:  "Identity-Aware Proxy",
		keysURL:   opts.KeysURL,
		client:    opts.Client,
		now:       opts.Now,
	})}, nil
}

// Verify returns the staff member who sent the request with these headers. Errors are
// [ErrNoToken], [ErrInvalidToken], [ErrTokenExpired] and [ErrUnavailable].
func (v *IAPVerifier) Verify(ctx context.Context, header http.Header) (*Staff, error) {
	values := header.Values(iapHeader)
	switch {
	case len(values) == 0 || values[0] == "":
		return nil, ErrNoToken
	case len(values) > 1:
		return nil, invalid("more than one assertion")
	}
	assertion := values[0]
	if err := checkShape(assertion); err != nil {
		return nil, err
	}
	var claims struct {
		Subject string          `json:"sub"`
		Email   string          `json:"email"`
		Gcip    json.RawMessage `json:"gcip"`
	}
	if err := v.tokens.verify(ctx, assertion, &claims); err != nil {
		return nil, err
	}
	// IAP can also let in the users of an Identity Platform project ("external identities").
	// They are end users, not staff, and only their assertions have this claim.
	// https://cloud.google.com/iap/docs/signed-headers-howto
	if claims.Gcip != nil {
		return nil, invalid("it belongs to an end user")
	}
	return &Staff{Subject: claims.Subject, Email: claims.Email}, nil
}

// staffKey is the context key of the verified staff member.
type staffKey struct{}

// WithStaff returns a context that carries the verified staff member.
func WithStaff(ctx context.Context, s *Staff) context.Context {
	return context.WithValue(ctx, staffKey{}, s)
}

// StaffFrom returns the staff member in a request's context. It returns false for requests
// outside the internal area.
func StaffFrom(ctx context.Context) (*Staff, bool) {
	s, ok := ctx.Value(staffKey{}).(*Staff)
	return s, ok && s != nil
}
