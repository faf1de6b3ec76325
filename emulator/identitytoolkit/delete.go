package identitytoolkit

import (
	"maps"
	"slices"
)

type deleteRequest struct {
	IDToken string `json:"idToken"`
	LocalID string `json:"localId"`
}

// deleteAccount removes the caller's own account soon after signing in, or any account for an administrator.
func (s *Service) deleteAccount(c *call, req deleteRequest) (any, error) {
	u, err := s.userToDelete(c, req)
	if err != nil {
		return nil, err
	}
	s.removeUser(u)
	return map[string]string{"kind": "identitytoolkit#DeleteAccountResponse"}, nil
}

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

// removeUser deletes the account and its pending codes. Its refresh tokens stay for a while, so that other devices
// learn that the account is gone instead of that their token is unknown.
func (s *Service) removeUser(u User) {
	s.users.del(u.LocalID)
	s.dropOobCodes(u.LocalID, slices.Collect(maps.Keys(oobKinds))...)
}
