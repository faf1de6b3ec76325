package handlers

import (
	"context"
	"net/http"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// Accounts reads and changes the users of Identity Platform. *identity.Accounts is one.
type Accounts interface {
	Get(ctx context.Context, uid string) (*identity.Account, error)
}

// tokenInfo is what the account page's session panel shows of the caller's ID token.
type tokenInfo struct {
	IssuedAt       time.Time      `json:"issuedAt"`
	ExpiresAt      time.Time      `json:"expiresAt"`
	AuthTime       time.Time      `json:"authTime"`
	SignInProvider string         `json:"signInProvider"`
	Claims         map[string]any `json:"claims"`
}

// getAccount answers GET /api/account with everything the account page shows: the user record, which has a fixed
// schema, from Identity Platform; the extra fields from Firestore; and what the token says. The two reads run side by
// side because neither needs the other.
func (s *server) getAccount(w http.ResponseWriter, r *http.Request) error {
	user := caller(r)
	var extra profile.Profile
	var version profile.Version
	var profileErr error
	profileRead := make(chan struct{})
	go func() {
		defer close(profileRead)
		extra, version, profileErr = s.profiles.Get(r.Context(), user.UID)
	}()
	account, err := s.accounts.Get(r.Context(), user.UID)
	<-profileRead
	if err != nil {
		return err
	}
	if profileErr != nil {
		return profileErr
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"user":        account,
		"profile":     extra,
		"profileETag": etagOf(version),
		"token": tokenInfo{
			IssuedAt: user.IssuedAt, ExpiresAt: user.ExpiresAt, AuthTime: user.AuthTime,
			SignInProvider: user.SignInProvider, Claims: user.Claims,
		},
	})
	return nil
}
