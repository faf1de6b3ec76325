package identity

import (
	"net/http"
	"net/url"
	"strings"
)

// maxTokenBytes is the longest token that is looked at (R4). Firebase's are 1–2 KB; custom claims add at most 1,000
// characters. The SDK itself has no bound: an unsigned token of 956 KB costs it 63 ms and 36 MB.
const maxTokenBytes = 8 << 10

// signatureRemoved is what the platform's front end writes in place of a signature that it has checked (R53).
const signatureRemoved = "SIGNATURE_REMOVED_BY_GOOGLE"

// BearerToken takes the token out of a request's headers. It wants exactly one Authorization header with the scheme
// Bearer (R1), and the shape of a token of sensible size (R4), so that nothing else reaches the SDK. A token in the
// query is refused even beside a good header: query strings end up in logs and histories.
//
// The error is [ErrNoToken] when there is nothing to look at and [ErrInvalidToken] otherwise.
func BearerToken(header http.Header, query url.Values) (string, error) {
	if query.Has("access_token") {
		return "", invalid("it came in the query string")
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

// checkShape refuses what cannot be a JSON web token: too long, not three parts, or other characters than base64url's.
// The last part may be empty, as it is in the unsigned tokens of an emulator.
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
			return invalid("it has characters that no token has")
		}
	}
	if dots != 2 {
		return invalid("it does not have three parts")
	}
	return nil
}
