package handlers

import (
	"log/slog"
	"net/http"

	"example.com/latchkey/identity"
)

// getSession answers GET /api/session: 204 while the session stands. The page asks every now and then while it is
// visible, so that a session that was ended elsewhere ends here too although nobody clicks.
func (s *server) getSession(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// endSessions answers DELETE /api/sessions: it signs the caller out on every device, this one included.
func (s *server) endSessions(w http.ResponseWriter, r *http.Request) error {
	uid := caller(r).UID
	if err := s.accounts.RevokeSessions(r.Context(), uid); err != nil {
		return err
	}
	s.verifier.Forget(uid)
	s.audit(r, "sign out everywhere", uid)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// audit logs who did what to whom, by uid or by the subject of a member of staff: an email address has no place in a
// log.
func (s *server) audit(r *http.Request, action, target string, details ...slog.Attr) {
	attrs := []slog.Attr{slog.String("action", action)}
	if staff, ok := identity.StaffFrom(r.Context()); ok {
		attrs = append(attrs, slog.String("staff", staff.Subject))
	} else {
		attrs = append(attrs, slog.String("actor", caller(r).UID))
	}
	attrs = append(attrs, slog.String("target", target))
	s.log.LogAttrs(r.Context(), slog.LevelInfo, "audit", append(attrs, details...)...)
}
