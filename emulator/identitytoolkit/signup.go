package identitytoolkit

type signUpRequest struct {
	IDToken       string `json:"idToken"` // of the account to add a password to, if any
	LocalID       string `json:"localId"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"emailVerified"`
	Password      string `json:"password"`
	DisplayName   string `json:"displayName"`
	PhotoURL      string `json:"photoUrl"`
	PhoneNumber   string `json:"phoneNumber"`
	Disabled      bool   `json:"disabled"`
}

type signUpResponse struct {
	Kind        string `json:"kind"`
	LocalID     string `json:"localId"`
	DisplayName string `json:"displayName,omitempty"`
	Email       string `json:"email,omitempty"`
	tokens
}

func newSignUpResponse(u User, t tokens) signUpResponse {
	const kind = "identitytoolkit#SignupNewUserResponse"
	return signUpResponse{kind, u.LocalID, u.DisplayName, u.Email, t}
}

// signUp creates an account with an email address and password, an anonymous account if the
// request has neither, or the account that an administrator describes. With an ID token, it
// adds an email address and password to that token's account. The SDK upgrades an anonymous
// account this way.
func (s *Service) signUp(c *call, req signUpRequest) (any, error) {
	switch {
	case c.admin && req.IDToken == "":
		return s.adminSignUp(c, req)
	case req.LocalID != "":
		return nil, badRequest("UNEXPECTED_PARAMETER : User ID")
	case req.IDToken != "":
		return s.addPassword(c, req)
	case req.Email == "" && req.Password == "":
		return s.signUpAnonymously(c)
	default:
		return s.signUpWithPassword(c, req)
	}
}

func (s *Service) signUpAnonymously(c *call) (any, error) {
	config := s.config()
	if !config.SignIn.Anonymous.Enabled || config.Client.Permissions.DisabledUserSignup {
		return nil, badRequest("ADMIN_ONLY_OPERATION")
	}
	return s.finishSignUp(c, s.newUser(c, ""), providerAnonymous)
}

func (s *Service) signUpWithPassword(c *call, req signUpRequest) (any, error) {
	if s.config().Client.Permissions.DisabledUserSignup {
		return nil, badRequest("ADMIN_ONLY_OPERATION")
	}
	u := s.newUser(c, "")
	u.DisplayName = req.DisplayName
	if err := s.setEmailAndPassword(c, &u, req); err != nil {
		return nil, err
	}
	return s.finishSignUp(c, u, providerPassword)
}

// addPassword gives the caller's account an email address and password.
func (s *Service) addPassword(c *call, req signUpRequest) (any, error) {
	u, claims, err := s.userFromToken(c, req.IDToken)
	if err != nil {
		return nil, err
	}
	if err := requireRecent(c, u, claims); err != nil {
		return nil, err
	}
	if req.DisplayName != "" {
		u.DisplayName = req.DisplayName
	}
	if err := s.setEmailAndPassword(c, &u, req); err != nil {
		return nil, err
	}
	u.revoke(c.now)
	return s.finishSignUp(c, u, providerPassword)
}

// setEmailAndPassword sets the requested email address, if no other account has it, and
// password.
func (s *Service) setEmailAndPassword(c *call, u *User, req signUpRequest) error {
	switch {
	case req.Email == "":
		return badRequest("MISSING_EMAIL")
	case req.Password == "":
		return badRequest("MISSING_PASSWORD")
	case !s.config().SignIn.Email.Enabled:
		return badRequest("OPERATION_NOT_ALLOWED")
	}
	if err := s.setEmail(u, req.Email); err != nil {
		return err
	}
	return s.setPassword(c, u, req.Password)
}

// setEmail sets the account's email address if no other account has it. A changed address is
// unverified.
func (s *Service) setEmail(u *User, email string) error {
	email, err := canonicalEmail(email)
	if err != nil {
		return err
	}
	if other, taken := s.userByEmail(email); taken && other.LocalID != u.LocalID {
		return badRequest("EMAIL_EXISTS")
	}
	if u.Email != email {
		u.Email, u.EmailVerified = email, false
	}
	return nil
}

// setPhone sets the account's phone number if no other account has it.
func (s *Service) setPhone(u *User, number string) error {
	if err := checkPhone(number); err != nil {
		return err
	}
	if other, taken := s.userByPhone(number); taken && other.LocalID != u.LocalID {
		return badRequest("PHONE_NUMBER_EXISTS")
	}
	u.PhoneNumber = number
	return nil
}

func (s *Service) finishSignUp(c *call, u User, provider string) (any, error) {
	t, err := s.signIn(c, u, provider, nil)
	if err != nil {
		return nil, err
	}
	return newSignUpResponse(u, t), nil
}

// adminSignUp creates the account that an administrator describes. It doesn't start a session.
func (s *Service) adminSignUp(c *call, req signUpRequest) (any, error) {
	if _, taken := s.users.get(req.LocalID); taken {
		return nil, badRequest("DUPLICATE_LOCAL_ID")
	}
	if len(req.LocalID) > 128 {
		return nil, badRequest("INVALID_LOCAL_ID")
	}
	u := s.newUser(c, req.LocalID)
	u.DisplayName, u.PhotoURL, u.Disabled = req.DisplayName, req.PhotoURL, req.Disabled
	if req.Email != "" {
		if err := s.setEmail(&u, req.Email); err != nil {
			return nil, err
		}
		u.EmailVerified = req.EmailVerified
	}
	if req.PhoneNumber != "" {
		if err := s.setPhone(&u, req.PhoneNumber); err != nil {
			return nil, err
		}
	}
	if req.Password != "" {
		if err := s.setPassword(c, &u, req.Password); err != nil {
			return nil, err
		}
	}
	s.putUser(u)
	return newSignUpResponse(u, tokens{}), nil
}
