package identity

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	// iapIssuer signs the assertions of Identity-Aware Proxy.
	iapIssuer = "https://cloud.google.com/iap"
	// iapKeysURL serves the public keys of Identity-Aware Proxy.
	iapKeysURL = "https://www.gstatic.com/iap/verify/public_key-jwk"
	// iapHeader carries the assertion. The X-Goog-Authenticated-User-* headers beside it are plain text that anybody can
	// send who reaches the service another way, so they are never read (R51).
	iapHeader = "X-Goog-IAP-JWT-Assertion"
	// iapSkew is how far Google's clock and ours may be apart.
	iapSkew = 30 * time.Second
)

// Staff is an internal user whom Identity-Aware Proxy let in. It is a type of its own, because the identities of staff and
// of end users come from different directories: a uid of one means nothing in the other.
type Staff struct {
	// Subject identifies the person for ever, like "accounts.google.com:1234567890".
	Subject string
	// Email is the address of the account, for people to read.
	Email string
}

// IAPOptions of an IAPVerifier.
type IAPOptions struct {
	// Audiences are the services whose assertions are accepted, and at least one:
	// /projects/NUMBER/locations/REGION/services/SERVICE for IAP on Cloud Run itself,
	// /projects/NUMBER/global/backendServices/ID behind a load balancer.
	Audiences []string
	// KeysURL is where the public keys are; empty means Google's.
	KeysURL string
	// Client fetches them; nil means a plain one.
	Client *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// IAPVerifier turns the assertions of Identity-Aware Proxy into staff. It is safe for concurrent use.
//
// It is written on the standard library, and not on google.golang.org/api/idtoken, because that package checks neither
// the issuer nor the time of issue, accepts any RS256 token of Google's with the same audience, and panics on a signature
// that is too short. With all that checked beforehand, what is left of it is the one call of ecdsa.Verify below.
type IAPVerifier struct {
	audiences []string
	keys      *keySet
	now       func() time.Time
}

// NewIAPVerifier returns a verifier of assertions for the audiences. Without one it is an error: a service that does not
// know its own name must not have an internal area (R50).
func NewIAPVerifier(opts IAPOptions) (*IAPVerifier, error) {
	if len(opts.Audiences) == 0 || slices.Contains(opts.Audiences, "") {
		return nil, errors.New("IAP needs the audience of this service")
	}
	if opts.KeysURL == "" {
		opts.KeysURL = iapKeysURL
	}
	if opts.Client == nil {
		opts.Client = &http.Client{}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	keys := &keySet{owner: "Identity-Aware Proxy", url: opts.KeysURL, parse: ecdsaKey, client: opts.Client, now: opts.Now}
	return &IAPVerifier{opts.Audiences, keys, opts.Now}, nil
}

// Verify returns the staff member whose request has these headers, or [ErrNoToken], [ErrInvalidToken],
// [ErrTokenExpired] or [ErrUnavailable].
func (v *IAPVerifier) Verify(ctx context.Context, header http.Header) (*Staff, error) {
	values := header.Values(iapHeader)
	switch {
	case len(values) == 0 || values[0] == "":
		return nil, ErrNoToken
	case len(values) > 1:
		return nil, invalid("more than one assertion")
	}
	if err := checkShape(values[0]); err != nil {
		return nil, err
	}
	if err := v.checkSignature(ctx, values[0]); err != nil {
		return nil, err
	}
	return v.staff(strings.Split(values[0], ".")[1])
}

// checkSignature wants ES256 and nothing else: the key decides the algorithm, never the token.
func (v *IAPVerifier) checkSignature(ctx context.Context, assertion string) error {
	dot := strings.LastIndexByte(assertion, '.')
	var header struct {
		Alg  string
		Kid  string
		Crit []string
	}
	if !decodePart(assertion[:strings.IndexByte(assertion, '.')], &header) {
		return invalid("its header cannot be read")
	}
	if header.Alg != "ES256" || header.Crit != nil {
		return invalid("it is not signed with ES256")
	}
	signature, err := base64.RawURLEncoding.DecodeString(assertion[dot+1:])
	if err != nil || len(signature) != 64 {
		return invalid("its signature is not 64 bytes long")
	}
	key, err := v.keys.get(ctx, header.Kid)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(assertion[:dot]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(key.(*ecdsa.PublicKey), digest[:], r, s) {
		return invalid("its signature is wrong")
	}
	return nil
}

// ecdsaKey is a key on the curve P-256, or nil.
func ecdsaKey(key jwk) crypto.PublicKey {
	x, errX := base64.RawURLEncoding.DecodeString(key.X)
	y, errY := base64.RawURLEncoding.DecodeString(key.Y)
	if key.Kty != "EC" || key.Crv != "P-256" || errX != nil || errY != nil || len(x) != 32 || len(y) != 32 {
		return nil
	}
	point := append(append([]byte{4}, x...), y...) // 4: uncompressed
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil // the point is not on the curve
	}
	return public
}

// staff judges the claims of an assertion whose signature is good.
func (v *IAPVerifier) staff(payload string) (*Staff, error) {
	var claims struct {
		Iss, Aud, Sub, Email string
		Iat, Exp             int64
		Gcip                 json.RawMessage
	}
	if !decodePart(payload, &claims) {
		return nil, invalid("its claims cannot be read")
	}
	now := v.now()
	switch {
	case claims.Iss != iapIssuer:
		return nil, invalid("it has another issuer")
	case !slices.Contains(v.audiences, claims.Aud):
		return nil, invalid("it is meant for another service")
	case claims.Sub == "":
		return nil, invalid("it names nobody")
	case claims.Gcip != nil:
		// IAP can let in the users of an Identity Platform project. Those are end users, not staff.
		return nil, invalid("it is an end user's")
	case claims.Iat == 0 || time.Unix(claims.Iat, 0).After(now.Add(iapSkew)):
		return nil, invalid("it was issued in the future")
	case time.Unix(claims.Exp, 0).Before(now.Add(-iapSkew)):
		return nil, ErrTokenExpired
	}
	return &Staff{Subject: claims.Sub, Email: claims.Email}, nil
}

// decodePart reads a part of a token into v.
func decodePart(part string, v any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(raw, v) == nil
}

func invalid(cause string) error { return &failure{kind: ErrInvalidToken, cause: cause} }

// staffKey is the private context key of the verified staff member.
type staffKey struct{}

// WithStaff returns a context that carries the verified staff member.
func WithStaff(ctx context.Context, s *Staff) context.Context {
	return context.WithValue(ctx, staffKey{}, s)
}

// StaffFrom returns the staff member that the internal area's middleware verified, or false elsewhere.
func StaffFrom(ctx context.Context) (*Staff, bool) {
	s, ok := ctx.Value(staffKey{}).(*Staff)
	return s, ok && s != nil
}
