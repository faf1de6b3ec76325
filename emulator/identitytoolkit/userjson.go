package identitytoolkit

import (
	"encoding/base64"
	"time"
)

// redactedHash is what production sends to clients instead of a password hash. To the JS SDK, a
// hash means that the account has a password. The Admin SDK drops this value.
var redactedHash = base64.StdEncoding.EncodeToString([]byte("REDACTED"))

// userResource is an account in the API's format.
type userResource struct {
	LocalID           string     `json:"localId"`
	Email             string     `json:"email,omitempty"`
	EmailVerified     *bool      `json:"emailVerified,omitempty"` // absent if Email is
	DisplayName       string     `json:"displayName,omitempty"`
	PhotoURL          string     `json:"photoUrl,omitempty"`
	PhoneNumber       string     `json:"phoneNumber,omitempty"`
	PasswordHash      string     `json:"passwordHash,omitempty"`
	Salt              string     `json:"salt,omitempty"`
	PasswordUpdatedAt int64      `json:"passwordUpdatedAt,omitempty"` // milliseconds, as a number
	EmailLinkSignin   bool       `json:"emailLinkSignin,omitempty"`
	CustomAuth        bool       `json:"customAuth,omitempty"`
	Disabled          bool       `json:"disabled,omitempty"`
	CustomAttributes  string     `json:"customAttributes,omitempty"`
	ProviderUserInfo  []Provider `json:"providerUserInfo,omitempty"`
	ValidSince        int64Value `json:"validSince,omitempty"`    // Unix time in seconds
	CreatedAt         int64Value `json:"createdAt,omitempty"`     // Unix time in milliseconds
	LastLoginAt       int64Value `json:"lastLoginAt,omitempty"`   // Unix time in milliseconds
	LastRefreshAt     string     `json:"lastRefreshAt,omitempty"` // RFC 3339
}

// resource returns the account in the API's format. Only administrators see the password hash.
// Other callers only see whether there is one.
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

// emailVerified returns nil if the account has no email address.
func (u User) emailVerified() *bool {
	if u.Email == "" {
		return nil
	}
	return &u.EmailVerified
}

// redactedHash returns the redacted hash if the account has a password.
func (u User) redactedHash() string {
	if !u.Password.set() {
		return ""
	}
	return redactedHash
}

// milliseconds returns Unix time in milliseconds, or 0 for the zero time.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
