package handlers

import (
	"context"
	"net/http"

	"example.com/latchkey/identity"
)

// GoogleTokens verifies ID tokens of Google Sign-In. *identity.GoogleVerifier does.
type GoogleTokens interface {
	Verify(ctx context.Context, token string) (map[string]any, error)
}

// getTokenInfo answers GET /api/google/tokeninfo: the claims of the Google ID token in Authorization, if it was made for
// one of the configured OAuth client ids. It does what https://oauth2.googleapis.com/tokeninfo does, without that call.
//
// Such a token is not one of Identity Platform: no other call of the API takes it.
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
