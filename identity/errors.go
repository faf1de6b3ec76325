package identity

import (
	"errors"
	"regexp"
	"strings"
)

// Every error of this package matches one of these with [errors.Is]. Their texts are for logs.
// They never contain the SDK's text or a claim's value, which responses must not repeat.
var (
	// ErrNoToken means that the request has no token.
	ErrNoToken = errors.New("no token")
	// ErrInvalidToken means that this app doesn't accept the token.
	ErrInvalidToken = errors.New("invalid token")
	// ErrSignatureRemoved means that the front end of a private Cloud Run service has checked
	// the Authorization header itself and removed the token's signature. It is also an
	// ErrInvalidToken. The caller must send the IAM token in X-Serverless-Authorization
	// instead.
	ErrSignatureRemoved = invalid("its signature was removed by Cloud Run's front end; " +
		"send the IAM token in X-Serverless-Authorization and the user's token in Authorization")
	// ErrTokenExpired means that the token was valid in the past. The client should refresh it.
	ErrTokenExpired = errors.New("token expired")
	// ErrTokenRevoked means that the session was revoked, or the user is disabled or deleted.
	ErrTokenRevoked = errors.New("token revoked")
	// ErrUnavailable means that Google's keys or user records couldn't be read in time. It says
	// nothing about the token.
	ErrUnavailable = errors.New("identity service unavailable")
	// ErrUserNotFound means that the user doesn't exist.
	ErrUserNotFound = errors.New("user not found")
	// ErrInvalidArgument means that a value cannot be stored, for example roles that don't fit
	// into the user's custom claims.
	ErrInvalidArgument = errors.New("invalid argument")
)

// failure is one of the errors above with its cause as text. It doesn't wrap the SDK's error,
// whose text can contain claims that an attacker chose, email addresses and whole response
// bodies.
type failure struct {
	kind  error
	cause string
}

func (f *failure) Error() string { return f.kind.Error() + ": " + f.cause }
func (f *failure) Unwrap() error { return f.kind }

func invalid(cause string) error     { return &failure{ErrInvalidToken, cause} }
func revoked(cause string) error     { return &failure{ErrTokenRevoked, cause} }
func unavailable(cause string) error { return &failure{ErrUnavailable, cause} }

// fail returns a failure of the kind. Its cause is the action and the scrubbed text of the
// SDK's error.
func fail(kind error, action string, err error) error {
	return &failure{kind, action + ": " + scrub(err.Error())}
}

// maxCause bounds the SDK's part of an error text, in bytes.
const maxCause = 200

var (
	quotedText   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)
	emailAddress = regexp.MustCompile(`\S+@\S+`)
	tokenText    = regexp.MustCompile(`[\w-]{10,}\.[\w-]{10,}\.[\w-]*`)
)

// scrub removes what must not reach a log from an error text of the SDK: quoted values (claims,
// email addresses), anything that looks like an address or a token, and response bodies, which
// follow a line break or the phrase below.
func scrub(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, " while retrieving public keys:")
	text = quotedText.ReplaceAllString(text, `"…"`)
	text = emailAddress.ReplaceAllString(text, "…")
	text = tokenText.ReplaceAllString(text, "…")
	if len(text) > maxCause {
		text = strings.ToValidUTF8(text[:maxCause], "") + "…"
	}
	return text
}
