package identitytoolkit

import (
	"encoding/json"
	"slices"
	"time"
)

// maxProviderAccounts is the maximum number of test accounts that are remembered.
const maxProviderAccounts = 200

// providerAccount is a made-up account at a provider, which the provider page lists. It is not
// an account in the project. Like a real one, it still exists after the project's account is
// deleted, and can be used to sign up again.
type providerAccount struct {
	ProviderID string          `json:"providerId"`
	Claims     json.RawMessage `json:"claims"`
	LastUsed   time.Time       `json:"lastUsed"`
}

// rememberProviderAccount saves the account for the provider page. If there are too many, it
// deletes the least recently used one.
func (s *Service) rememberProviderAccount(c *call, p idpIdentity) {
	account := providerAccount{p.provider.id, p.raw, c.now}
	s.providerAccounts.put(p.provider.id+" "+p.Subject, account)
	count, oldestKey, oldest := 0, "", c.now
	for key, a := range s.providerAccounts.all() {
		count++
		if a.LastUsed.Before(oldest) {
			oldestKey, oldest = key, a.LastUsed
		}
	}
	if count > maxProviderAccounts {
		s.providerAccounts.del(oldestKey)
	}
}

// providerAccountsOf returns the accounts at a provider, most recently used first.
func (s *Service) providerAccountsOf(providerID string) []providerAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []providerAccount
	for _, a := range s.providerAccounts.all() {
		if a.ProviderID == providerID {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b providerAccount) int {
		return b.LastUsed.Compare(a.LastUsed)
	})
	return list
}
