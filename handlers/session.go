package handlers

import (
	"context"
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
	err := s.audited(r, "sign out everywhere", uid, func(ctx context.Context) error {
		return s.accounts.RevokeSessions(ctx, uid)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// audited does something to the user target and logs who did it, by uid or by the subject of a member of staff: an email
// address has no place in a log.
//
// It goes on when the caller hangs up, and logs it too when the answer of another service got lost: the work may have been
// done all the same. For that reason the verifier forgets the user in any case. A refusal is no such case, and what the
// caller takes for a uid then may be an address.
func (s *server) audited(
	r *http.Request, action, target string, do func(context.Context) error, details ...slog.Attr,
) error {
	err := do(context.WithoutCancel(r.Context()))
	s.verifier.Forget(target)
	if err != nil && asError(err).Status < http.StatusInternalServerError {
		return err
	}
	attrs := []slog.Attr{slog.String("action", action)}
	if staff, ok := identity.StaffFrom(r.Context()); ok {
		attrs = append(attrs, slog.String("staff", staff.Subject))
	} else {
		attrs = append(attrs, slog.String("actor", caller(r).UID))
	}
	attrs = append(attrs, slog.String("target", target))
	if err != nil {
		attrs = append(attrs, slog.String("failed", asError(err).Code))
	}
	s.log.LogAttrs(r.Context(), slog.LevelInfo, "audit", append(attrs, details...)...)
	return err
}
