package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"example.com/latchkey/identity"
)

// audited runs an action on the user target and logs who did it: the uid of an end user, or the
// subject of a member of staff. It writes one line before the action and one after it, so that
// an action that a crash interrupts is in the log too. target must be the uid of an existing
// user, not text that a client has sent.
//
// The action continues if the client disconnects. If it fails, it may still have taken effect,
// in part or because only the response was lost. For the same reason, the verifier drops what it
// has cached about the target in any case.
func (s *server) audited(
	r *http.Request, action, target string, do func(context.Context) error, details ...slog.Attr,
) error {
	ctx := context.WithoutCancel(r.Context())
	attrs := []slog.Attr{slog.String("action", action)}
	if staff, ok := identity.StaffFrom(ctx); ok {
		attrs = append(attrs, slog.String("staff", loggedID(staff.Subject)))
	} else {
		attrs = append(attrs, slog.String("actor", loggedID(caller(r).UID)))
	}
	attrs = append(attrs, slog.String("target", loggedID(target)))
	attrs = append(attrs, details...)
	log := func(outcome ...slog.Attr) {
		s.log.LogAttrs(ctx, slog.LevelInfo, "audit", slices.Concat(attrs, outcome)...)
	}

	log(slog.String("outcome", "started"))
	err := do(ctx)
	s.verifier.Forget(target)
	if err != nil {
		log(slog.String("outcome", "failed"), slog.String("reason", asError(err).Code))
		return err
	}
	log(slog.String("outcome", "done"))
	return nil
}

// loggedID returns the ID of a user or of a member of staff as it may be logged. If it contains an
// email address, which doesn't belong in a log, it returns a hash. An imported user, for example,
// can have any uid. To find the lines of such a user, compute the hash:
//
//	printf %s ID | sha256sum
func loggedID(id string) string {
	if !strings.Contains(id, "@") {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}
