package identitytoolkit

import (
	"net/url"
	"slices"
	"time"
)

// Kinds of email action. Each is confirmed with an out-of-band (OOB) code, Google's term for
// the code in an emailed link.
const (
	oobVerifyEmail          = "VERIFY_EMAIL"
	oobPasswordReset        = "PASSWORD_RESET"
	oobVerifyAndChangeEmail = "VERIFY_AND_CHANGE_EMAIL"
	oobRecoverEmail         = "RECOVER_EMAIL"
	oobEmailSignIn          = "EMAIL_SIGNIN"
)

const day = 24 * time.Hour

// oobKinds holds the properties of each kind of email action: the mode parameter of its link,
// how long the code is valid, and the subject of the email.
var oobKinds = map[string]struct {
	mode     string
	lifetime time.Duration
	subject  string
}{
	oobVerifyEmail:          {"verifyEmail", 3 * day, "Verify your email address"},
	oobPasswordReset:        {"resetPassword", time.Hour, "Reset your password"},
	oobVerifyAndChangeEmail: {"verifyAndChangeEmail", 3 * day, "Verify your new email address"},
	oobRecoverEmail:         {"recoverEmail", 30 * day, "Your email address was changed"},
	oobEmailSignIn:          {"signIn", 6 * time.Hour, "Your sign-in link"},
}

// oobCode is a pending email action. Each code works once.
type oobCode struct {
	Code        string `json:"oobCode"`
	RequestType string `json:"requestType"`
	// LocalID is empty for a sign-in link, because the account may not exist yet.
	LocalID string `json:"localId,omitempty"`
	// Email is the account's address when the code was created. A recovery code restores it.
	Email     string    `json:"email"`
	NewEmail  string    `json:"newEmail,omitempty"`
	Link      string    `json:"oobLink"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// newOobCode creates and stages a code. Its link leads to the app's own page for email actions,
// /auth/action.
func (s *Service) newOobCode(c *call, oob oobCode, continueURL string) oobCode {
	kind := oobKinds[oob.RequestType]
	oob.Code = randomToken(40)
	oob.CreatedAt, oob.ExpiresAt = c.now, c.now.Add(kind.lifetime)
	query := url.Values{
		"mode": {kind.mode}, "oobCode": {oob.Code}, "apiKey": {c.apiKey}, "lang": {c.lang},
	}
	if c.apiKey == "" {
		query.Set("apiKey", "local") // the Admin SDK doesn't send one
	}
	if continueURL != "" {
		query.Set("continueUrl", continueURL)
	}
	oob.Link = c.origin + "/auth/action?" + query.Encode()
	s.oobCodes.put(oob.Code, oob)
	return oob
}

// sendOobEmail sends the code's link. It goes to the new address if the code verifies a change
// of address, otherwise to oob.Email.
func (s *Service) sendOobEmail(c *call, oob oobCode) {
	to := oob.Email
	if oob.RequestType == oobVerifyAndChangeEmail {
		to = oob.NewEmail
	}
	s.send(Message{
		Time: c.now, Kind: "email", Purpose: oob.RequestType, To: to,
		Subject: oobKinds[oob.RequestType].subject, Link: oob.Link,
	})
}

// pendingOob returns the stored code if it can still be used.
func (s *Service) pendingOob(c *call, code string) (oobCode, error) {
	if code == "" {
		return oobCode{}, badRequest("MISSING_OOB_CODE")
	}
	oob, ok := s.oobCodes.get(code)
	switch {
	case !ok:
		return oob, badRequest("INVALID_OOB_CODE")
	case !c.now.Before(oob.ExpiresAt):
		return oob, badRequest("EXPIRED_OOB_CODE")
	}
	return oob, nil
}

// redeem uses up a code and returns it with its account. The code is invalid if the account no
// longer exists, or if its email address has changed since, unless the code restores an old
// address.
func (s *Service) redeem(c *call, code string, kinds ...string) (oobCode, User, error) {
	oob, err := s.pendingOob(c, code)
	if err != nil {
		return oob, User{}, err
	}
	u, ok := s.users.get(oob.LocalID)
	moved := u.Email != oob.Email && oob.RequestType != oobRecoverEmail
	if !ok || moved || !slices.Contains(kinds, oob.RequestType) {
		return oob, User{}, badRequest("INVALID_OOB_CODE")
	}
	if u.Disabled {
		return oob, User{}, badRequest("USER_DISABLED")
	}
	s.oobCodes.del(code)
	return oob, u, nil
}

// dropOobCodes deletes the account's pending codes of the given kinds.
func (s *Service) dropOobCodes(localID string, kinds ...string) {
	for code, oob := range s.oobCodes.all() {
		if oob.LocalID == localID && slices.Contains(kinds, oob.RequestType) {
			s.oobCodes.del(code)
		}
	}
}
