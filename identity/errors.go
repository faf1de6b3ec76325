package identity

import (
	"errors"
	"regexp"
	"strings"
)

// Every error of this package is one of these under [errors.Is]. Their texts are for the log. What a client is told is
// the handlers' business, and never contains the text of the SDK or the value of a claim.
var (
	// ErrNoToken: the request carries no bearer token at all.
	ErrNoToken = errors.New("no bearer token")
	// ErrInvalidToken: whatever was presented does not prove anything.
	ErrInvalidToken = errors.New("invalid token")
	// ErrSignatureRemoved: the platform's front end checked the Authorization header itself and took the signature out
	// (a private Cloud Run service). It is an [ErrInvalidToken] too. The caller has to send the token for IAM in
	// X-Serverless-Authorization, so that Authorization reaches the app untouched.
	ErrSignatureRemoved = invalid("its signature was removed by the platform's front end; " +
		"send the IAM token in X-Serverless-Authorization and the user's in Authorization")
	// ErrTokenExpired: the token was good once; the client should refresh it and try again.
	ErrTokenExpired = errors.New("token expired")
	// ErrTokenRevoked: the session was ended, or the user disabled or deleted.
	ErrTokenRevoked = errors.New("token revoked")
	// ErrUnavailable: Google's keys or user records cannot be had in time. It says nothing about the token.
	ErrUnavailable = errors.New("identity service unavailable")
	// ErrUserNotFound: there is no such user.
	ErrUserNotFound = errors.New("user not found")
	// ErrInvalidArgument: a value cannot be stored, such as roles that do not fit into a user's custom claims.
	ErrInvalidArgument = errors.New("invalid argument")
)

// failure is one of the errors above with its cause as text. The SDK's own error is not kept: its text can hold
// attacker-chosen claims, email addresses and whole response bodies, and somebody would print it.
type failure struct {
	kind  error
	cause string
}

func (f *failure) Error() string { return f.kind.Error() + ": " + f.cause }
func (f *failure) Unwrap() error { return f.kind }

// invalid returns an ErrInvalidToken with the cause.
func invalid(cause string) error { return &failure{kind: ErrInvalidToken, cause: cause} }

// unavailable returns an ErrUnavailable with the cause.
func unavailable(cause string) error { return &failure{kind: ErrUnavailable, cause: cause} }

// fail makes a failure of the kind from what the SDK said, scrubbed.
func fail(kind error, doing string, err error) error {
	return &failure{kind: kind, cause: doing + ": " + scrub(err.Error())}
}

// maxCause bounds the SDK's part of an error text, in bytes.
const maxCause = 200

var (
	quotedText  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)
	addressText = regexp.MustCompile(`\S+@\S+`)
	tokenText   = regexp.MustCompile(`[\w-]{10,}\.[\w-]{10,}\.[\w-]*`)
)

// scrub takes out of an error text of the SDK what must not reach a log: quoted values (claims, email addresses),
// anything that looks like an address or a token, and response bodies, which follow a line break or that one phrase.
func scrub(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, " while retrieving public keys:")
	text = quotedText.ReplaceAllString(text, `"…"`)
	text = addressText.ReplaceAllString(text, "…")
	text = tokenText.ReplaceAllString(text, "…")
	if len(text) > maxCause {
		text = strings.ToValidUTF8(text[:maxCause], "") + "…"
	}
	return text
}
