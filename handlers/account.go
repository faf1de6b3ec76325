package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// Accounts reads and changes users in Identity Platform. *identity.Accounts implements it.
type Accounts interface {
	Get(ctx context.Context, uid string) (*identity.Account, error)
	GetRecord(ctx context.Context, uid string) (*identity.Record, error)
	SetDisplay(
		ctx context.Context, uid string, displayName, photoURL *string,
	) (*identity.Account, error)
	SetDisabled(ctx context.Context, uid string, disabled bool) (*identity.Account, error)
	SetRoles(ctx context.Context, uid string, roles []string) error
	RevokeSessions(ctx context.Context, uid string) error
	Delete(ctx context.Context, uid string) error
	List(ctx context.Context, pageToken string, size int) ([]*identity.Account, string, error)
}

// Project reads the settings of the Identity Platform project. *identity.Project implements it.
type Project interface {
	MayDelete(ctx context.Context) (bool, error)
}

// tokenInfo is what the session panel shows about the caller's ID token.
type tokenInfo struct {
	IssuedAt       time.Time      `json:"issuedAt"`
	ExpiresAt      time.Time      `json:"expiresAt"`
	AuthTime       time.Time      `json:"authTime"`
	SignInProvider string         `json:"signInProvider"`
	Claims         map[string]any `json:"claims"`
}

// getAccount handles GET /api/account. It returns everything that the account page shows: the
// user record from Identity Platform, the profile from Firestore, and the claims of the token.
// The user record and the profile don't depend on each other, so it reads them concurrently.
func (s *server) getAccount(w http.ResponseWriter, r *http.Request) error {
	user := caller(r)
	var stored profile.Profile
	var version profile.Version
	var profileErr error
	// A panic in a goroutine would crash the whole server. Pass it on to this one, which
	// recoverPanics protects.
	panicked := make(chan any, 1)
	go func() {
		defer func() { panicked <- recover() }()
		stored, version, profileErr = s.profiles.Get(r.Context(), user.UID)
	}()
	account, err := s.accounts.Get(r.Context(), user.UID)
	if p := <-panicked; p != nil {
		panic(p)
	}
	if errors.Is(err, identity.ErrUserNotFound) {
		return identity.ErrTokenRevoked // deleted since the last check of the session
	}
	if err != nil {
		return err
	}
	if profileErr != nil {
		return profileErr
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"user":        account,
		"profile":     stored,
		"profileETag": etagOf(version),
		"token": tokenInfo{
			IssuedAt: user.IssuedAt, ExpiresAt: user.ExpiresAt, AuthTime: user.AuthTime,
			SignInProvider: user.SignInProvider, Claims: user.Claims,
		},
	})
	return nil
}

// maxDisplayName is the maximum length of a display name, in characters.
const maxDisplayName = 100

var messageDisplayName = fmt.Sprintf(
	"Use a single line of up to %d characters, with no hidden ones.", maxDisplayName)

// patchAccount handles PATCH /api/account: it changes the caller's display name, their photo, or
// both. A field that the body doesn't name stays as it is. The Firebase SDK in the browser could do
// that, too. It is done here so that the photo's URL is checked before any page shows it.
func (s *server) patchAccount(w http.ResponseWriter, r *http.Request) error {
	var change struct {
		DisplayName *string `json:"displayName"`
		PhotoURL    *string `json:"photoURL"`
	}
	if err := decodeObject(w, r, &change); err != nil {
		return err
	}
	invalid := map[string]string{}
	if change.DisplayName != nil && !validDisplayName(*change.DisplayName) {
		invalid["displayName"] = messageDisplayName
	}
	if change.PhotoURL != nil && !validPhoto(*change.PhotoURL) {
		invalid["photoURL"] = "Enter the https:// URL of your profile picture at Google, GitHub, " +
			"Facebook, or X."
	}
	if len(invalid) > 0 {
		return &Error{Status: http.StatusBadRequest, Code: "invalid_account",
			Message: messageInvalidFields, Fields: invalid}
	}
	if change.DisplayName != nil {
		*change.DisplayName = strings.TrimSpace(*change.DisplayName)
	}
	account, err := s.accounts.SetDisplay(
		r.Context(), caller(r).UID, change.DisplayName, change.PhotoURL)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, account)
	return nil
}

// validDisplayName is checked for names that users enter on the account page. A client that calls
// Identity Platform itself can set any name, as can a sign-in provider, so a page that shows the
// name of another user must set it apart, as views/admin.templ does.
func validDisplayName(name string) bool {
	return utf8.RuneCountInString(name) <= maxDisplayName && profile.IsSingleLine(name)
}

// validPhoto also accepts "", which removes the photo.
func validPhoto(url string) bool { return url == "" || identity.ValidPhotoURL(url, photoHosts) }
