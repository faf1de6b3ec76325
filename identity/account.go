package identity

import (
	"time"

	"firebase.google.com/go/v4/auth"
)

// Account is a user's record at Identity Platform, in the shape of the API. Times are in UTC,
// and nil if unknown.
type Account struct {
	UID              string     `json:"uid"`
	Email            string     `json:"email"`
	EmailVerified    bool       `json:"emailVerified"`
	DisplayName      string     `json:"displayName"`
	PhotoURL         string     `json:"photoURL"`
	PhoneNumber      string     `json:"phoneNumber"`
	Disabled         bool       `json:"disabled"`
	Providers        []Provider `json:"providers"`
	CreatedAt        *time.Time `json:"createdAt"`
	LastSignInAt     *time.Time `json:"lastSignInAt"`
	TokensValidAfter *time.Time `json:"tokensValidAfter"` // earlier sessions have ended
	Roles            []string   `json:"roles"`
}

// Provider is a sign-in method of the user, with the provider's data about them.
type Provider struct {
	ProviderID  string `json:"providerId"`
	UID         string `json:"uid"`
	Email       string `json:"email"`
	DisplayName string `json:"displayName"`
	PhotoURL    string `json:"photoURL"`
	PhoneNumber string `json:"phoneNumber"`
}

// newAccount converts a record of the SDK. Lists are never nil, so that they become [] in JSON.
func newAccount(r *auth.UserRecord) *Account {
	a := &Account{
		UID:              r.UID,
		Email:            r.Email,
		EmailVerified:    r.EmailVerified,
		DisplayName:      r.DisplayName,
		PhotoURL:         r.PhotoURL,
		PhoneNumber:      r.PhoneNumber,
		Disabled:         r.Disabled,
		Providers:        make([]Provider, 0, len(r.ProviderUserInfo)),
		CreatedAt:        unixMillis(r.UserMetadata.CreationTimestamp),
		LastSignInAt:     unixMillis(r.UserMetadata.LastLogInTimestamp),
		TokensValidAfter: unixMillis(r.TokensValidAfterMillis),
		Roles:            roles(r.CustomClaims),
	}
	for _, p := range r.ProviderUserInfo {
		a.Providers = append(a.Providers, Provider{
			ProviderID:  p.ProviderID,
			UID:         p.UID,
			Email:       p.Email,
			DisplayName: p.DisplayName,
			PhotoURL:    p.PhotoURL,
			PhoneNumber: p.PhoneNumber,
		})
	}
	return a
}

// unixMillis converts a time of the SDK. Zero means unknown.
func unixMillis(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := time.UnixMilli(ms).UTC()
	return &t
}
