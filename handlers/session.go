package handlers

import (
	"context"
	"net/http"
)

// getSession handles GET /api/session: it returns 204 while the session is valid. Visible pages
// poll it, so that they notice that a session has ended elsewhere even if the user doesn't click
// anything.
func (s *server) getSession(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// endSessions handles DELETE /api/sessions: it signs the user out on every device, including
// this one.
func (s *server) endSessions(w http.ResponseWriter, r *http.Request) error {
	uid := caller(r).UID
	err := s.audited(r, "sign out everywhere", uid, func(ctx context.Context) error {
		return s.accounts.RevokeSessions(ctx, uid)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
