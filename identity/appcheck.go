package identity

import (
	"errors"
	"fmt"

	"firebase.google.com/go/v4/appcheck"
)

// ErrNotAttested: no App Check token, or none that proves anything. Its text is for the log.
var ErrNotAttested = errors.New("no valid App Check token")

// AppCheckClient is what AppCheck needs of the Admin SDK: *appcheck.Client.
type AppCheckClient interface {
	VerifyToken(token string) (*appcheck.DecodedAppCheckToken, error)
}

// AppCheck tells calls of the project's own apps from those of other programs. It says nothing about who is calling,
// and a determined attacker gets tokens out of a real browser: it makes abuse dearer, and replaces no other check.
type AppCheck struct{ client AppCheckClient }

// NewAppCheck returns a verifier of App Check tokens for the client's project.
func NewAppCheck(client AppCheckClient) *AppCheck { return &AppCheck{client: client} }

// Verify returns the id of the app that the token was issued to, or [ErrNotAttested]. It makes no network call: the SDK
// fetched the keys when the client was made, and fetches them again every six hours.
func (a *AppCheck) Verify(token string) (appID string, err error) {
	if token == "" {
		return "", &failure{kind: ErrNotAttested, cause: "there is none"}
	}
	if err := checkShape(token); err != nil {
		return "", &failure{kind: ErrNotAttested, cause: "it is no JSON web token"}
	}
	// The SDK (4.21) takes for granted that aud is an array, iss a string, and exp and iat numbers.
	defer func() {
		if p := recover(); p != nil {
			appID, err = "", &failure{kind: ErrNotAttested, cause: scrub(fmt.Sprintf("the SDK panicked on it: %v", p))}
		}
	}()
	decoded, err := a.client.VerifyToken(token)
	if err != nil {
		return "", fail(ErrNotAttested, "verify the App Check token", err)
	}
	return decoded.AppID, nil
}
