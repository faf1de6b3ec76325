package identitytoolkit

type sessionCookieRequest struct {
	IDToken       string     `json:"idToken"`
	ValidDuration int64Value `json:"validDuration"` // seconds
}

// createSessionCookie exchanges an ID token for a session cookie valid from 5 minutes to 14
// days.
func (s *Service) createSessionCookie(c *call, req sessionCookieRequest) (any, error) {
	if _, _, err := s.userFromToken(c, req.IDToken); err != nil {
		return nil, err
	}
	const least, most = 5 * 60, 14 * 24 * 60 * 60 // seconds
	seconds := req.ValidDuration
	if seconds == 0 {
		seconds = most
	}
	if seconds < least || seconds > most {
		return nil, badRequest("INVALID_DURATION")
	}
	var claims map[string]any
	if err := jwtClaims(req.IDToken, &claims); err != nil {
		return nil, badRequest("INVALID_ID_TOKEN")
	}
	claims["iss"] = "https://session.firebase.google.com/" + s.projectID
	claims["iat"] = c.now.Unix()
	claims["exp"] = c.now.Unix() + int64(seconds)
	cookie, err := unsignedJWT(claims)
	if err != nil {
		return nil, err
	}
	return map[string]string{"sessionCookie": cookie}, nil
}
