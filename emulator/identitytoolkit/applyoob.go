package identitytoolkit

type resetPasswordRequest struct {
	OobCode     string `json:"oobCode"`
	NewPassword string `json:"newPassword"`
}

type resetPasswordResponse struct {
	Kind        string `json:"kind"`
	RequestType string `json:"requestType"`
	Email       string `json:"email,omitempty"`
	NewEmail    string `json:"newEmail,omitempty"`
}

// resetPassword uses a code to set a new password. Without a new password, it only returns what
// the code is for. That works for every kind of code and doesn't use it up.
func (s *Service) resetPassword(c *call, req resetPasswordRequest) (any, error) {
	oob, err := s.pendingOob(c, req.OobCode)
	if err != nil {
		return nil, err
	}
	if req.NewPassword != "" {
		if err := s.applyReset(c, req); err != nil {
			return nil, err
		}
	}
	resp := resetPasswordResponse{
		Kind:        "identitytoolkit#ResetPasswordResponse",
		RequestType: oob.RequestType,
		Email:       oob.Email,
		NewEmail:    oob.NewEmail,
	}
	if oob.RequestType == oobEmailSignIn {
		resp.Email = "" // the user of a sign-in link must enter the address
	}
	return resp, nil
}

// applyReset sets the new password. It also marks the email address as verified, ends every
// session and unlinks every provider, because the user who linked a provider may not own the
// address.
func (s *Service) applyReset(c *call, req resetPasswordRequest) error {
	email := s.config().SignIn.Email
	if !email.Enabled {
		return badRequest("PASSWORD_LOGIN_DISABLED")
	}
	_, u, err := s.redeem(c, req.OobCode, oobPasswordReset)
	if err != nil {
		return err
	}
	if err := s.setPassword(c, &u, req.NewPassword); err != nil {
		return err
	}
	u.EmailVerified, u.Providers = true, nil
	u.revoke(c.now)
	s.putUser(u)
	s.failures.reset(u.Email)
	return nil
}

// applyOobCode handles accounts:update with a code, which verifies, changes or restores an email
// address.
func (s *Service) applyOobCode(c *call, req updateRequest) (any, error) {
	oob, u, err := s.redeem(c, req.OobCode,
		oobVerifyEmail, oobVerifyAndChangeEmail, oobRecoverEmail)
	if err != nil {
		return nil, err
	}
	oldEmail := u.Email
	switch oob.RequestType {
	case oobVerifyAndChangeEmail:
		err = s.setEmail(&u, oob.NewEmail)
	case oobRecoverEmail:
		err = s.setEmail(&u, oob.Email)
	}
	if err != nil {
		return nil, err
	}
	u.EmailVerified = true
	if u.Email != oldEmail {
		u.revoke(c.now)
	}
	s.putUser(u)
	if oob.RequestType == oobVerifyAndChangeEmail {
		s.notifyOldEmail(c, u, oldEmail)
	}
	resp := newUpdateResponse(u)
	resp.NewEmail = oob.NewEmail
	return resp, nil
}

// notifyOldEmail sends a link to the account's previous address. With it, the owner can undo the
// change of address.
func (s *Service) notifyOldEmail(c *call, u User, oldEmail string) {
	if oldEmail == "" || oldEmail == u.Email {
		return
	}
	oob := oobCode{
		RequestType: oobRecoverEmail, LocalID: u.LocalID, Email: oldEmail, NewEmail: u.Email,
	}
	s.sendOobEmail(c, s.newOobCode(c, oob, ""))
}
