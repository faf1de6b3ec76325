package identitytoolkit

type signInWithPasswordRequest struct {
	Email    *string `json:"email"`
	Password string  `json:"password"`
}

type signInWithPasswordResponse struct {
	Kind        string `json:"kind"`
	Registered  bool   `json:"registered"`
	LocalID     string `json:"localId"`
	Email       string `json:"email"`
	DisplayName string `json:"displayName"`
	tokens
}

// signInWithPassword signs in with an email address and password. While email enumeration
// protection is on, the error is the same for an unknown address, an account without a
// password, and a wrong password.
func (s *Service) signInWithPassword(c *call, req signInWithPasswordRequest) (any, error) {
	config := s.config()
	switch {
	case !config.SignIn.Email.Enabled:
		return nil, badRequest("PASSWORD_LOGIN_DISABLED")
	case req.Email == nil:
		return nil, badRequest("MISSING_EMAIL")
	case req.Password == "":
		return nil, badRequest("MISSING_PASSWORD")
	}
	email, err := canonicalEmail(*req.Email)
	if err != nil {
		return nil, err
	}
	if s.failures.tooMany(email, c.now) {
		return nil, badRequest("TOO_MANY_ATTEMPTS_TRY_LATER : " +
			"Too many wrong passwords. Reset the password or try again later.")
	}
	u, known := s.userByEmail(email)
	if !u.Password.matches(req.Password) {
		s.failures.add(email, c.now)
		return nil, badRequest(config.wrongPassword(known))
	}
	s.failures.reset(email)
	t, err := s.signIn(c, u, providerPassword, nil)
	if err != nil {
		return nil, err
	}
	return signInWithPasswordResponse{
		"identitytoolkit#VerifyPasswordResponse", true, u.LocalID, u.Email, u.DisplayName, t,
	}, nil
}

// wrongPassword returns the error code for a failed sign-in. known says whether an account has
// the email address.
func (c Config) wrongPassword(known bool) string {
	switch {
	case c.EmailPrivacyConfig.EnableImprovedEmailPrivacy:
		return "INVALID_LOGIN_CREDENTIALS"
	case known:
		return "INVALID_PASSWORD"
	default:
		return "EMAIL_NOT_FOUND"
	}
}
