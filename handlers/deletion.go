package handlers

import (
	"context"
	"net/http"
)

// deleteAccount answers DELETE /api/account: everything that belongs to the caller is erased.
func (s *server) deleteAccount(w http.ResponseWriter, r *http.Request) error {
	allowed, err := s.project.MayDelete(r.Context())
	if err != nil {
		return err
	}
	if !allowed {
		return errSelfServiceOff
	}
	uid := caller(r).UID
	if err := s.erase(r, uid); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// erase deletes what belongs to uid: the data first and the user last. Each step may be repeated, and as long as the
// user is there the whole may be: killed anywhere in between, it is finished by asking again. The other way round, a
// kill would leave data behind that nobody can sign in to erase.
//
// It goes on when the caller hangs up: half an erasure helps nobody.
func (s *server) erase(r *http.Request, uid string) error {
	return s.audited(r, "delete account", uid, func(ctx context.Context) error {
		if err := s.profiles.Erase(ctx, uid); err != nil {
			return err
		}
		return s.accounts.Delete(ctx, uid)
	})
}
