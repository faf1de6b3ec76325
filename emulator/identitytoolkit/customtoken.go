package identitytoolkit

import (
	"encoding/json"
	"strings"
)

// customTokenAudience is what a custom token must be for. An ID token has another audience, so it is not accepted.
const customTokenAudience = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"

// customToken is what a custom token holds.
type customToken struct {
	Issuer   string         `json:"iss"`
	Audience string         `json:"aud"`
	Expires  int64          `json:"exp"` // seconds of Unix time
	UID      string         `json:"uid"`
	Tenant   string         `json:"tenant_id"`
	Claims   map[string]any `json:"claims"`
}

type customTokenRequest struct {
	Token string `json:"token"`
}

type customTokenResponse struct {
	Kind      string `json:"kind"`
	IsNewUser bool   `json:"isNewUser"`
	tokens
}

// signInWithCustomToken signs in whoever a token of the Admin SDK names, and creates the account when there is none.
// Its claims become claims of this session's ID tokens. Signatures are not checked: in emulator mode there are none.
//
// Disabled sign-up does not stop it, since the app's own server made the token.
func (s *Service) signInWithCustomToken(c *call, req customTokenRequest) (any, error) {
	if req.Token == "" {
		return nil, badRequest("MISSING_CUSTOM_TOKEN")
	}
	token, err := s.readCustomToken(c, req.Token)
	if err != nil {
		return nil, err
	}
	u, known := s.users.get(token.UID)
	if !known {
		u = s.newUser(c, token.UID)
	}
	u.CustomAuth = true
	t, err := s.signIn(c, u, providerCustom, token.Claims)
	return customTokenResponse{"identitytoolkit#VerifyCustomTokenResponse", !known, t}, err
}

func (s *Service) readCustomToken(c *call, text string) (customToken, error) {
	var token customToken
	// Like the official emulator this takes the bare claims too, which test helpers write by hand.
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &token); err != nil {
			return token, badRequest("INVALID_CUSTOM_TOKEN : The token is no JSON object of the usual claims.")
		}
		return token, s.checkCustomToken(token)
	}
	switch err := jwtClaims(text, &token); {
	case err != nil:
		return token, badRequest("INVALID_CUSTOM_TOKEN : Invalid assertion format.")
	case token.Audience != customTokenAudience:
		return token, badRequest("INVALID_CUSTOM_TOKEN : The audience is not that of a custom token.")
	case token.Expires <= c.now.Unix():
		return token, badRequest("INVALID_CUSTOM_TOKEN : The token has expired.")
	}
	return token, s.checkCustomToken(token)
}

func (s *Service) checkCustomToken(token customToken) error {
	switch {
	case token.UID == "":
		return badRequest("MISSING_IDENTIFIER")
	case len(token.UID) > 128:
		return badRequest("INVALID_CUSTOM_TOKEN : The uid is longer than 128 characters.")
	case token.Tenant != "":
		return badRequest("TENANT_ID_MISMATCH")
	case s.fromOtherProject(token.Issuer):
		return badRequest("CREDENTIAL_MISMATCH")
	}
	return checkReservedClaims(token.Claims)
}

// ofAnotherProject tells whether a service account names its project and it is not this one.
func (s *Service) fromOtherProject(serviceAccount string) bool {
	_, host, _ := strings.Cut(serviceAccount, "@")
	project, found := strings.CutSuffix(host, ".iam.gserviceaccount.com")
	return found && project != s.projectID
}
