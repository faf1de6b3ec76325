package handlers

import (
	"context"
	"log/slog"
	"net/http"

	"example.com/latchkey/identity"
)

// audited runs an action on the user target and logs who did it: the uid of an end user, or the
// subject of a member of staff. Email addresses don't belong in a log.
//
// The action continues if the client disconnects. If it fails because another service didn't
// respond, it may have taken effect anyway, so it is logged too. For the same reason, the
// verifier drops what it has cached about the target in any case.
//
// A rejected action (a 4xx) is not logged: its target may be any text that the client sent, such
// as an email address.
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
