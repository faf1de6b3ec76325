package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// clockSkew is how far Google's clock and this server's may differ.
const clockSkew = 30 * time.Second

// jwsVerifier verifies the tokens that the Admin SDK doesn't: IAP assertions, Google ID tokens, and
// Firebase ID tokens that have expired (expired.go). For other Firebase ID tokens, see [Verifier].
//
// go-jose parses tokens and keys and checks signatures. What it leaves to its caller is in
// verify and checkClaims. The package google.golang.org/api/idtoken isn't used because it
// checks neither the issuer nor the time of issue, and panics on a short ES256 signature.
type jwsVerifier struct {
	// algorithm is the only one accepted, whatever the token's header says.
	algorithm jose.SignatureAlgorithm
	issuers   []string
	audiences []string
	keys      *keySet
	now       func() time.Time
}

// jwsConfig configures a jwsVerifier.
type jwsConfig struct {
	algorithm jose.SignatureAlgorithm
	issuers   []string
	audiences []string
	keysName  string           // whose keys they are, for error texts
	keysURL   string           // the JSON Web Key Set
	client    *http.Client     // nil means a new http.Client
	now       func() time.Time // nil means time.Now
}

func newJWSVerifier(c jwsConfig) *jwsVerifier {
	if c.client == nil {
		c.client = &http.Client{}
	}
	if c.now == nil {
		c.now = time.Now
	}
	return &jwsVerifier{
		algorithm: c.algorithm,
		issuers:   c.issuers,
		audiences: c.audiences,
		keys:      &keySet{name: c.keysName, url: c.keysURL, client: c.client, now: c.now},
		now:       c.now,
	}
}

// registeredClaims are the claims that every token must have. The audience is a string: RFC
// 7519 also allows an array, but a token for several audiences isn't meant for this service
// alone.
type registeredClaims struct {
	Issuer   string           `json:"iss"`
	Audience string           `json:"aud"`
	Subject  string           `json:"sub"`
	IssuedAt *jwt.NumericDate `json:"iat"`
	Expiry   *jwt.NumericDate `json:"exp"`
}

// verify checks the signature and the registered claims of a token, and decodes its payload
// into dest. The token must have passed checkShape. Errors are [ErrInvalidToken],
// [ErrTokenExpired] and [ErrUnavailable]. They don't wrap errors from go-jose, which can quote
// the token.
func (v *jwsVerifier) verify(ctx context.Context, token string, dest any) error {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{v.algorithm})
	if err != nil {
		return invalid("it is malformed or not signed with " + string(v.algorithm))
	}
	header := parsed.Headers[0]
	// go-jose supports the critical header "b64", which Google's tokens never have.
	if _, ok := header.ExtraHeaders["crit"]; ok {
		return invalid("it has a critical header")
	}
	if header.KeyID == "" {
		return invalid("it has no key ID")
	}
	key, err := v.keys.get(ctx, header.KeyID)
	if err != nil {
		return err
	}
	var claims registeredClaims
	switch err := parsed.Claims(key, &claims, dest); {
	case errors.Is(err, jose.ErrCryptoFailure):
		return invalid("its signature is wrong")
	case err != nil:
		return invalid("its claims cannot be read")
	}
	return v.checkClaims(claims)
}

// checkClaims checks the claims of a token whose signature is valid. It checks the expiry last,
// because ErrTokenExpired tells the client that a new token would be accepted.
func (v *jwsVerifier) checkClaims(c registeredClaims) error {
	now := v.now()
	switch {
	case !slices.Contains(v.issuers, c.Issuer):
		return invalid("it has another issuer")
	case !slices.Contains(v.audiences, c.Audience):
		return invalid("it is for another audience")
	case c.Subject == "":
		return invalid("it has no subject")
	case c.IssuedAt == nil:
		return invalid("it has no time of issue")
	case c.IssuedAt.Time().After(now.Add(clockSkew)):
		return invalid("it was issued in the future")
	case c.Expiry.Time().Before(now.Add(-clockSkew)): // a missing expiry is the zero time
		return ErrTokenExpired
	}
	return nil
}
