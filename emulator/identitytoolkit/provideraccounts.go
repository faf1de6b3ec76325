package identitytoolkit

import (
	"encoding/json"
	"slices"
	"time"
)

// maxProviderAccounts bounds the made-up accounts that are remembered.
const maxProviderAccounts = 200

// providerAccount is somebody's account with a provider, as the provider's page offers it again. It is no account of
// this project: like a real one it stays when the project's account is deleted, and can sign up anew.
type providerAccount struct {
	ProviderID string          `json:"providerId"`
	Claims     json.RawMessage `json:"claims"`
	LastUsed   time.Time       `json:"lastUsed"`
}

func (s *Service) rememberProviderAccount(c *call, p idpIdentity) {
	s.providerAccounts.put(p.provider.id+" "+p.Subject, providerAccount{p.provider.id, p.raw, c.now})
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

// providerAccountsOf lists the accounts with a provider, the last used first.
func (s *Service) providerAccountsOf(providerID string) []providerAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []providerAccount
	for _, a := range s.providerAccounts.all() {
		if a.ProviderID == providerID {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b providerAccount) int { return b.LastUsed.Compare(a.LastUsed) })
	return list
}
