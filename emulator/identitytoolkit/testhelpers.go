package identitytoolkit

import "slices"

// clearAccounts deletes every account, session and code, so that a test can start from a clean
// state. It keeps the configuration and the outbox.
func (s *Service) clearAccounts(*call, empty) (any, error) {
	for id := range s.users.all() {
		s.users.del(id)
	}
	for token := range s.sessions.all() {
		s.sessions.del(token)
	}
	for code := range s.oobCodes.all() {
		s.oobCodes.del(code)
	}
	for session := range s.verifications.all() {
		s.verifications.del(session)
	}
	for account := range s.providerAccounts.all() {
		s.providerAccounts.del(account)
	}
	clear(s.failures)
	return empty{}, nil
}

// pendingCode is a pending email action in the official emulator's format.
type pendingCode struct {
	Email       string `json:"email"`
	NewEmail    string `json:"newEmail,omitempty"`
	RequestType string `json:"requestType"`
	OobCode     string `json:"oobCode"`
	OobLink     string `json:"oobLink"`
}

// listOobCodes lists the codes that can still be used, oldest first.
func (s *Service) listOobCodes(c *call, _ empty) (any, error) {
	var pending []oobCode
	for _, oob := range s.oobCodes.all() {
		if c.now.Before(oob.ExpiresAt) {
			pending = append(pending, oob)
		}
	}
	slices.SortStableFunc(pending, func(a, b oobCode) int {
		return a.CreatedAt.Compare(b.CreatedAt)
	})
	list := []pendingCode{}
	for _, oob := range pending {
		list = append(list, pendingCode{
			Email:       oob.Email,
			NewEmail:    oob.NewEmail,
			RequestType: oob.RequestType,
			OobCode:     oob.Code,
			OobLink:     oob.Link,
		})
	}
	return map[string]any{"oobCodes": list}, nil
}
