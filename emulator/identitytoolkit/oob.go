package identitytoolkit

import (
	"net/url"
	"slices"
	"time"
)

// Kinds of email action.
const (
	oobVerifyEmail          = "VERIFY_EMAIL"
	oobPasswordReset        = "PASSWORD_RESET"
	oobVerifyAndChangeEmail = "VERIFY_AND_CHANGE_EMAIL"
	oobRecoverEmail         = "RECOVER_EMAIL"
	oobEmailSignIn          = "EMAIL_SIGNIN"
)

// oobKinds says for each kind of email action the mode of its link, how long the code lives, and the subject of the
// email.
var oobKinds = map[string]struct {
	mode     string
	lifetime time.Duration
	subject  string
}{
	oobVerifyEmail:          {"verifyEmail", 3 * 24 * time.Hour, "Verify your email"},
	oobPasswordReset:        {"resetPassword", time.Hour, "Reset your password"},
	oobVerifyAndChangeEmail: {"verifyAndChangeEmail", 3 * 24 * time.Hour, "Verify your new email"},
	oobRecoverEmail:         {"recoverEmail", 30 * 24 * time.Hour, "Your sign-in email was changed"},
	oobEmailSignIn:          {"signIn", 6 * time.Hour, "Sign in"},
}

// oobCode is a pending email action. A code works once.
type oobCode struct {
	Code        string    `json:"oobCode"`
	RequestType string    `json:"requestType"`
	LocalID     string    `json:"localId,omitempty"` // empty for a sign-in link, which may go to a new account
	Email       string    `json:"email"`             // of the account when the code was made; to be restored by a recovery
	NewEmail    string    `json:"newEmail,omitempty"`
	Link        string    `json:"oobLink"`
	CreatedAt   time.Time `json:"createdAt"`
	ExpiresAt   time.Time `json:"expiresAt"`
}

// newOobCode stages a code and its link, which points to the app's own page for email actions.
func (s *Service) newOobCode(c *call, oob oobCode, continueURL string) oobCode {
	kind := oobKinds[oob.RequestType]
	oob.Code = randomToken(40)
	oob.CreatedAt, oob.ExpiresAt = c.now, c.now.Add(kind.lifetime)
	query := url.Values{"mode": {kind.mode}, "oobCode": {oob.Code}, "apiKey": {c.apiKey}, "lang": {c.lang}}
	if c.apiKey == "" {
		query.Set("apiKey", "local") // the Admin SDK sends none
	}
	if continueURL != "" {
		query.Set("continueUrl", continueURL)
	}
	oob.Link = c.origin + "/auth/action?" + query.Encode()
	s.oobCodes.put(oob.Code, oob)
	return oob
}

// mail sends the code's link to where it belongs: a changed address is asked, the old one is told.
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

// pendingOob finds a code that can still be used.
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

// redeem finds the account of a code and uses the code up. The code is void when the account is gone or, unless it is
// there to restore an older address, has another email by now.
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

// dropOobCodes voids the pending codes of an account of the given kinds.
func (s *Service) dropOobCodes(localID string, kinds ...string) {
	for code, oob := range s.oobCodes.all() {
		if oob.LocalID == localID && slices.Contains(kinds, oob.RequestType) {
			s.oobCodes.del(code)
		}
	}
}
