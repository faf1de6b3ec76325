package identitytoolkit

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Limits on text messages. Google publishes neither the lifetime of a code nor the quota of a
// single number.
const (
	codeLifetime         = 5 * time.Minute
	quotaWindow          = 10 * time.Minute
	maxMessagesPerNumber = 10 // within quotaWindow
)

// verification is a text message with a code. It is kept until quotaWindow has passed, to count
// against the quota.
type verification struct {
	PhoneNumber string    `json:"phoneNumber"`
	SessionInfo string    `json:"sessionInfo"`
	Code        string    `json:"code"`
	SentAt      time.Time `json:"sentAt"`
	Used        bool      `json:"used,omitempty"`
	// Test marks a test phone number, which has a fixed code and no quota. Nothing is sent to
	// it.
	Test bool `json:"test,omitempty"`
}

type sendVerificationCodeRequest struct {
	PhoneNumber string `json:"phoneNumber"`
}

type sendVerificationCodeResponse struct {
	SessionInfo string `json:"sessionInfo"`
}

// sendVerificationCode sends a six-digit code in a text message. It ignores reCAPTCHA tokens,
// because the SDK sends fake ones in emulator mode.
func (s *Service) sendVerificationCode(c *call, req sendVerificationCodeRequest) (any, error) {
	if !s.config().SignIn.PhoneNumber.Enabled {
		return nil, badRequest("OPERATION_NOT_ALLOWED")
	}
	if req.PhoneNumber == "" {
		return nil, badRequest("MISSING_PHONE_NUMBER")
	}
	if err := checkPhone(req.PhoneNumber); err != nil {
		return nil, err
	}
	v := verification{PhoneNumber: req.PhoneNumber, SessionInfo: randomToken(96), SentAt: c.now}
	v.Code, v.Test = s.config().SignIn.PhoneNumber.TestPhoneNumbers[v.PhoneNumber]
	if !v.Test {
		if s.recentMessages(c, v.PhoneNumber) >= maxMessagesPerNumber {
			return nil, badRequest("QUOTA_EXCEEDED : " +
				"Too many text messages to this number. Try again later.")
		}
		v.Code = randomCode()
		s.send(Message{Time: c.now, Kind: "sms", To: v.PhoneNumber, Code: v.Code})
	}
	s.verifications.put(v.SessionInfo, v)
	return sendVerificationCodeResponse{v.SessionInfo}, nil
}

// recentMessages counts the messages to the number within quotaWindow. It also deletes the older
// messages to any number.
func (s *Service) recentMessages(c *call, number string) int {
	count := 0
	for key, v := range s.verifications.all() {
		switch {
		case c.now.Sub(v.SentAt) > quotaWindow:
			s.verifications.del(key)
		case v.PhoneNumber == number:
			count++
		}
	}
	return count
}

func randomCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // unreachable: reading crypto/rand never fails
	}
	return fmt.Sprintf("%06d", n)
}

// verifyCode uses up the code in a text message and returns the phone number that it verifies.
// As in production, an expired code and a used one result in the same error.
func (s *Service) verifyCode(c *call, sessionInfo, code string) (string, error) {
	switch {
	case sessionInfo == "":
		return "", badRequest("MISSING_SESSION_INFO")
	case code == "":
		return "", badRequest("MISSING_CODE")
	}
	v, ok := s.verifications.get(sessionInfo)
	failureKey := "code " + sessionInfo
	switch {
	case !ok:
		return "", badRequest("INVALID_SESSION_INFO")
	case v.Used || c.now.Sub(v.SentAt) > codeLifetime:
		return "", badRequest("SESSION_EXPIRED")
	case s.failures.tooMany(failureKey, c.now):
		return "", badRequest("TOO_MANY_ATTEMPTS_TRY_LATER")
	case v.Code != code:
		s.failures.add(failureKey, c.now)
		return "", badRequest("INVALID_CODE")
	}
	v.Used = true
	s.verifications.put(sessionInfo, v)
	return v.PhoneNumber, nil
}

// sentCode is a pending code in the official emulator's format.
type sentCode struct {
	PhoneNumber string `json:"phoneNumber"`
	SessionInfo string `json:"sessionInfo"`
	Code        string `json:"code"`
}

// listVerificationCodes lists the codes that can still be used, oldest first.
func (s *Service) listVerificationCodes(c *call, _ empty) (any, error) {
	var usable []verification
	for _, v := range s.verifications.all() {
		if !v.Used && c.now.Sub(v.SentAt) <= codeLifetime {
			usable = append(usable, v)
		}
	}
	slices.SortStableFunc(usable, func(a, b verification) int {
		return a.SentAt.Compare(b.SentAt)
	})
	list := []sentCode{}
	for _, v := range usable {
		list = append(list, sentCode{v.PhoneNumber, v.SessionInfo, v.Code})
	}
	return map[string]any{"verificationCodes": list}, nil
}
