package handlers

import (
	"context"
	"net/http"
)

// deleteAccount handles DELETE /api/account: it erases everything that belongs to the caller.
func (s *server) deleteAccount(w http.ResponseWriter, r *http.Request) error {
	if caller(r).HasRole(adminRole) {
		return errAdminAccount
	}
	allowed, err := s.project.MayDelete(r.Context())
	if err != nil {
		return err
	}
	if !allowed {
		return errSelfServiceOff
	}
	if err := s.erase(r, caller(r).UID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// errAdminAccount keeps the last admin from leaving the project without one.
var errAdminAccount = &Error{Status: http.StatusConflict, Code: "own_account",
	Message: "You're an administrator. Ask another administrator to remove your admin role first."}

// erase deletes everything that belongs to a user: the data first, and the user last. If you
// store personal data in another place, delete it here too, before the user, and add it to
// exportAccount.
//
// Every step can be repeated. If the server dies halfway through, the user still exists and can
// delete the account again to finish. In the opposite order, data would be left behind that no
// one can sign in to delete.
//
// Erasing continues if the client disconnects.
func (s *server) erase(r *http.Request, uid string) error {
	return s.audited(r, "delete account", uid, func(ctx context.Context) error {
		if err := s.profiles.Erase(ctx, uid); err != nil {
			return err
		}
		return s.accounts.Delete(ctx, uid)
	})
}
