package identitytoolkit

type emailLinkRequest struct {
	Email   string `json:"email"`
	OobCode string `json:"oobCode"`
	IDToken string `json:"idToken"` // of the account to link, if any
}

type emailLinkResponse struct {
	Kind      string `json:"kind"`
	Email     string `json:"email"`
	LocalID   string `json:"localId"`
	IsNewUser bool   `json:"isNewUser"`
	tokens
}

// signInWithEmailLink signs in with the code from an email link. It creates an account if no
// account has the email address. With an ID token, it sets the address of that token's account
// instead.
//
// The caller must send the address. A user who opens the link on another device has to enter
// it, so that a forwarded link can't silently sign its reader in to another user's account.
func (s *Service) signInWithEmailLink(c *call, req emailLinkRequest) (any, error) {
	config := s.config().SignIn.Email
	if !config.Enabled || config.PasswordRequired {
		return nil, badRequest("OPERATION_NOT_ALLOWED")
	}
	if req.Email == "" {
		return nil, badRequest("MISSING_EMAIL")
	}
	email, err := canonicalEmail(req.Email)
	if err != nil {
		return nil, err
	}
	oob, err := s.pendingOob(c, req.OobCode)
	switch {
	case err != nil:
		return nil, err
	case oob.RequestType != oobEmailSignIn:
		return nil, badRequest("INVALID_OOB_CODE")
	case oob.Email != email:
		return nil, badRequest("INVALID_EMAIL : " +
			"The email provided does not match the sign-in email address.")
	}
	s.oobCodes.del(oob.Code)
	if req.IDToken != "" {
		return s.linkEmail(c, req.IDToken, email)
	}
	if u, known := s.userByEmail(email); known {
		if !u.EmailVerified {
			s.reclaim(c, &u, "an email link")
		}
		return s.finishEmailLink(c, u, false)
	}
	if s.config().Client.Permissions.DisabledUserSignup {
		return nil, badRequest("ADMIN_ONLY_OPERATION")
	}
	u := s.newUser(c, "")
	u.Email = email
	return s.finishEmailLink(c, u, true)
}

// linkEmail sets the email address of the ID token's account. If the account had another
// address, its sessions end and the old address is notified.
func (s *Service) linkEmail(c *call, idToken, email string) (any, error) {
	u, _, err := s.userFromToken(c, idToken)
	if err != nil {
		return nil, err
	}
	oldEmail := u.Email
	if err := s.setEmail(&u, email); err != nil {
		return nil, err
	}
	if oldEmail != "" && oldEmail != email {
		u.revoke(c.now)
		s.notifyOldEmail(c, u, oldEmail)
	}
	return s.finishEmailLink(c, u, false)
}

// finishEmailLink signs the user in. The session's provider is "password", which production uses
// both for passwords and for email links.
func (s *Service) finishEmailLink(c *call, u User, isNew bool) (any, error) {
	u.EmailVerified, u.EmailLinkSignin = true, true
	t, err := s.signIn(c, u, providerPassword, nil)
	return emailLinkResponse{
		"identitytoolkit#EmailLinkSigninResponse", u.Email, u.LocalID, isNew, t,
	}, err
}
