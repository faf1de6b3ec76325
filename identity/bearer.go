package identity

import (
	"net/http"
	"net/url"
	"strings"
)

// maxTokenBytes bounds a token's length. Firebase's are 1–2 KB, and custom claims add at most
// 1,000 characters. The SDK has no bound: an unsigned token of 956 KB costs it 63 ms and 36 MB.
const maxTokenBytes = 8 << 10

// signatureRemoved replaces a signature that Cloud Run's front end has checked.
const signatureRemoved = "SIGNATURE_REMOVED_BY_GOOGLE"

// BearerToken returns the token in a request's Authorization header, after checking that it has
// the shape and a plausible length of a JSON Web Token. It requires exactly one such header
// with the scheme Bearer. It rejects a request with a token in its query, even next to a valid
// header, because query strings end up in logs and browser histories.
//
// The error is [ErrNoToken] if there is none, and [ErrInvalidToken] otherwise.
func BearerToken(header http.Header, query url.Values) (string, error) {
	if query.Has("access_token") {
		return "", invalid("it is in the query string")
	}
	values := header.Values("Authorization")
	switch {
	case len(values) == 0:
		return "", ErrNoToken
	case len(values) > 1:
		return "", invalid("more than one Authorization header")
	case strings.HasSuffix(values[0], signatureRemoved):
		return "", ErrSignatureRemoved
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", ErrNoToken
	}
	if err := checkShape(token); err != nil {
		return "", err
	}
	return token, nil
}

// checkShape returns ErrInvalidToken for what cannot be a JSON Web Token: over 8 KiB, not three
// parts, or characters that aren't base64url. The last part may be empty, as in an emulator's
// unsigned tokens.
func checkShape(token string) error {
	if len(token) > maxTokenBytes {
		return invalid("it is longer than 8 KiB")
	}
	dots := 0
	for i := range len(token) {
		switch c := token[i]; {
		case c == '.':
			dots++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return invalid("it has characters that are not base64url")
		}
	}
	if dots != 2 {
		return invalid("it does not have three parts")
	}
	return nil
}
