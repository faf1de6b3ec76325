package identitytoolkit

import (
	"encoding/base64"
	"errors"
	"strings"
)

type batchCreateRequest struct {
	AllowOverwrite bool           `json:"allowOverwrite"`
	Users          []importedUser `json:"users"`
}

type importedUser struct {
	LocalID          string     `json:"localId"`
	Email            string     `json:"email"`
	EmailVerified    bool       `json:"emailVerified"`
	DisplayName      string     `json:"displayName"`
	PhotoURL         string     `json:"photoUrl"`
	PhoneNumber      string     `json:"phoneNumber"`
	Disabled         bool       `json:"disabled"`
	CustomAttributes string     `json:"customAttributes"`
	RawPassword      string     `json:"rawPassword"`
	PasswordHash     string     `json:"passwordHash"`
	Salt             string     `json:"salt"`
	CreatedAt        int64Value `json:"createdAt"`
	LastLoginAt      int64Value `json:"lastLoginAt"`
	ProviderUserInfo []Provider `json:"providerUserInfo"`
}

// batchCreate imports up to 1000 accounts. The response reports each account that can't be
// imported; the others are still imported. An imported password hash is stored and exported,
// but never matches a password. Import rawPassword instead if the user has to sign in.
func (s *Service) batchCreate(c *call, req batchCreateRequest) (any, error) {
	switch {
	case len(req.Users) == 0:
		return nil, badRequest("MISSING_USER_ACCOUNT")
	case len(req.Users) > 1000:
		return nil, badRequest("MAXIMUM_USER_COUNT_EXCEEDED")
	}
	failed := []batchError{}
	for i, imported := range req.Users {
		if _, exists := s.users.get(imported.LocalID); exists && !req.AllowOverwrite {
			const message = "localId belongs to an existing account - can not overwrite."
			failed = append(failed, batchError{Index: i, Message: message})
			continue
		}
		u, err := s.importUser(c, imported)
		var apiErr *apiError
		switch {
		case errors.As(err, &apiErr):
			failed = append(failed, batchError{Index: i, Message: apiErr.Message})
		case err != nil:
			return nil, err
		default:
			s.putUser(u)
		}
	}
	return map[string]any{"kind": "identitytoolkit#UploadAccountResponse", "error": failed}, nil
}

func (s *Service) importUser(c *call, in importedUser) (User, error) {
	if in.LocalID == "" || len(in.LocalID) > 128 {
		return User{}, badRequest("localId is missing")
	}
	u := s.newUser(c, in.LocalID)
	u.DisplayName, u.PhotoURL, u.Disabled = in.DisplayName, in.PhotoURL, in.Disabled
	if in.CreatedAt != 0 {
		u.CreatedAt = in.CreatedAt.time()
	}
	if in.LastLoginAt != 0 {
		u.LastLoginAt = in.LastLoginAt.time()
	}
	if err := s.importIdentifiers(&u, in); err != nil {
		return User{}, err
	}
	return u, importPassword(c, &u, in)
}

func (s *Service) importIdentifiers(u *User, in importedUser) error {
	if in.Email != "" {
		if err := s.setEmail(u, in.Email); err != nil {
			return err
		}
		u.EmailVerified = in.EmailVerified
	}
	if in.PhoneNumber != "" {
		if err := s.setPhone(u, in.PhoneNumber); err != nil {
			return err
		}
	}
	if in.CustomAttributes != "" {
		if err := checkCustomAttributes(in.CustomAttributes); err != nil {
			return err
		}
		u.CustomAttributes = in.CustomAttributes
	}
	for _, p := range in.ProviderUserInfo {
		if p.ProviderID == providerPassword || p.ProviderID == providerPhone {
			continue // derived from the account itself
		}
		if err := s.linkProvider(u, p); err != nil {
			return err
		}
	}
	return nil
}

// importPassword sets the imported hash or password. It doesn't apply the password policy.
func importPassword(c *call, u *User, in importedUser) error {
	var err error
	switch {
	case in.PasswordHash != "":
		u.PasswordUpdatedAt = c.now
		if u.Password.Hash, err = decodeHash(in.PasswordHash); err == nil {
			u.Password.Salt, err = decodeHash(in.Salt)
		}
	case in.RawPassword != "":
		u.PasswordUpdatedAt = c.now
		u.Password, err = hashPassword(in.RawPassword)
	}
	return err
}

// decodeHash decodes base64 in the standard or the URL-safe alphabet, with or without padding,
// because the SDKs differ.
func decodeHash(text string) ([]byte, error) {
	text = strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(text)
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, badRequest("password hash is invalid")
	}
	return b, nil
}
