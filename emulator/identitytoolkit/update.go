package identitytoolkit

type updateRequest struct {
	IDToken         string   `json:"idToken"`
	OobCode         string   `json:"oobCode"`
	LocalID         string   `json:"localId"`
	Email           string   `json:"email"`
	Password        string   `json:"password"`
	DisplayName     optional `json:"displayName"`
	PhotoURL        optional `json:"photoUrl"`
	DeleteAttribute []string `json:"deleteAttribute"`
	DeleteProvider  []string `json:"deleteProvider"`

	// The following fields are for administrators.
	EmailVerified    *bool      `json:"emailVerified"`
	DisableUser      *bool      `json:"disableUser"`
	PhoneNumber      string     `json:"phoneNumber"`
	CustomAttributes *string    `json:"customAttributes"`
	ValidSince       int64Value `json:"validSince"`  // Unix time in seconds
	CreatedAt        int64Value `json:"createdAt"`   // Unix time in milliseconds
	LastLoginAt      int64Value `json:"lastLoginAt"` // Unix time in milliseconds
	LinkProvider     *Provider  `json:"linkProviderUserInfo"`
}

type updateResponse struct {
	Kind             string     `json:"kind"`
	LocalID          string     `json:"localId"`
	Email            string     `json:"email,omitempty"`
	EmailVerified    *bool      `json:"emailVerified,omitempty"`
	NewEmail         string     `json:"newEmail,omitempty"`
	DisplayName      string     `json:"displayName,omitempty"`
	PhotoURL         string     `json:"photoUrl,omitempty"`
	PasswordHash     string     `json:"passwordHash,omitempty"`
	ProviderUserInfo []Provider `json:"providerUserInfo,omitempty"`
	tokens
}

func newUpdateResponse(u User) updateResponse {
	return updateResponse{
		Kind:             "identitytoolkit#SetAccountInfoResponse",
		LocalID:          u.LocalID,
		Email:            u.Email,
		EmailVerified:    u.emailVerified(),
		DisplayName:      u.DisplayName,
		PhotoURL:         u.PhotoURL,
		PasswordHash:     u.redactedHash(),
		ProviderUserInfo: u.providerUserInfo(),
	}
}

// update changes an account. The request has the code from an email, the ID token of the
// account's user, or an administrator's credential.
func (s *Service) update(c *call, req updateRequest) (any, error) {
	switch {
	case req.OobCode != "":
		return s.applyOobCode(c, req)
	case req.IDToken != "":
		return s.updateOwn(c, req)
	case c.admin:
		return s.updateAny(c, req)
	default:
		return nil, badRequest("INVALID_REQ_TYPE : Unsupported request parameters.")
	}
}

// updateOwn changes the caller's own account. A change of email address or password ends every
// session, and the response has tokens of a new one.
func (s *Service) updateOwn(c *call, req updateRequest) (any, error) {
	u, claims, err := s.userFromToken(c, req.IDToken)
	if err != nil {
		return nil, err
	}
	if err := checkOwnUpdate(req); err != nil {
		return nil, err
	}
	if req.Email != "" || req.Password != "" {
		if err := requireRecent(c, u, claims); err != nil {
			return nil, err
		}
	}
	oldEmail, provider := u.Email, claims.Firebase.SignInProvider
	if err := s.changeOwnEmail(&u, req.Email); err != nil {
		return nil, err
	}
	if req.Password != "" {
		if err := s.changeOwnPassword(c, &u, req.Password); err != nil {
			return nil, err
		}
		provider = providerPassword
	}
	applyProfile(&u, req)
	resp := newUpdateResponse(u)
	if req.Password == "" && (req.Email == "" || u.Email == oldEmail) {
		s.putUser(u)
		return resp, nil
	}
	u.revoke(c.now)
	s.notifyOldEmail(c, u, oldEmail)
	resp.tokens, err = s.startSession(c, u, provider, nil)
	return resp, err
}

// checkOwnUpdate returns an error if the request changes a field that is for administrators.
func checkOwnUpdate(req updateRequest) error {
	switch {
	case req.CustomAttributes != nil:
		return badRequest("INSUFFICIENT_PERMISSION")
	case req.DisableUser != nil, req.EmailVerified != nil,
		req.LinkProvider != nil, req.PhoneNumber != "":
		return badRequest("OPERATION_NOT_ALLOWED")
	}
	return nil
}

// changeOwnEmail sets an email address without verifying it. Email enumeration protection
// forbids this, even for an account without an address, because the response would reveal which
// addresses are taken.
func (s *Service) changeOwnEmail(u *User, email string) error {
	if email == "" {
		return nil
	}
	protected := s.config().EmailPrivacyConfig.EnableImprovedEmailPrivacy
	if canonical, err := canonicalEmail(email); err == nil && protected && canonical != u.Email {
		return badRequest("OPERATION_NOT_ALLOWED : " +
			"Please verify the new email before changing email.")
	}
	return s.setEmail(u, email)
}

func (s *Service) changeOwnPassword(c *call, u *User, password string) error {
	switch {
	case !s.config().SignIn.Email.Enabled:
		return badRequest("OPERATION_NOT_ALLOWED")
	case u.Email == "":
		return badRequest("MISSING_EMAIL")
	}
	return s.setPassword(c, u, password)
}

// applyProfile applies the changes that need no recent sign-in: name, picture, and removals.
func applyProfile(u *User, req updateRequest) {
	if req.DisplayName.given {
		u.DisplayName = req.DisplayName.value
	}
	if req.PhotoURL.given {
		u.PhotoURL = req.PhotoURL.value
	}
	for _, attribute := range req.DeleteAttribute {
		switch attribute {
		case "DISPLAY_NAME":
			u.DisplayName = ""
		case "PHOTO_URL":
			u.PhotoURL = ""
		case "PASSWORD":
			u.Password = passwordHash{}
		case "EMAIL":
			u.Email, u.EmailVerified, u.EmailLinkSignin = "", false, false
		}
	}
	for _, id := range req.DeleteProvider {
		u.dropProvider(id)
	}
}
