package identitytoolkit

import (
	"encoding/base64"
	"time"
)

// redactedHash is what production shows clients instead of a password hash. The JS SDK takes its presence to mean that
// the account has a password and the Admin SDK drops it.
var redactedHash = base64.StdEncoding.EncodeToString([]byte("REDACTED"))

// userResource is an account as the API shows it.
type userResource struct {
	LocalID           string     `json:"localId"`
	Email             string     `json:"email,omitempty"`
	EmailVerified     *bool      `json:"emailVerified,omitempty"` // absent without an email
	DisplayName       string     `json:"displayName,omitempty"`
	PhotoURL          string     `json:"photoUrl,omitempty"`
	PhoneNumber       string     `json:"phoneNumber,omitempty"`
	PasswordHash      string     `json:"passwordHash,omitempty"`
	Salt              string     `json:"salt,omitempty"`
	PasswordUpdatedAt int64      `json:"passwordUpdatedAt,omitempty"` // milliseconds, the only time that is a number
	EmailLinkSignin   bool       `json:"emailLinkSignin,omitempty"`
	CustomAuth        bool       `json:"customAuth,omitempty"`
	Disabled          bool       `json:"disabled,omitempty"`
	CustomAttributes  string     `json:"customAttributes,omitempty"`
	ProviderUserInfo  []Provider `json:"providerUserInfo,omitempty"`
	ValidSince        int64Value `json:"validSince,omitempty"`
	CreatedAt         int64Value `json:"createdAt,omitempty"`
	LastLoginAt       int64Value `json:"lastLoginAt,omitempty"`
	LastRefreshAt     string     `json:"lastRefreshAt,omitempty"` // RFC 3339
}

// resource shows the account. Administrators see the password's hash, others only that there is one.
func (u User) resource(admin bool) userResource {
	r := userResource{
		LocalID:           u.LocalID,
		Email:             u.Email,
		EmailVerified:     u.emailVerified(),
		DisplayName:       u.DisplayName,
		PhotoURL:          u.PhotoURL,
		PhoneNumber:       u.PhoneNumber,
		PasswordHash:      u.redactedHash(),
		PasswordUpdatedAt: milliseconds(u.PasswordUpdatedAt),
		EmailLinkSignin:   u.EmailLinkSignin,
		CustomAuth:        u.CustomAuth,
		Disabled:          u.Disabled,
		CustomAttributes:  u.CustomAttributes,
		ProviderUserInfo:  u.providerUserInfo(),
		ValidSince:        int64Value(u.ValidSince),
		CreatedAt:         int64Value(milliseconds(u.CreatedAt)),
		LastLoginAt:       int64Value(milliseconds(u.LastLoginAt)),
	}
	if !u.LastRefreshAt.IsZero() {
		r.LastRefreshAt = u.LastRefreshAt.UTC().Format(time.RFC3339Nano)
	}
	if admin && u.Password.set() {
		r.PasswordHash = base64.URLEncoding.EncodeToString(u.Password.Hash)
		r.Salt = base64.URLEncoding.EncodeToString(u.Password.Salt)
	}
	return r
}

func (u User) emailVerified() *bool {
	if u.Email == "" {
		return nil
	}
	return &u.EmailVerified
}

func (u User) redactedHash() string {
	if !u.Password.set() {
		return ""
	}
	return redactedHash
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
