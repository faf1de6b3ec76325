package identitytoolkit

import (
	"maps"
	"slices"
)

type deleteRequest struct {
	IDToken string `json:"idToken"`
	LocalID string `json:"localId"`
}

// deleteAccount deletes the caller's own account, which requires a recent sign-in, or any
// account if the caller is an administrator.
func (s *Service) deleteAccount(c *call, req deleteRequest) (any, error) {
	u, err := s.userToDelete(c, req)
	if err != nil {
		return nil, err
	}
	s.removeUser(u)
	return map[string]string{"kind": "identitytoolkit#DeleteAccountResponse"}, nil
}

// userToDelete returns the account to delete if the caller may delete it.
func (s *Service) userToDelete(c *call, req deleteRequest) (User, error) {
	if c.admin && req.IDToken == "" {
		if req.LocalID == "" {
			return User{}, badRequest("MISSING_LOCAL_ID")
		}
		u, ok := s.users.get(req.LocalID)
		if !ok {
			return User{}, badRequest("USER_NOT_FOUND")
		}
		return u, nil
	}
	u, claims, err := s.userFromToken(c, req.IDToken)
	if err != nil {
		return User{}, err
	}
	if s.config().Client.Permissions.DisabledUserDeletion {
		return User{}, badRequest("ADMIN_ONLY_OPERATION")
	}
	return u, requireRecent(c, u, claims)
}

// removeUser deletes the account and its pending codes. Its sessions remain for a while, so
// that a refresh on another device returns USER_NOT_FOUND instead of INVALID_REFRESH_TOKEN.
func (s *Service) removeUser(u User) {
	s.users.del(u.LocalID)
	s.dropOobCodes(u.LocalID, slices.Collect(maps.Keys(oobKinds))...)
}
