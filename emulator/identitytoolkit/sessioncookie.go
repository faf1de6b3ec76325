package identitytoolkit

import (
	"time"
)

type sessionCookieRequest struct {
	IDToken       string     `json:"idToken"`
	ValidDuration int64Value `json:"validDuration"` // seconds
}

// createSessionCookie turns an ID token into a session cookie of five minutes to two weeks.
func (s *Service) createSessionCookie(c *call, req sessionCookieRequest) (any, error) {
	if _, _, err := s.userOfToken(c, req.IDToken); err != nil {
		return nil, err
	}
	lifetime := time.Duration(req.ValidDuration) * time.Second
	if req.ValidDuration == 0 {
		lifetime = 14 * 24 * time.Hour
	}
	if lifetime < 5*time.Minute || lifetime > 14*24*time.Hour {
		return nil, refuse("INVALID_DURATION")
	}
	var claims map[string]any
	if err := jwtClaims(req.IDToken, &claims); err != nil {
		return nil, refuse("INVALID_ID_TOKEN")
	}
	claims["iss"] = "https://session.firebase.google.com/" + s.projectID
	claims["iat"] = c.now.Unix()
	claims["exp"] = c.now.Add(lifetime).Unix()
	cookie, err := unsignedJWT(claims)
	if err != nil {
		return nil, err
	}
	return map[string]string{"sessionCookie": cookie}, nil
}
