package identitytoolkit

import (
	"encoding/json"
	"strings"
)

// customTokenAudience is the required audience of a custom token. It keeps an ID token, which
// has another audience, from being accepted as one.
const customTokenAudience = "https://identitytoolkit.googleapis.com/" +
	"google.identity.identitytoolkit.v1.IdentityToolkit"

// customToken holds the claims of a custom token.
type customToken struct {
	Issuer   string         `json:"iss"`
	Audience string         `json:"aud"`
	Expires  int64          `json:"exp"` // Unix time in seconds
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

// signInWithCustomToken signs in the user that an Admin SDK token names, and creates the
// account if it doesn't exist. The token's claims are added to the ID tokens of this session.
// Signatures are not checked because tokens are unsigned in emulator mode.
//
// It works even if sign-up is turned off, because the app's own server made the token.
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
	// Like the official emulator, accept a bare JSON object too, as some test helpers send.
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &token); err != nil {
			return token, badRequest("INVALID_CUSTOM_TOKEN : The token is not a valid JSON object.")
		}
		return token, s.checkCustomToken(token)
	}
	switch err := jwtClaims(text, &token); {
	case err != nil:
		return token, badRequest("INVALID_CUSTOM_TOKEN : Invalid assertion format.")
	case token.Audience != customTokenAudience:
		return token, badRequest("INVALID_CUSTOM_TOKEN : The audience is wrong.")
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

// fromOtherProject reports whether the email address of a service account names a project other
// than this one.
func (s *Service) fromOtherProject(serviceAccount string) bool {
	_, host, _ := strings.Cut(serviceAccount, "@")
	project, found := strings.CutSuffix(host, ".iam.gserviceaccount.com")
	return found && project != s.projectID
}
