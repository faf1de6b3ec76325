package identitytoolkit

import "strings"

type lookupRequest struct {
	IDToken         string   `json:"idToken"`
	LocalID         []string `json:"localId"`
	Email           []string `json:"email"`
	PhoneNumber     []string `json:"phoneNumber"`
	FederatedUserID []struct {
		ProviderID string `json:"providerId"`
		RawID      string `json:"rawId"`
	} `json:"federatedUserId"`
}

type lookupResponse struct {
	Kind  string         `json:"kind"`
	Users []userResource `json:"users,omitempty"` // omitted if no account matches
}

// lookup returns the caller's own account. An administrator can look up any accounts; those
// that don't exist are left out of the response.
func (s *Service) lookup(c *call, req lookupRequest) (any, error) {
	resp := lookupResponse{Kind: "identitytoolkit#GetAccountInfoResponse"}
	if !c.admin || req.IDToken != "" {
		u, _, err := s.userFromToken(c, req.IDToken)
		if err != nil {
			return nil, err
		}
		resp.Users = []userResource{u.resource(false)}
		return resp, nil
	}
	seen := map[string]bool{}
	add := func(u User, found bool) {
		if found && !seen[u.LocalID] {
			seen[u.LocalID] = true
			resp.Users = append(resp.Users, u.resource(true))
		}
	}
	for _, id := range req.LocalID {
		add(s.users.get(id))
	}
	for _, email := range req.Email {
		add(s.userByEmail(strings.ToLower(email)))
	}
	for _, number := range req.PhoneNumber {
		add(s.userByPhone(number))
	}
	for _, id := range req.FederatedUserID {
		add(s.userByProvider(id.ProviderID, id.RawID))
	}
	return resp, nil
}
