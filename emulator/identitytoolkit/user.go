package identitytoolkit

import (
	"slices"
	"strings"
	"time"
)

// IDs of the sign-in providers that aren't federated.
const (
	providerPassword  = "password"
	providerPhone     = "phone"
	providerAnonymous = "anonymous"
	providerCustom    = "custom"
)

// User is an account as stored. The API returns it as a userResource.
type User struct {
	LocalID           string       `json:"localId"`
	Email             string       `json:"email,omitempty"`
	EmailVerified     bool         `json:"emailVerified,omitempty"`
	DisplayName       string       `json:"displayName,omitempty"`
	PhotoURL          string       `json:"photoUrl,omitempty"`
	PhoneNumber       string       `json:"phoneNumber,omitempty"`
	Password          passwordHash `json:"password,omitzero"`
	PasswordUpdatedAt time.Time    `json:"passwordUpdatedAt,omitzero"`
	EmailLinkSignin   bool         `json:"emailLinkSignin,omitempty"`
	CustomAuth        bool         `json:"customAuth,omitempty"`
	Disabled          bool         `json:"disabled,omitempty"`
	CustomAttributes  string       `json:"customAttributes,omitempty"` // custom claims, as JSON
	Providers         []Provider   `json:"providers,omitempty"`        // federated providers only
	CreatedAt         time.Time    `json:"createdAt,omitzero"`
	LastLoginAt       time.Time    `json:"lastLoginAt,omitzero"`
	LastRefreshAt     time.Time    `json:"lastRefreshAt,omitzero"`
	// ValidSince is the Unix time of the last revocation in seconds. ID tokens and refresh tokens
	// issued before it are rejected. Tokens issued in the same second survive, as in production.
	ValidSince int64 `json:"validSince,omitempty"`
}

// Provider is an account's identity at a federated provider, in the format of the API's
// providerUserInfo.
type Provider struct {
	ProviderID  string `json:"providerId"`
	RawID       string `json:"rawId,omitempty"`
	FederatedID string `json:"federatedId,omitempty"`
	Email       string `json:"email,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	PhotoURL    string `json:"photoUrl,omitempty"`
	PhoneNumber string `json:"phoneNumber,omitempty"`
	ScreenName  string `json:"screenName,omitempty"`
}

// newUser returns a new account, with a random ID if localID is empty. The caller must stage it
// with putUser.
func (s *Service) newUser(c *call, localID string) User {
	if localID == "" {
		localID = randomID()
	}
	return User{LocalID: localID, CreatedAt: c.now, ValidSince: c.now.Unix()}
}

func (s *Service) putUser(u User) { s.users.put(u.LocalID, u) }

func (s *Service) userByEmail(email string) (User, bool) {
	return s.users.find(emailKey(email))
}

func (s *Service) userByPhone(number string) (User, bool) {
	return s.users.find(phoneKey(number))
}

func (s *Service) userByProvider(providerID, rawID string) (User, bool) {
	return s.users.find(providerKey(providerID, rawID))
}

func emailKey(email string) string  { return "email " + email }
func phoneKey(number string) string { return "phone " + number }

func providerKey(providerID, rawID string) string {
	return "provider " + providerID + " " + rawID
}

// indexKeys returns the keys that find the account. No two accounts share a key.
func (u User) indexKeys() []string {
	var keys []string
	if u.Email != "" {
		keys = append(keys, emailKey(u.Email))
	}
	if u.PhoneNumber != "" {
		keys = append(keys, phoneKey(u.PhoneNumber))
	}
	for _, p := range u.Providers {
		keys = append(keys, providerKey(p.ProviderID, p.RawID))
	}
	return keys
}

// anonymous reports whether the account has no way to sign in again.
func (u User) anonymous() bool { return len(u.providerUserInfo()) == 0 && !u.CustomAuth }

// revoke invalidates the tokens issued before the current second.
func (u *User) revoke(now time.Time) {
	u.ValidSince = max(u.ValidSince, now.Unix())
}

// hasRevoked reports whether a revocation has ended the session.
func (u User) hasRevoked(sess session) bool { return sess.AuthTime < u.ValidSince }

// setProvider links a federated identity. It replaces an existing identity at the same provider.
func (u *User) setProvider(p Provider) {
	u.Providers = slices.Clone(u.Providers)
	same := func(other Provider) bool { return other.ProviderID == p.ProviderID }
	if i := slices.IndexFunc(u.Providers, same); i >= 0 {
		u.Providers[i] = p
		return
	}
	u.Providers = append(u.Providers, p)
}

// dropProvider unlinks a provider. As in production, unlinking "password" also removes the email
// address.
func (u *User) dropProvider(providerID string) {
	switch providerID {
	case providerPassword:
		u.Email, u.EmailVerified, u.EmailLinkSignin = "", false, false
		u.Password, u.PasswordUpdatedAt = passwordHash{}, time.Time{}
	case providerPhone:
		u.PhoneNumber = ""
	default:
		u.Providers = slices.DeleteFunc(slices.Clone(u.Providers), func(p Provider) bool {
			return strings.EqualFold(p.ProviderID, providerID)
		})
	}
}

// providerUserInfo returns the account's providers as the API lists them, federated or not.
func (u User) providerUserInfo() []Provider {
	var list []Provider
	if u.Email != "" && (u.Password.set() || u.EmailLinkSignin) {
		list = append(list, Provider{
			ProviderID: providerPassword, RawID: u.Email, FederatedID: u.Email, Email: u.Email,
			DisplayName: u.DisplayName, PhotoURL: u.PhotoURL,
		})
	}
	list = append(list, u.Providers...)
	if u.PhoneNumber != "" {
		list = append(list, Provider{
			ProviderID: providerPhone, RawID: u.PhoneNumber, PhoneNumber: u.PhoneNumber,
		})
	}
	return list
}
