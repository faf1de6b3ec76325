package identity

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"
)

// googleKeysURL serves the keys that Google signs the ID tokens of its own accounts with.
const googleKeysURL = "https://www.googleapis.com/oauth2/v3/certs"

// googleIssuers are the two ways in which Google writes itself:
// https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
var googleIssuers = []string{"https://accounts.google.com", "accounts.google.com"}

// GoogleOptions of a GoogleVerifier.
type GoogleOptions struct {
	// ClientIDs are the OAuth client ids whose tokens are accepted, and at least one.
	ClientIDs []string
	// KeysURL is where the public keys are; empty means Google's.
	KeysURL string
	// Client fetches them; nil means a plain one.
	Client *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// GoogleVerifier verifies ID tokens of Google Sign-In. They say who somebody is at Google: neither an end user of this
// project nor staff, so the answer is the claims and no [User]. It is safe for concurrent use.
type GoogleVerifier struct {
	clientIDs []string
	keys      *keySet
	now       func() time.Time
}

// NewGoogleVerifier returns a verifier of tokens for the client ids. Without one it is an error: a token that was made
// for any other app must not be good here.
func NewGoogleVerifier(opts GoogleOptions) (*GoogleVerifier, error) {
	if len(opts.ClientIDs) == 0 || slices.Contains(opts.ClientIDs, "") {
		return nil, errors.New("verifying tokens of Google Sign-In needs an OAuth client id")
	}
	if opts.KeysURL == "" {
		opts.KeysURL = googleKeysURL
	}
	if opts.Client == nil {
		opts.Client = &http.Client{}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	keys := &keySet{owner: "Google Sign-In", url: opts.KeysURL, parse: rsaKey, client: opts.Client, now: opts.Now}
	return &GoogleVerifier{opts.ClientIDs, keys, opts.Now}, nil
}

// Verify returns the claims of a token, or [ErrInvalidToken], [ErrTokenExpired] or [ErrUnavailable].
func (v *GoogleVerifier) Verify(ctx context.Context, token string) (map[string]any, error) {
	if err := checkShape(token); err != nil {
		return nil, err
	}
	if err := v.checkSignature(ctx, token); err != nil {
		return nil, err
	}
	return v.claims(strings.Split(token, ".")[1])
}

// checkSignature wants RS256 and nothing else.
func (v *GoogleVerifier) checkSignature(ctx context.Context, token string) error {
	dot := strings.LastIndexByte(token, '.')
	var header struct {
		Alg  string
		Kid  string
		Crit []string
	}
	if !decodePart(token[:strings.IndexByte(token, '.')], &header) {
		return invalid("its header cannot be read")
	}
	if header.Alg != "RS256" || header.Crit != nil {
		return invalid("it is not signed with RS256")
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil || len(signature) == 0 {
		return invalid("its signature cannot be read")
	}
	key, err := v.keys.get(ctx, header.Kid)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(token[:dot]))
	if rsa.VerifyPKCS1v15(key.(*rsa.PublicKey), crypto.SHA256, digest[:], signature) != nil {
		return invalid("its signature is wrong")
	}
	return nil
}

// claims judges the claims of a token whose signature is good.
func (v *GoogleVerifier) claims(payload string) (map[string]any, error) {
	var registered struct {
		Iss, Aud, Sub string
		Iat, Exp      int64
	}
	var all map[string]any
	if !decodePart(payload, &registered) || !decodePart(payload, &all) {
		return nil, invalid("its claims cannot be read")
	}
	now := v.now()
	switch {
	case !slices.Contains(googleIssuers, registered.Iss):
		return nil, invalid("it has another issuer")
	case !slices.Contains(v.clientIDs, registered.Aud):
		return nil, invalid("it is meant for another client")
	case registered.Sub == "":
		return nil, invalid("it names nobody")
	case registered.Iat == 0 || time.Unix(registered.Iat, 0).After(now.Add(iapSkew)):
		return nil, invalid("it was issued in the future")
	case time.Unix(registered.Exp, 0).Before(now.Add(-iapSkew)):
		return nil, ErrTokenExpired
	}
	return all, nil
}

// rsaKey is an RSA key of a sensible size, or nil.
func rsaKey(key jwk) crypto.PublicKey {
	n, errN := base64.RawURLEncoding.DecodeString(key.N)
	e, errE := base64.RawURLEncoding.DecodeString(key.E)
	if key.Kty != "RSA" || errN != nil || errE != nil || len(n) < 256 || len(n) > 1024 || len(e) == 0 || len(e) > 4 {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
}
