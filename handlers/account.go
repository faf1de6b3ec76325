package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// Accounts reads and changes the users of Identity Platform. *identity.Accounts is one.
type Accounts interface {
	Get(ctx context.Context, uid string) (*identity.Account, error)
	SetDisplay(ctx context.Context, uid, displayName, photoURL string) (*identity.Account, error)
	SetDisabled(ctx context.Context, uid string, disabled bool) (*identity.Account, error)
	SetRoles(ctx context.Context, uid string, roles []string) error
	RevokeSessions(ctx context.Context, uid string) error
	Delete(ctx context.Context, uid string) error
	List(ctx context.Context, pageToken string, size int) ([]*identity.Account, string, error)
}

// Project knows the settings of the project. *identity.Project does.
type Project interface {
	MayDelete(ctx context.Context) (bool, error)
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
	profileRead := make(chan any, 1) // what the read panicked with, which would end the program if it stayed over there
	go func() {
		defer func() { profileRead <- recover() }()
		extra, version, profileErr = s.profiles.Get(r.Context(), user.UID)
	}()
	account, err := s.accounts.Get(r.Context(), user.UID)
	if p := <-profileRead; p != nil {
		panic(p)
	}
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

// maxDisplayName is in characters.
const maxDisplayName = 100

// patchAccount answers PATCH /api/account: the caller's display name and photo. The browser's SDK could change them
// itself; it goes through here so that the photo's address is checked before anybody's page shows it.
func (s *server) patchAccount(w http.ResponseWriter, r *http.Request) error {
	var change struct {
		DisplayName *string `json:"displayName"`
		PhotoURL    *string `json:"photoURL"`
	}
	if err := decodeObject(w, r, &change); err != nil {
		return err
	}
	wrong := map[string]string{}
	if change.DisplayName != nil && !validDisplayName(*change.DisplayName) {
		wrong["displayName"] = "Use one line of at most 100 characters."
	}
	if change.PhotoURL != nil && *change.PhotoURL != "" && !identity.ValidPhotoURL(*change.PhotoURL, photoHosts) {
		wrong["photoURL"] = "Use the https address of a picture at one of: " + strings.Join(photoHosts, ", ") + "."
	}
	if len(wrong) > 0 {
		return &Error{Status: http.StatusBadRequest, Code: "invalid_account", Message: "Nothing was saved.", Fields: wrong}
	}
	account, err := s.accounts.Get(r.Context(), caller(r).UID)
	if err != nil {
		return err
	}
	name, photo := account.DisplayName, account.PhotoURL
	if change.DisplayName != nil {
		name = strings.TrimSpace(*change.DisplayName)
	}
	if change.PhotoURL != nil {
		photo = *change.PhotoURL
	}
	if account, err = s.accounts.SetDisplay(r.Context(), account.UID, name, photo); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, account)
	return nil
}

func validDisplayName(name string) bool {
	return utf8.RuneCountInString(name) <= maxDisplayName && !strings.ContainsFunc(name, unicode.IsControl)
}
