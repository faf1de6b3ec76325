package identitytoolkit

import "slices"

type idpRequest struct {
	RequestURI          string `json:"requestUri"` // the URL that the provider redirected to
	PostBody            string `json:"postBody"`   // a credential from the app, form-encoded
	PendingToken        string `json:"pendingToken"`
	IDToken             string `json:"idToken"` // of the account to link, if any
	ReturnIdpCredential bool   `json:"returnIdpCredential"`
}

// signInWithIdp signs in with a federated provider, or links the provider to the ID token's
// account.
//
// If an account is linked to the provider's identity, that account is signed in. If another
// account has the same email address, resolveEmailConflict decides. Otherwise a new account is
// created. The session ID isn't checked because the provider page belongs to this service.
func (s *Service) signInWithIdp(c *call, req idpRequest) (any, error) {
	p, err := s.readIdentity(c, req)
	if err != nil {
		return nil, err
	}
	resp, err := p.response(c)
	if err != nil {
		return nil, err
	}
	s.rememberProviderAccount(c, p)
	if req.IDToken != "" {
		return s.linkIdp(c, req, p, resp)
	}
	if u, known := s.userByProvider(p.provider.id, p.Subject); known {
		u.setProvider(p.link())
		return s.finishIdp(c, u, p, resp)
	}
	owner, taken := s.userByEmail(p.email)
	switch {
	case p.email != "" && taken && !s.config().SignIn.AllowDuplicateEmails:
		return s.resolveEmailConflict(c, owner, p, resp)
	case s.config().Client.Permissions.DisabledUserSignup:
		return nil, badRequest("ADMIN_ONLY_OPERATION")
	default:
		return s.signUpWithIdp(c, p, resp)
	}
}

// signUpWithIdp creates an account with the profile from the provider.
func (s *Service) signUpWithIdp(c *call, p idpIdentity, resp idpResponse) (any, error) {
	u := s.newUser(c, "")
	u.DisplayName, u.PhotoURL = p.Name, p.Picture
	if !s.config().SignIn.AllowDuplicateEmails {
		u.Email, u.EmailVerified = p.email, p.verified
	}
	u.setProvider(p.link())
	resp.IsNewUser = true
	return s.finishIdp(c, u, p, resp)
}

// linkIdp links the identity to the ID token's account. The SDK also upgrades an anonymous
// account this way.
func (s *Service) linkIdp(
	c *call, req idpRequest, p idpIdentity, resp idpResponse,
) (any, error) {
	u, _, err := s.userFromToken(c, req.IDToken)
	if err != nil {
		return nil, err
	}
	if _, taken := s.userByProvider(p.provider.id, p.Subject); taken {
		return linkConflict(req, resp, "FEDERATED_USER_ID_ALREADY_LINKED")
	}
	if !s.config().SignIn.AllowDuplicateEmails && p.email != "" {
		if owner, taken := s.userByEmail(p.email); taken && owner.LocalID != u.LocalID {
			return linkConflict(req, resp, "EMAIL_EXISTS")
		}
		if u.Email == "" {
			u.Email = p.email
		}
		u.EmailVerified = u.EmailVerified || p.verified && u.Email == p.email
	}
	u.setProvider(p.link())
	u.fillProfile(p)
	return s.finishIdp(c, u, p, resp)
}

// linkConflict rejects a link with the given error code. If returnIdpCredential is set, the
// response is a 200 with both the code and the credential, so that the app can sign in with it
// instead.
func linkConflict(req idpRequest, resp idpResponse, code string) (any, error) {
	if !req.ReturnIdpCredential {
		return nil, badRequest(code)
	}
	resp.ErrorMessage = code
	return resp, nil
}

// fillProfile copies the provider's name and picture if the account's are empty.
func (u *User) fillProfile(p idpIdentity) {
	if u.DisplayName == "" {
		u.DisplayName = p.Name
	}
	if u.PhotoURL == "" {
		u.PhotoURL = p.Picture
	}
}

// finishIdp signs the user in and completes the response.
func (s *Service) finishIdp(
	c *call, u User, p idpIdentity, resp idpResponse,
) (any, error) {
	resp.LocalID = u.LocalID
	if u.Email == p.email {
		resp.EmailVerified = u.EmailVerified
	}
	var err error
	resp.tokens, err = s.signIn(c, u, p.provider.id, nil)
	return resp, err
}

// providerIDs returns the IDs of the account's federated providers, without duplicates.
func (u User) providerIDs() []string {
	ids := []string{}
	for _, p := range u.Providers {
		if !slices.Contains(ids, p.ProviderID) {
			ids = append(ids, p.ProviderID)
		}
	}
	return ids
}
