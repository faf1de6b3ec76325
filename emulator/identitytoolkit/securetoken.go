package identitytoolkit

import (
	"net/url"
	"strings"
)

// refreshResponse has OAuth's snake_case field names. Every other response has Identity
// Toolkit's camelCase.
type refreshResponse struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    string `json:"expires_in"`
	TokenType    string `json:"token_type"`
	RefreshToken string `json:"refresh_token"`
	IDToken      string `json:"id_token"`
	UserID       string `json:"user_id"`
	ProjectID    string `json:"project_id"`
}

// grantToken exchanges a refresh token for a new ID token. As in production, the refresh token
// stays the same. The body is form-encoded or JSON.
func grantToken(s *Service, c *call, body []byte) (any, error) {
	grantType, refreshToken, err := parseGrant(body)
	switch {
	case err != nil:
		return nil, err
	case grantType == "":
		return nil, badRequest("MISSING_GRANT_TYPE")
	case grantType != "refresh_token":
		return nil, badRequest("INVALID_GRANT_TYPE")
	case refreshToken == "":
		return nil, badRequest("MISSING_REFRESH_TOKEN")
	}
	u, sess, err := s.checkRefreshToken(refreshToken)
	if err != nil {
		return nil, err
	}
	u.LastRefreshAt = c.now
	s.putUser(u)
	idToken, err := s.mintIDToken(c, u, sess)
	if err != nil {
		return nil, err
	}
	return refreshResponse{
		AccessToken:  idToken,
		ExpiresIn:    secondsText(idTokenLifetime),
		TokenType:    "Bearer",
		RefreshToken: refreshToken,
		IDToken:      idToken,
		UserID:       u.LocalID,
		ProjectID:    projectNumber,
	}, nil
}

// checkRefreshToken returns the refresh token's user and session if it may still be used.
func (s *Service) checkRefreshToken(refreshToken string) (User, session, error) {
	sess, ok := s.sessions.get(refreshToken)
	if !ok {
		return User{}, sess, badRequest("INVALID_REFRESH_TOKEN")
	}
	u, ok := s.users.get(sess.LocalID)
	switch {
	case !ok:
		return u, sess, badRequest("USER_NOT_FOUND")
	case u.Disabled:
		return u, sess, badRequest("USER_DISABLED")
	case u.hasRevoked(sess):
		return u, sess, badRequest("TOKEN_EXPIRED")
	}
	return u, sess, nil
}

// parseGrant reads the form or the JSON. JSON keys may be in camelCase or snake_case.
func parseGrant(body []byte) (grantType, refreshToken string, err error) {
	if strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
		var req struct {
			GrantType         string `json:"grantType"`
			GrantTypeSnake    string `json:"grant_type"`
			RefreshToken      string `json:"refreshToken"`
			RefreshTokenSnake string `json:"refresh_token"`
		}
		err := decode(body, &req)
		return req.GrantType + req.GrantTypeSnake, req.RefreshToken + req.RefreshTokenSnake, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return "", "", invalidArgument("Could not parse the form.")
	}
	return form.Get("grant_type"), form.Get("refresh_token"), nil
}
