package handlers

import (
	"context"
	"net/http"

	"example.com/latchkey/identity"
)

// GoogleTokens verifies ID tokens from Google Sign-In. *identity.GoogleVerifier implements it.
type GoogleTokens interface {
	Verify(ctx context.Context, token string) (map[string]any, error)
}

// getTokenInfo handles GET /api/google/tokeninfo: it returns the claims of the Google ID token
// in the Authorization header, if it was issued for one of the configured OAuth client IDs. It
// is a local version of https://oauth2.googleapis.com/tokeninfo.
//
// A Google ID token is not a Firebase ID token: no other API call accepts it.
func (s *server) getTokenInfo(w http.ResponseWriter, r *http.Request) error {
	token, err := identity.BearerToken(r.Header, r.URL.Query())
	if err != nil {
		return err
	}
	claims, err := s.cfg.Google.Verify(r.Context(), token)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, claims)
	return nil
}
