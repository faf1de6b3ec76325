package identitytoolkit

import "net/url"

type sendOobRequest struct {
	RequestType   string `json:"requestType"`
	Email         string `json:"email"`
	NewEmail      string `json:"newEmail"`
	IDToken       string `json:"idToken"`
	ContinueURL   string `json:"continueUrl"`
	ReturnOobLink bool   `json:"returnOobLink"`
}

type sendOobResponse struct {
	Kind    string `json:"kind"`
	Email   string `json:"email,omitempty"`
	OobCode string `json:"oobCode,omitempty"`
	OobLink string `json:"oobLink,omitempty"`
}

const kindSendOob = "identitytoolkit#GetOobConfirmationCodeResponse"

// sendOobCode sends the email for an action. An administrator can request the link instead.
func (s *Service) sendOobCode(c *call, req sendOobRequest) (any, error) {
	if req.ReturnOobLink && !c.admin {
		return nil, badRequest("INSUFFICIENT_PERMISSION")
	}
	if err := checkContinueURL(req.ContinueURL); err != nil {
		return nil, err
	}
	oob, send, err := s.oobToSend(c, req)
	if err != nil {
		return nil, err
	}
	if !send {
		// Email enumeration protection: the response is the same for known and unknown
		// addresses. An administrator who requests a link for an unknown address doesn't get
		// one, and the Admin Go SDK returns an empty link without an error.
		return sendOobResponse{Kind: kindSendOob, Email: oob.Email}, nil
	}
	oob = s.newOobCode(c, oob, req.ContinueURL)
	if req.ReturnOobLink {
		return sendOobResponse{kindSendOob, oob.Email, oob.Code, oob.Link}, nil
	}
	s.sendOobEmail(c, oob)
	return sendOobResponse{Kind: kindSendOob, Email: oob.Email}, nil
}

// oobToSend returns the action to send an email for. It returns false if there is nothing to
// send. The response must not reveal that.
func (s *Service) oobToSend(c *call, req sendOobRequest) (oobCode, bool, error) {
	switch req.RequestType {
	case "", "OOB_REQ_TYPE_UNSPECIFIED":
		return oobCode{}, false, badRequest("MISSING_REQ_TYPE")
	case oobEmailSignIn:
		return s.signInOob(req)
	case oobPasswordReset:
		return s.resetOob(req)
	case oobVerifyEmail:
		u, _, err := s.oobUser(c, req)
		oob := oobCode{RequestType: req.RequestType, LocalID: u.LocalID, Email: u.Email}
		return oob, true, err
	case oobVerifyAndChangeEmail:
		return s.changeEmailOob(c, req)
	default:
		return oobCode{}, false, badRequest("INVALID_REQ_TYPE : Unsupported request type.")
	}
}

func (s *Service) signInOob(req sendOobRequest) (oobCode, bool, error) {
	email := s.config().SignIn.Email
	if !email.Enabled || email.PasswordRequired {
		return oobCode{}, false, badRequest("OPERATION_NOT_ALLOWED")
	}
	if req.Email == "" {
		return oobCode{}, false, badRequest("MISSING_EMAIL")
	}
	address, err := canonicalEmail(req.Email)
	return oobCode{RequestType: req.RequestType, Email: address}, true, err
}

func (s *Service) resetOob(req sendOobRequest) (oobCode, bool, error) {
	if req.Email == "" {
		return oobCode{}, false, badRequest("MISSING_EMAIL")
	}
	email, err := canonicalEmail(req.Email)
	if err != nil {
		return oobCode{}, false, err
	}
	oob := oobCode{RequestType: req.RequestType, Email: email}
	u, known := s.userByEmail(email)
	if !known && !s.config().EmailPrivacyConfig.EnableImprovedEmailPrivacy {
		return oobCode{}, false, badRequest("EMAIL_NOT_FOUND")
	}
	oob.LocalID = u.LocalID
	return oob, known, nil
}

func (s *Service) changeEmailOob(c *call, req sendOobRequest) (oobCode, bool, error) {
	if req.NewEmail == "" {
		return oobCode{}, false, badRequest("MISSING_NEW_EMAIL")
	}
	newEmail, err := canonicalEmail(req.NewEmail)
	if err != nil {
		return oobCode{}, false, badRequest("INVALID_NEW_EMAIL")
	}
	u, claims, err := s.oobUser(c, req)
	if err != nil {
		return oobCode{}, false, err
	}
	if req.IDToken != "" {
		if err := requireRecent(c, u, claims); err != nil {
			return oobCode{}, false, err
		}
	}
	if _, taken := s.userByEmail(newEmail); taken {
		return oobCode{}, false, badRequest("EMAIL_EXISTS")
	}
	return oobCode{
		RequestType: req.RequestType, LocalID: u.LocalID, Email: u.Email, NewEmail: newEmail,
	}, true, nil
}

// oobUser returns the account that an action is for: the caller's own, or the one whose email
// address an administrator sends.
func (s *Service) oobUser(c *call, req sendOobRequest) (User, idClaims, error) {
	if c.admin && req.IDToken == "" {
		email, err := canonicalEmail(req.Email)
		if err != nil {
			return User{}, idClaims{}, badRequest("MISSING_EMAIL")
		}
		u, ok := s.userByEmail(email)
		if !ok {
			return User{}, idClaims{}, badRequest("USER_NOT_FOUND")
		}
		return u, idClaims{}, nil
	}
	u, claims, err := s.userFromToken(c, req.IDToken)
	if err == nil && u.Email == "" {
		err = badRequest("MISSING_EMAIL")
	}
	return u, claims, err
}

// checkContinueURL returns an error unless the text is empty or an absolute URL.
func checkContinueURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return badRequest("INVALID_CONTINUE_URI")
	}
	return nil
}
